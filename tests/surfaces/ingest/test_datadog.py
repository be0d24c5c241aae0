"""Datadog's webhook, with our template and with its own payload."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.surfaces.alert_app import AlertApp, alert_app, integration
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock

FIXTURES = Path("src/tocsin/integrations/sources/datadog/fixtures")
REQUESTS: list[dict[str, Any]] = json.loads((FIXTURES / "datadog_webhook_synthetic.json").read_text())["requests"]
TRIGGERED, RECOVERED, OWN_TRIGGERED, OWN_RECOVERED = (request["body_json"] for request in REQUESTS)
KEY = "datadog-key-of-32-characters-abc"
EVERY = [integration("datadog", "datadog", KEY)]


async def send(app: AlertApp, body: Any, key: str = KEY) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await app.ask("POST", f"/integrations/{key}", {"content-type": "application/json"}, content)


async def test_an_unknown_key_is_refused(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        assert (await send(app, TRIGGERED, "unknown-key")).status == 401
        assert await app.rows("select count(*) from alert") == [(0,)]


async def test_a_monitor_triggers_and_recovers(db: Database, clock: VirtualClock) -> None:
    clock.set(datetime.fromtimestamp(1795190000, UTC))
    async with alert_app(db, EVERY) as app:
        said = await send(app, TRIGGERED)
        assert (said.status, said.json()) == (202, {"status": "success", "accepted": 1})
        assert await app.rows("select title, summary, url, severity_hint, labels from alert") == [
            (
                "CPU is high on db-1",
                "CPU above 90 %\n@webhook-tocsin",
                "https://app.datadoghq.eu/monitors/91234?to_ts=1",
                "error",
                {
                    "alertname": "CPU is high on db-1",
                    "env": "prod",
                    "team": "storage",
                    "tags": "monitor",
                    "monitor": "91234",
                    "host": "db-1",
                    "scope": "host:db-1",
                    "priority": "P2",
                    "org": "Example",
                    "severity": "error",
                },
            )
        ]
        await send(app, {**TRIGGERED, "alert_transition": "Re-Triggered", "id": "2"})
        await send(app, RECOVERED)
        assert await app.rows("select state, extract(epoch from ended_at - starts_at)::int from alert") == [
            ("resolved", 600)
        ]


async def test_a_late_recovery_does_not_end_the_next_cycle(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        await send(app, {**TRIGGERED, "alert_cycle_key": "2"})
        await send(app, RECOVERED)
        assert ("firing",) in await app.rows("select state from alert")


async def test_datadogs_own_payload_is_read_by_its_title(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        await send(app, OWN_TRIGGERED)
        assert await app.rows("select title, labels ->> 'scope', state from alert") == [
            ("Agent is silent", "{host:db-2}", "firing")
        ]
        await send(app, OWN_RECOVERED)
        assert await app.rows("select state from alert") == [("resolved",)]


@pytest.mark.parametrize(
    ("change", "severity"),
    [
        ({"alert_transition": "Warn"}, "warning"),
        ({"alert_transition": "Re-No Data"}, "warning"),
        ({"priority": "P1"}, "critical"),
        ({"alert_transition": "$ALERT_TRANSITION", "event_title": "x", "alert_type": "info"}, "info"),
        ({"alert_transition": "null", "event_title": "[Warn] CPU"}, "warning"),
    ],
)
async def test_how_bad_it_is(db: Database, change: dict[str, str], severity: str) -> None:
    async with alert_app(db, EVERY) as app:
        await send(app, TRIGGERED | change)
        assert await app.rows("select severity_hint, labels ->> 'severity', state from alert") == [
            (severity, severity, "firing")
        ]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"payload=%7B%7D", 400, "Encode as form"),
        (b"[]", 400, "JSON object"),
        (b'{"alert_title": "$ALERT_TITLE"}', 422, "alert_title"),
        (b'{"alert_title": "a\\u0000"}', 400, "NUL"),
        (json.dumps({"alert_title": "a", "tags": ",".join(f"t{n}:x" for n in range(500))}).encode(), 422, "tags"),
    ],
)
async def test_what_cannot_be_read_is_named(db: Database, body: bytes, status: int, words: str) -> None:
    async with alert_app(db, EVERY) as app:
        said = await send(app, body)
        assert said.status == status
        assert words in said.json()["error"]


@pytest.mark.parametrize("date", ["9" * 15, "²", "-5", "soon", 1795189000000, None])
async def test_no_date_spoils_an_alert(db: Database, date: Any) -> None:
    async with alert_app(db, EVERY) as app:
        assert (await send(app, TRIGGERED | {"date": date})).status == 202
