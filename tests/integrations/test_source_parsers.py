"""Every source's parser: captured payloads to signals, and hostile bytes to the client's own refusal (ALR-1, ALR-2,
SEC-7)."""

import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.model import Integration, Says, Signal, fingerprint_of, identity_of
from tocsin.integrations.sources import PATH_SOURCES, SOURCES
from tocsin.integrations.sources.contract import Delivered, Parsed, instant, one_line, web_url

FOLDER = Path("src/tocsin/integrations/sources")
KEY = "R0123456789ABCDEFGHIJKLMNOPQRSTU"


def requests_of(name: str) -> list[dict[str, Any]]:
    (path,) = FOLDER.glob(f"*/fixtures/{name}.json")
    return [each for each in json.loads(path.read_text())["requests"] if each["method"] == "POST"]


def parse(source: str, content: Any, *, type: str = "application/json", agent: str = "", **options: Any) -> Parsed:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    integration = Integration(id=1, name="it", type=source, options=options)
    parser = PATH_SOURCES.get(source) or SOURCES[source]
    return parser.parse(Delivered(body=body, content_type=type, integration=integration, user_agent=agent))


def said(parsed: Parsed) -> tuple[int, Any]:
    return parsed.answer.status, json.loads(parsed.answer.body) if parsed.answer.body else None


# Prometheus


def test_prometheus_alerts_carry_lease_and_identity() -> None:
    first = requests_of("prometheus_2.42_post_api_v2_alerts")[0]["body_json"]
    parsed = parse("prometheus", first)
    assert said(parsed) == (200, None)
    assert len(parsed.signals) == len(first)
    signal = parsed.signals[0]
    assert signal.identity == identity_of(first[0]["labels"])
    assert fingerprint_of(signal.labels) == "71468a56866ebba2"
    assert signal.title == "Errors 9 on 127.0.0.1:18081"
    assert signal.starts_at == datetime(2026, 11, 20, 15, 31, 41, 632_000, tzinfo=UTC)
    assert signal.ends_at == signal.starts_at + timedelta(minutes=4)
    assert (signal.severity_hint, signal.group_hint) == ("critical", "HighErrorRate")
    assert signal.url.startswith("http://vm:19090/graph")


def test_amtool_sends_year_one_for_unset() -> None:
    (posted,) = [each for each in requests_of("amtool_0.25") if '"Foo"' in json.dumps(each["body_json"])][:1]
    (signal,) = parse("prometheus", posted["body_json"]).signals
    assert (signal.starts_at, signal.ends_at) == (None, None)
    assert signal.timeout == timedelta(minutes=5)
    assert signal.title == "Foo"


REFUSED_ALERTS = [
    (
        "a label is no string",
        {"labels": {"a": 5}},
        400,
        "json: cannot unmarshal number into Go struct field Alert.labels of type string",
    ),
    ("no object", 5, 400, "cannot unmarshal number into Go value of type models.PostableAlert"),
    ("labels missing", {"annotations": {}}, 422, "1.labels in body is required"),
    ("null", None, 422, "1.labels in body is required"),
    ("bad time", {"labels": {"a": "b"}, "startsAt": "yesterday"}, 400, 'cannot parse "yesterday"'),
    ("time no text", {"labels": {"a": "b"}, "endsAt": 5}, 400, "Alert.endsAt of type string"),
    ("bad URL", {"labels": {"a": "b"}, "generatorURL": "not a url"}, 422, "1.generatorURL in body must be of type uri"),
    ("empty labels", {"labels": {"a": ""}}, 400, "at least one label pair required"),
    ("bad label name", {"labels": {"bad-name": "x"}}, 400, 'invalid label set: invalid name "bad-name"'),
    (
        "bad annotation name",
        {"labels": {"a": "b"}, "annotations": {"x y": ""}},
        400,
        'invalid annotations: invalid name "x y"',
    ),
    (
        "ends first",
        {"labels": {"a": "b"}, "startsAt": "2026-01-02T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"},
        400,
        "start time must be before end time",
    ),
    ("NUL in a value", {"labels": {"a": "x\0y"}}, 400, "NUL"),
    ("NUL in an annotation", {"labels": {"a": "b"}, "annotations": {"c": "\0"}}, 400, "NUL"),
    ("a lone surrogate", {"labels": {"a": "\ud800"}}, 400, "lone surrogate"),
    ("NaN", {"labels": {"a": "b"}, "x": float("nan")}, 400, "NaN"),
    ("too many labels", {"labels": {f"l{n}": "x" for n in range(10_000)}}, 400, "more than 128 labels"),
    ("too long labels", {"labels": {"a": "x" * 70_000}}, 400, "longer than"),
    ("too long a name", {"labels": {"a" * 70_000: "x"}}, 400, "longer than"),
]


@pytest.mark.parametrize(("bad", "status", "words"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED_ALERTS])
def test_a_bad_alert_is_refused_and_the_good_ones_survive(bad: Any, status: int, words: str) -> None:
    good = {"labels": {"alertname": "Good"}}
    parsed = parse("prometheus", [good, bad, good])
    answered, body = said(parsed)
    assert answered == status
    assert words in (body if isinstance(body, str) else body["message"])
    assert [signal.title for signal in parsed.signals] == ["Good", "Good"]


REFUSED_BODIES = [
    (b"", 422),
    (b"{", 400),
    (b"[{", 400),
    (b'"text"', 400),
    (b"\xff\xfe", 400),
    (b"[" * 100_000 + b"]" * 100_000, 400),
    (b'[{"labels":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}]", 400),
    (b"[" + b"9" * 10_000 + b"]", 400),
    (b'[{"labels":{"a":"\xed\xa0\x80"}}]', 400),
]


@pytest.mark.parametrize(("body", "status"), REFUSED_BODIES, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    "source",
    [
        "prometheus",
        "prometheus-v1",
        "alertmanager",
        "pagerduty",
        "pagerduty-change",
        "generic",
        "grafana",
        "opsgenie",
        "datadog",
        "cloudevents",
    ],
)
def test_hostile_bodies_are_refused_and_never_raise(source: str, body: bytes, status: int) -> None:
    parsed = parse(source, body)
    assert 400 <= parsed.answer.status < 500
    assert parsed.signals == []
    if source == "prometheus":
        assert parsed.answer.status == status


def test_prometheus_3_may_name_labels_in_utf8() -> None:
    alert = [{"labels": {"alertname": "A", "http.status": "500"}}]
    assert parse("prometheus", alert).answer.status == 400
    assert parse("prometheus", alert, agent="Prometheus/3.5.0").answer.status == 200


def test_only_web_addresses_become_links() -> None:
    (signal,) = parse("prometheus", [{"labels": {"a": "b"}, "generatorURL": "javascript:alert(1)"}]).signals
    assert signal.url == ""


def test_an_alert_with_a_blank_name_is_called_by_its_labels() -> None:
    signals = parse("prometheus", [{"labels": {"alertname": " ", "job": "db", "instance": "a"}}]).signals
    assert [signal.title for signal in signals] == ["alertname= , instance=a, job=db"]


def test_version_one_answers_in_its_own_shape() -> None:
    assert said(parse("prometheus-v1", [{"labels": {"a": "b"}}], type="text/plain")) == (200, {"status": "success"})
    status, body = said(parse("prometheus-v1", [{"labels": {}}]))
    assert (status, body["status"], body["error"]) == (400, "error", "at least one label pair required")


# Alertmanager's webhook


def test_the_webhook_goes_by_each_alerts_own_status() -> None:
    payload = requests_of("alertmanager_0.25_webhook_v4")[0]["body_json"]
    payload["alerts"][1]["status"] = "resolved"
    payload["alerts"][1]["endsAt"] = "2026-11-20T15:34:41.632Z"
    first, second = parse("alertmanager", payload).signals
    assert (first.says, first.ends_at, first.timeout) == (Says.FIRING, None, None)
    assert second.says is Says.RESOLVED
    assert second.ends_at == datetime(2026, 11, 20, 15, 34, 41, 632_000, tzinfo=UTC)
    assert first.group_hint == payload["groupKey"]


def test_the_webhook_and_prometheus_agree_on_identity() -> None:
    payload = requests_of("alertmanager_0.25_webhook_v4")[0]["body_json"]
    for signal, alert in zip(parse("alertmanager", payload).signals, payload["alerts"], strict=True):
        assert fingerprint_of(signal.labels) == alert["fingerprint"]


def test_nanoseconds_and_unknown_fields_are_read() -> None:
    payload = {
        "version": "4",
        "notification_reason": "first notification",
        "routeLabels": {},
        "alerts": [{"status": "firing", "labels": {"a": "b"}, "startsAt": "2026-11-20T15:34:16.104289989Z"}],
    }
    (signal,) = parse("alertmanager", payload).signals
    assert signal.starts_at == datetime(2026, 11, 20, 15, 34, 16, 104_290, tzinfo=UTC)


REFUSED_WEBHOOKS = [
    ({"version": "5", "alerts": []}, "version"),
    ({"version": "4"}, "alerts"),
    ({"version": "4", "alerts": [{"labels": {}}]}, "alerts.0: labels"),
    ({"version": "4", "alerts": [{"labels": {"a": 1}}]}, "alerts.0"),
    ({"version": "4", "alerts": [{"labels": {"a": "b"}, "status": "burning"}]}, "alerts.0: status"),
    ({"version": "4", "alerts": [{"labels": {"a": "\0"}}]}, "NUL"),
]


@pytest.mark.parametrize(("payload", "words"), REFUSED_WEBHOOKS)
def test_a_bad_webhook_names_its_field(payload: Any, words: str) -> None:
    status, body = said(parse("alertmanager", payload))
    assert status == 400
    assert words in body["error"]


def test_the_good_alerts_of_a_webhook_survive() -> None:
    payload = {"version": "4", "alerts": [{"labels": {"a": "b"}}, {"labels": {}}]}
    parsed = parse("alertmanager", payload)
    assert (parsed.answer.status, len(parsed.signals)) == (400, 1)


# PagerDuty


def event(**changed: Any) -> dict[str, Any]:
    payload = {"summary": "CPU high", "source": "host1", "severity": "error"}
    return {"routing_key": KEY, "event_action": "trigger", "dedup_key": "k", "payload": payload} | changed


def test_a_trigger_becomes_a_signal_with_what_routes_may_match() -> None:
    posted = requests_of("pagerduty_py_7.2.0")[0]["body_json"]
    parsed = parse("pagerduty", posted)
    (signal,) = parsed.signals
    assert parsed.key == KEY
    assert said(parsed) == (202, {"status": "success", "message": "Event processed", "dedup_key": "srv01/cpu"})
    assert signal.labels == {
        "source": "host1",
        "severity": "error",
        "component": "db",
        "group": "prod",
        "class": "cpu",
        "dedup_key": "srv01/cpu",
    }
    assert (signal.title, signal.url, signal.starts_at) == ("CPU high", "http://l", None)
    assert signal.details is not None
    assert signal.details["custom_details"] == {"load": 9.5}


def test_without_a_dedup_key_the_answer_tells_the_one_that_was_made() -> None:
    parsed = parse("pagerduty", event(dedup_key=None))
    _, body = said(parsed)
    assert len(body["dedup_key"]) == 32
    assert parsed.signals[0].labels["dedup_key"] == body["dedup_key"]


def test_the_key_may_come_in_a_header() -> None:
    posted = event()
    del posted["routing_key"]
    body = json.dumps(posted).encode()
    assert PATH_SOURCES["pagerduty"].parse(Delivered(body=body, key=KEY)).key == KEY


REFUSED_EVENTS = [
    ({"routing_key": "BAD"}, "Length of 'routing_key' is incorrect (should be 32 characters)"),
    ({"routing_key": None}, "'routing_key' is missing or blank"),
    ({"event_action": "explode"}, "'event_action' is invalid"),
    ({"event_action": "resolve", "dedup_key": ""}, "'dedup_key' is missing or blank"),
    ({"dedup_key": "x" * 256}, "Length of 'dedup_key' is incorrect"),
    ({"dedup_key": 5}, "'dedup_key' is invalid"),
    ({"payload": None}, "'payload' is missing or blank"),
    ({"payload": {"source": "h", "severity": "info"}}, "'payload.summary' is missing or blank"),
    ({"payload": {"summary": "s", "severity": "info"}}, "'payload.source' is missing or blank"),
    (
        {"payload": {"summary": "s", "source": "h", "severity": "Critical"}},
        "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ),
    ({"payload": {"summary": "\0", "source": "h", "severity": "info"}}, "a text holds the NUL character"),
]


@pytest.mark.parametrize(("changed", "words"), REFUSED_EVENTS)
def test_a_bad_event_gets_pagerdutys_error_body(changed: dict[str, Any], words: str) -> None:
    parsed = parse("pagerduty", event(**changed))
    status, body = said(parsed)
    assert (status, body["status"], body["message"]) == (400, "invalid event", "Event object is invalid")
    assert any(error.startswith(words) for error in body["errors"])
    assert parsed.signals == []


def test_every_complaint_is_listed() -> None:
    _, body = said(parse("pagerduty", event(payload={}, event_action="trigger", dedup_key="x" * 300)))
    assert len(body["errors"]) == 4


def test_a_change_opens_nothing() -> None:
    posted = next(each for each in requests_of("pagerduty_py_7.2.0") if "change" in each["target"])["body_json"]
    parsed = parse("pagerduty-change", posted)
    assert said(parsed) == (202, {"status": "success", "message": "Change event processed"})
    assert parsed.signals == []
    (change,) = parsed.changes
    assert (change.summary, change.source, change.details, change.links) == ("deployed", "ci", {"v": 1}, ("http://l",))


# Generic

MAPPING = {
    "alerts": "data.items",
    "title": "alert.name",
    "key": "alert.id",
    "status": "state",
    "resolved": ["cleared"],
    "severity": "tags.level",
    "labels": "tags",
    "url": "links.0",
    "starts_at": "since",
}
ITEM = {
    "alert": {"name": "Disk full", "id": 17},
    "state": "CLEARED",
    "tags": {"level": "page", "host": "db1", "cores": 8, "empty": ""},
    "links": ["https://example.net/d"],
    "since": "2026-03-02T10:00:00+01:00",
}


def test_a_mapping_finds_the_fields() -> None:
    (signal,) = parse("generic", {"data": {"items": [ITEM]}}, mapping=MAPPING).signals
    assert (signal.title, signal.says, signal.severity_hint) == ("Disk full", Says.RESOLVED, "page")
    assert signal.labels == {"level": "page", "host": "db1", "cores": "8", "severity": "page"}
    assert signal.url == "https://example.net/d"
    assert signal.starts_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_identity_is_the_mapped_key_whatever_else_changes() -> None:
    other = {**ITEM, "tags": {"level": "info"}, "state": "firing"}
    first, second = parse("generic", {"data": {"items": [ITEM, other]}}, mapping=MAPPING).signals
    assert first.identity == second.identity


def test_without_a_mapping_the_fields_have_their_own_names() -> None:
    (signal,) = parse("generic", {"title": "It burns", "severity": "critical", "status": "firing"}).signals
    assert (signal.title, signal.severity_hint, signal.labels) == ("It burns", "critical", {"severity": "critical"})


def test_the_good_ones_of_a_list_survive_and_the_bad_are_named() -> None:
    parsed = parse("generic", [{"title": "good"}, {"name": "no title"}, {"title": "x", "starts_at": "soon"}])
    status, body = said(parsed)
    assert (status, body["accepted"], len(parsed.signals)) == (422, 1, 1)
    assert "1.title: is missing or blank" in body["error"]
    assert "2.starts_at: 'soon' is no instant" in body["error"]


# What all share

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=12,
)
field_names = st.sampled_from(
    [
        "labels",
        "annotations",
        "startsAt",
        "endsAt",
        "alerts",
        "version",
        "status",
        "payload",
        "routing_key",
        "title",
        "key",
    ]
)
documents = st.one_of(
    json_values,
    st.dictionaries(field_names, json_values, max_size=6),
    st.lists(st.dictionaries(field_names, json_values, max_size=4), max_size=3),
)


@given(st.sampled_from([*SOURCES, *PATH_SOURCES]), documents)
def test_no_document_makes_a_parser_raise_or_yield_what_cannot_be_stored(source: str, document: Any) -> None:
    parsed = parse(source, document)
    assert parsed.answer.status < 500
    for signal in parsed.signals:
        assert isinstance(signal, Signal)
        assert signal.labels
        assert signal.title
        assert len(signal.title) <= 200
        text = json.dumps([signal.labels, signal.annotations, signal.title, signal.summary, signal.url, signal.details])
        assert "\\u0000" not in text
        assert signal.starts_at is None or signal.starts_at.year >= 1970


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=5))
def test_identity_does_not_depend_on_the_order_of_labels(labels: dict[str, str]) -> None:
    assert identity_of(labels) == identity_of(dict(reversed(labels.items())))


def test_the_fingerprint_is_alertmanagers() -> None:
    assert fingerprint_of({"alertname": "T1", "x": "1"}) == "7f852445bf49c8ac"
    assert fingerprint_of({}) == "cbf29ce484222325"


def test_instants_links_and_titles_are_tamed() -> None:
    assert instant(datetime(1, 1, 1, tzinfo=UTC)) is None
    assert instant(datetime(9999, 12, 31, 23, tzinfo=UTC)) == datetime(9000, 1, 1, tzinfo=UTC)
    assert instant(datetime(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)  # noqa: DTZ001
    assert [web_url(url) for url in ("HTTPS://x/y", "ftp://x", "http://x y", None, "http://x/" + "y" * 3000)] == [
        "HTTPS://x/y",
        "",
        "",
        "",
        "",
    ]
    assert one_line("\n\n  first \n second") == "first"
    assert len(one_line("x" * 500)) == 200


LONG = [
    ("prometheus", '[{"labels": {"a": "b"}, "annotations": {"summary": "@", "@": "x"}}]'),
    ("prometheus", '[{"labels": {"a": "b"}, "generatorURL": "http://x/@"}]'),
    ("alertmanager", '{"alerts": [{"labels": {"a": "b"}, "annotations": {"summary": "@am"}}]}'),
    ("generic", '{"title": "@generic", "url": "http://x/@"}'),
    ("opsgenie", '{"message": "@opsgenie"}'),
    ("datadog", '{"title": "@datadog", "link": "http://x/@"}'),
]


@pytest.mark.parametrize(("source", "body"), LONG)
def test_nothing_of_a_long_text_stays_in_memory(source: str, body: str) -> None:
    parse(source, body.replace("@", "x" * 1000).encode())
    tracemalloc.start()
    try:
        for n in range(20):
            assert parse(source, body.replace("@", f"x{n}" * 40_000).encode()).answer.status < 500
        assert tracemalloc.get_traced_memory()[0] < 500_000
    finally:
        tracemalloc.stop()
