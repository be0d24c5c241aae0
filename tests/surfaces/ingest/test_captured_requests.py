"""Every captured request of a real client, sent to us byte for byte where bytes were kept: same status, same shape
of answer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.surfaces.alert_app import AlertApp, alert_app, integration
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock

SOURCES = Path("src/tocsin/integrations/sources")
TAKEN = ("/api/v2/alerts", "/enqueue", "/amwebhook")

# The keys of the recordings, each as long as they were: Basic password, Bearer token, webhook token, routing keys.
INTEGRATIONS = [
    integration("basic", "prometheus", "p-password"),
    integration("amtool", "prometheus", "pw-password"),
    integration("bearer", "prometheus", "tok123-token"),
    integration("webhook", "alertmanager", "whtok-token"),
    integration("am-pd", "pagerduty", "0123456789abcdef0123456789abcdef"),
    integration("pd", "pagerduty", "R0123456789ABCDEFGHIJKLMNOPQRSTU"),
    integration("pdjs", "pagerduty", "R" * 32),
]
# The recorded secrets are shorter than a key may be here, so they are lengthened, in the request and in the table
# above.
LENGTHENED = {
    "dTpw": "dTpwLXBhc3N3b3Jk",
    "dXNlcjpwdw==": "dXNlcjpwdy1wYXNzd29yZA==",
    "tok123": "tok123-token",
    "whtok": "whtok-token",
}


def captured(name: str) -> list[dict[str, Any]]:
    (path,) = SOURCES.glob(f"*/fixtures/{name}.json")
    return [request for request in json.loads(path.read_text())["requests"] if request["method"] == "POST"]


def replayable() -> Iterator[Any]:
    for path in sorted(SOURCES.glob("*/fixtures/*.json")):
        requests = json.loads(path.read_text()).get("requests", ())
        if any(_is_taken(request) for request in requests):
            yield pytest.param([request for request in requests if _is_taken(request)], id=path.stem)


def _is_taken(request: dict[str, Any]) -> bool:
    return request["method"] == "POST" and request["target"].endswith(TAKEN)


def _headers(request: dict[str, Any]) -> list[tuple[str, str]]:
    headers = []
    for name, value in request["headers"]:
        for short, long in LENGTHENED.items():
            if name == "Authorization" and value.endswith(short):
                value = value.removesuffix(short) + long
        headers.append((name, value))
    return headers


async def replay(app: AlertApp, clock: VirtualClock, request: dict[str, Any]) -> Any:
    clock.set(max(clock.now(), datetime.fromtimestamp(request["ts"], UTC)))
    target = "/integrations" if request["target"] == "/amwebhook" else request["target"]
    body = json.dumps(request["body_json"]).encode()
    headers = [(name, value) for name, value in _headers(request) if name.lower() != "content-length"]
    return await app.ask("POST", target, headers, body)


@pytest.mark.parametrize("requests", list(replayable()))
async def test_captured_requests_are_answered_as_their_client_expects(
    db: Database, clock: VirtualClock, requests: Any
) -> None:
    async with alert_app(db, INTEGRATIONS) as app:
        for request in requests:
            said = await replay(app, clock, request)
            expected = request["response"]["status"]
            is_event = request["target"].endswith("/enqueue")
            if expected == 429 or expected >= 500:  # trouble that was staged to record how the client tries again
                assert said.status == (202 if is_event else 200), (request["target"], said)
                continue
            assert said.status == expected, (request["target"], said)
            if is_event:
                assert _shape(said.json()) == _shape(request["response"]["body"])


def _shape(answer: Any) -> Any:
    """The answer without the dedup key that the server made up."""
    made_up = answer.get("dedup_key")
    return {**answer, "dedup_key": made_up and (made_up if "/" in made_up or len(made_up) < 10 else "made up")}


async def test_a_day_of_prometheus_is_two_alerts_that_fire_resolve_and_fire_again(
    db: Database, clock: VirtualClock
) -> None:
    async with alert_app(db, INTEGRATIONS) as app:
        for request in captured("prometheus_2.42_post_api_v2_alerts"):
            await replay(app, clock, request)
        rows = await app.rows(
            "select labels ->> 'alertname', labels ->> 'path', occurrence, state from alert order by 1, 2, 3"
        )
        assert [row[:3] for row in rows] == [
            ("HighErrorRate", "/a", 1),
            ("HighErrorRate", "/a", 2),
            ("HighErrorRate", "/b", 1),
            ("HighErrorRate", "/b", 2),
            ("SlowPending", "/a", 1),
            ("SlowPending", "/a", 2),
            ("SlowPending", "/b", 1),
            ("SlowPending", "/b", 2),
        ]
        assert {row[3] for row in rows if row[2] == 1} == {"resolved"}


async def test_batches_of_sixty_four_become_three_hundred_alerts(db: Database, clock: VirtualClock) -> None:
    async with alert_app(db, INTEGRATIONS) as app:
        for request in captured("prometheus_2.42_batches_of_64"):
            await replay(app, clock, request)
        assert await app.rows("select count(*), count(distinct identity) from alert") == [(300, 300)]


async def test_the_webhook_resolves_alert_by_alert_and_never_by_absence(db: Database, clock: VirtualClock) -> None:
    async with alert_app(db, INTEGRATIONS) as app:
        for request in captured("alertmanager_0.25_webhook_v4"):
            await replay(app, clock, request)
            statuses = {alert["labels"].get("path", ""): alert["status"] for alert in request["body_json"]["alerts"]}
            assert statuses
        states = await app.rows("select state, count(*) from alert where is_current group by state order by state")
        assert dict(states).get("stale") is None
        assert dict(states)["resolved"] >= 1


async def test_pagerduty_events_trigger_acknowledge_and_resolve_one_alert(db: Database, clock: VirtualClock) -> None:
    async with alert_app(db, INTEGRATIONS) as app:
        for request in captured("pdpyras_5.4.1"):
            if _is_taken(request):
                await replay(app, clock, request)
        assert await app.rows(
            "select title, state, labels, acknowledged_at is not null, ended_by from alert order by id"
        ) == [("sum", "resolved", {"source": "src", "severity": "warning", "dedup_key": "k1"}, True, "source")]
        (change,) = await app.rows("select sentence, data -> 'details' from ledger where kind = 'ChangeReported'")
        assert change == ("Change reported by ci: chg", {"x": 1})
