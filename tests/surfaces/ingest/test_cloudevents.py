"""CloudEvents in their three modes: it begins with who may not, then what the reference library sends."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surfaces.alert_app import AlertApp, alert_app, integration
from tocsin.alerts.model import Integration
from tocsin.db.database import Database
from tocsin.integrations.sources.cloudevents.parse import parse
from tocsin.integrations.sources.contract import Delivered
from tocsin.kernel.clock import VirtualClock

FIXTURES = Path("src/tocsin/integrations/sources/cloudevents/fixtures")
RECORDED: list[dict[str, Any]] = json.loads((FIXTURES / "cloudevents_py_2.2.0.json").read_text())["requests"]
BINARY, STRUCTURED, BATCHED = RECORDED
KEY = "cloudevents-key-of-32-characters"
TARGET = f"/integrations/{KEY}"
EVERY = [integration("events", "cloudevents", KEY), integration("prometheus", "prometheus", "prometheus-key-0123")]
EVENT = {"specversion": "1.0", "id": "1", "source": "/s", "type": "com.example.full", "subject": "disk"}


async def send(app: AlertApp, request: dict[str, Any], target: str = TARGET) -> Any:
    return await app.ask("POST", target, [tuple(pair) for pair in request["headers"]], request["body"].encode())


async def structured(app: AlertApp, event: Any, media_type: str = "application/cloudevents+json") -> Any:
    return await app.ask("POST", TARGET, {"content-type": media_type}, json.dumps(event).encode())


async def test_an_unknown_key_is_refused_and_may_not_ask_either(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        assert (await send(app, BINARY, "/integrations/unknown-key")).status == 401
        for key in ("unknown-key", "prometheus-key-0123"):
            asked = await app.ask("OPTIONS", f"/integrations/{key}", {"webhook-request-origin": "events.example.com"})
            assert "webhook-allowed-origin" not in asked.headers
        assert await app.rows("select count(*) from alert") == [(0,)]


async def test_what_the_library_sends_fires_and_ends_one_alert(db: Database, clock: VirtualClock) -> None:
    clock.set(datetime(2026, 11, 20, 16, tzinfo=UTC))
    async with alert_app(db, EVERY) as app:
        said = await send(app, BINARY)
        assert (said.status, said.json()) == (202, {"status": "success", "accepted": 1})
        assert await app.rows("select title, severity_hint, url, labels, state from alert") == [
            (
                "Volume data 1 is full",
                "critical",
                "https://storage.example.com/v/1",
                {
                    "source": "//storage.example.com/clusters/c1",
                    "type": "com.example.volume.full",
                    "subject": "volumes/data 1 é",
                    "region": "eu",
                    "cluster": "c1",
                    "severity": "critical",
                },
                "firing",
            )
        ]
        assert (await send(app, STRUCTURED)).status == 202
        assert await app.rows("select state, to_char(ended_at at time zone 'utc', 'HH24:MI') from alert") == [
            ("resolved", "15:40")
        ]


async def test_a_batch_is_worked_in_order(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        assert (await send(app, BATCHED)).json()["accepted"] == 2
        assert await app.rows("select title, state from alert") == [("Volume 2 is full", "resolved")]


async def test_the_good_events_of_a_batch_survive_the_bad(db: Database) -> None:
    batch = [EVENT, {**EVENT, "id": ""}, 5, {**EVENT, "subject": "cpu"}]
    async with alert_app(db, EVERY) as app:
        said = await structured(app, batch, "application/cloudevents-batch+json")
        assert said.status == 400
        assert said.json() == {
            "error": "1.id: is missing or blank; 2.an event is a JSON object",
            "accepted": 2,
        }
        assert await app.rows("select title from alert order by 1") == [
            ("com.example.full on cpu",),
            ("com.example.full on disk",),
        ]


async def test_a_sender_that_asks_may_send(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        asked = await app.ask("OPTIONS", TARGET, {"webhook-request-origin": "events.example.com"})
        assert asked.status == 200
        assert asked.headers["webhook-allowed-origin"] == "events.example.com"
        assert asked.headers["webhook-allowed-rate"] == "*"


@pytest.mark.parametrize(
    ("type_", "data", "state"),
    [
        ("com.example.full", {"status": "resolved"}, "resolved"),
        ("com.example.full.recovered", {}, "resolved"),
        ("com.example.full", {"status": "still bad"}, "firing"),
        ("com.example.full.triggered", {"status": "ok"}, "firing"),
    ],
)
async def test_the_end_is_told_by_the_type_or_by_the_status(db: Database, type_: str, data: Any, state: str) -> None:
    async with alert_app(db, EVERY) as app:
        await structured(app, EVENT)
        await structured(app, {**EVENT, "id": "2", "type": type_, "data": data})
        assert await app.rows("select state from alert") == [(state,)]


async def test_a_mapping_says_where_the_facts_are(db: Database) -> None:
    mapping = {"title": "data.rule.name", "key": "data.rule.id", "status": "data.state", "resolved": ["fine"]}
    mapped = [integration("events", "cloudevents", KEY, options={"mapping": mapping})]
    event = {**EVENT, "data": {"rule": {"name": "Too slow", "id": "r1"}, "state": "bad"}}
    async with alert_app(db, mapped) as app:
        await structured(app, event)
        await structured(app, {**event, "subject": "other", "data": {**event["data"], "state": "fine"}})
        assert await app.rows("select title, state from alert") == [("Too slow", "resolved")]


REFUSED: list[tuple[dict[str, str], bytes, int, str]] = [
    ({}, b"{}", 415, "content-type"),
    ({"content-type": "application/json"}, json.dumps(EVENT).encode(), 415, "is no CloudEvent"),
    ({"content-type": "application/cloudevents+avro"}, b"x", 415, "is not JSON"),
    ({"content-type": "application/cloudevents+json"}, b"{", 400, "body"),
    ({"content-type": "application/cloudevents+json"}, b"[]", 400, "JSON object"),
    ({"content-type": "application/cloudevents-batch+json"}, b"{}", 400, "a batch is a JSON list"),
    (
        {"content-type": "application/cloudevents+json"},
        json.dumps({**EVENT, "specversion": "0.3"}).encode(),
        400,
        "specv",
    ),
    ({"content-type": "application/cloudevents+json"}, json.dumps({**EVENT, "time": "soon"}).encode(), 400, "time"),
    ({"content-type": "application/cloudevents+json"}, json.dumps({**EVENT, "x": "\0"}).encode(), 400, "NUL"),
    (
        {"content-type": "application/cloudevents+json"},
        json.dumps({**EVENT, **{f"x{n}": "y" for n in range(200)}}).encode(),
        400,
        "attributes: more than 128",
    ),
    ({"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s"}, b"", 400, "type"),
    ({"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "%FF"}, b"", 400, "ce-type"),
    ({"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "a%00"}, b"", 400, "NUL"),
    ({"ce-specversion": "1.0", "ce-type": "t", "content-type": "application/json"}, b"{", 400, "body"),
]


@pytest.mark.parametrize(("headers", "body", "status", "words"), REFUSED)
async def test_what_is_no_event_is_refused_by_name(
    db: Database, headers: dict[str, str], body: bytes, status: int, words: str
) -> None:
    async with alert_app(db, EVERY) as app:
        said = await app.ask("POST", TARGET, headers, body)
        assert said.status == status, said
        assert words in said.json()["error"]
        assert await app.rows("select count(*) from alert") == [(0,)]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
events = st.fixed_dictionaries(
    {"specversion": st.just("1.0"), "id": st.just("1"), "source": values, "type": values},
    optional={"subject": values, "time": values, "data": values, "severity": values},
)


@given(events)
def test_no_event_makes_the_parser_raise(event: Any) -> None:
    body, kind = json.dumps(event).encode(), "application/cloudevents+json"
    parsed = parse(Delivered(body=body, content_type=kind, integration=Integration(id=1, name="e", type="cloudevents")))
    assert parsed.answer.status < 500
    assert all(signal.title and signal.labels for signal in parsed.signals)


@given(st.dictionaries(st.sampled_from(["ce-id", "ce-source", "ce-type", "ce-x", "ce-time"]), st.text(max_size=20)))
def test_no_header_makes_the_parser_raise(attributes: dict[str, str]) -> None:
    sent = {name: value.encode("utf-8", "replace").decode("latin-1") for name, value in attributes.items()}
    parsed = parse(Delivered(body=b"text", content_type="text/plain", headers={"ce-specversion": "1.0", **sent}))
    assert parsed.answer.status < 500
