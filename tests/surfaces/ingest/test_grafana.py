"""Grafana's webhook: it begins with who may not – absent, short, forged and old signatures (SEC-5)."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.surfaces.alert_app import MASTER, AlertApp, alert_app, integration
from tocsin.alerts.model import Integration
from tocsin.alerts.rulebook import hash_key
from tocsin.db.database import Database
from tocsin.integrations.sources.contract import Delivered
from tocsin.integrations.sources.grafana.signature import verify
from tocsin.integrations.sources.signatures import signing_secret
from tocsin.kernel.clock import VirtualClock

FIXTURES = Path("src/tocsin/integrations/sources/grafana/fixtures")
RECORDED: dict[str, Any] = json.loads((FIXTURES / "grafana_webhook_v1_synthetic.json").read_text())
BODY = RECORDED["body"].encode()
KEY = "grafana-key-of-32-characters-xyz"
TARGET = f"/integrations/{KEY}"
SECRET = signing_secret(MASTER, hash_key(KEY))
TIMESTAMP, SIGNATURE = "X-Grafana-Alerting-Timestamp", "X-Grafana-Alerting-Signature"
SIGNED = [integration("grafana", "grafana", KEY, options={"signed": True})]


def sign(body: bytes, at: datetime | str, secret: str = SECRET) -> dict[str, str]:
    stamp = at if isinstance(at, str) else str(int(at.timestamp()))
    signature = hmac.digest(secret.encode(), stamp.encode() + b":" + body, hashlib.sha256).hex()
    return {"content-type": "application/json", TIMESTAMP: stamp, SIGNATURE: signature}


async def count(app: AlertApp) -> int:
    return (await app.rows("select count(*) from alert"))[0][0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({SIGNATURE: ""}, "X-Grafana-Alerting-Signature is missing"),
        ({SIGNATURE: "ab"}, "is not the HMAC"),
        ({SIGNATURE: "0" * 64}, "is not the HMAC"),
        ({SIGNATURE: "\xff" * 64}, "is not the HMAC"),
        ({TIMESTAMP: ""}, "X-Grafana-Alerting-Timestamp is missing"),
        ({TIMESTAMP: "yesterday"}, "5 minutes off"),
        ({TIMESTAMP: "9" * 30}, "5 minutes off"),
        ({TIMESTAMP: "-1"}, "5 minutes off"),
        ({TIMESTAMP: "\xb2"}, "5 minutes off"),
    ],
)
async def test_what_is_not_signed_as_it_should_be_is_refused(
    db: Database, clock: VirtualClock, change: dict[str, str], words: str
) -> None:
    async with alert_app(db, SIGNED) as app:
        said = await app.ask("POST", TARGET, sign(BODY, clock.now()) | change, BODY)
        assert said.status == 401, said
        assert words in said.json()["error"]
        assert SECRET not in said.body.decode()
        assert await count(app) == 0


async def test_a_changed_body_another_secret_and_an_old_request_are_refused(db: Database, clock: VirtualClock) -> None:
    async with alert_app(db, SIGNED) as app:
        headers = sign(BODY, clock.now())
        assert (await app.ask("POST", TARGET, headers, BODY.replace(b"blue", b"gray"))).status == 401
        assert (await app.ask("POST", TARGET, sign(BODY, clock.now(), "gsecret"), BODY)).status == 401
        clock.advance(timedelta(minutes=5, seconds=1))
        assert (await app.ask("POST", TARGET, headers, BODY)).status == 401
        assert (await app.ask("POST", TARGET, sign(BODY, clock.now() + timedelta(minutes=6)), BODY)).status == 401
        assert await count(app) == 0


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_signed_request_is_taken(db: Database, clock: VirtualClock, method: str) -> None:
    async with alert_app(db, SIGNED) as app:
        said = await app.ask(method, TARGET, sign(BODY, clock.now()), BODY)
        assert (said.status, said.json()) == (200, {"status": "success", "accepted": 1})
        (row,) = await app.rows("select title, url, labels, details -> 'values', state from alert")
        assert row == (
            "s",
            "http://grafana/alerting/grafana/abc/view?orgId=1",
            {"alertname": "High memory", "team": "blue", "grafana_folder": "F"},
            {"B": 44.2, "C": 1},
            "firing",
        )


async def test_without_a_timestamp_only_where_the_integration_says_so(db: Database, clock: VirtualClock) -> None:
    options = {"signed": True, "timestamp_header": "none", "signature_header": "X-Mine"}
    async with alert_app(db, [integration("grafana", "grafana", KEY, options=options)]) as app:
        signature = hmac.digest(SECRET.encode(), BODY, hashlib.sha256).hex()
        assert (await app.ask("POST", TARGET, {"X-Mine": signature}, BODY)).status == 200
        assert (await app.ask("POST", TARGET, {SIGNATURE: signature}, BODY)).status == 401


async def test_an_unsigned_integration_takes_the_recorded_request_and_its_end(db: Database) -> None:
    async with alert_app(db, [integration("grafana", "grafana", KEY)]) as app:
        assert (await app.ask("POST", TARGET, RECORDED["headers"], BODY)).status == 200
        ended = json.loads(BODY)
        ended["status"], ended["state"] = "resolved", "ok"
        ended["alerts"][0] |= {"status": "resolved", "endsAt": "2026-11-20T15:40:00Z"}
        bearer = {"authorization": f"Bearer {KEY}"}
        assert (await app.ask("POST", "/integrations", bearer, json.dumps(ended).encode())).status == 200
        assert await app.rows("select state, ended_by from alert") == [("resolved", "source")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"version": "4", "alerts": []}', "Alertmanager has its own type"),
        (b'{"my": "payload"}', "type generic"),
        (b'{"alerts": [{"labels": {}}, {"labels": {"a": "b"}}]}', "alerts.0: labels"),
        (b'{"alerts": [{"labels": {"a": "b"}, "valueString": "\\u0000"}, {"labels": {"a": "b"}}]}', "NUL"),
    ],
)
async def test_what_cannot_be_read_is_named_and_the_good_alerts_survive(db: Database, body: bytes, words: str) -> None:
    async with alert_app(db, [integration("grafana", "grafana", KEY)]) as app:
        said = await app.ask("POST", TARGET, {}, body)
        assert said.status == 400
        assert words in said.json()["error"]
        assert await count(app) == body.count(b'"a": "b"}}]')


@pytest.mark.parametrize("stamped", [True, False])
def test_the_recorded_signatures_are_right(stamped: bool) -> None:
    options = {"signed": True} | ({} if stamped else {"timestamp_header": "none"})
    signature = RECORDED["headers"][SIGNATURE] if stamped else RECORDED["signature_without_timestamp"]
    delivered = Delivered(
        body=BODY,
        integration=Integration(id=1, name="g", type="grafana", options=options),
        headers={SIGNATURE.lower(): signature, TIMESTAMP.lower(): RECORDED["timestamp"]},
    )
    now = datetime.fromtimestamp(int(RECORDED["timestamp"]), UTC)
    assert verify(delivered, RECORDED["hmac_secret"], now) is None
    assert verify(delivered, "another", now) is not None
