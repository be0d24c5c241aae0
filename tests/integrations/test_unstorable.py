"""What cannot be kept is refused in the source's own words and costs no other alert of its request (ALR-2, SEC-7)."""

import pytest

from tests.integrations.test_source_parsers import KEY
from tocsin.alerts.model import Integration
from tocsin.integrations.sources import PATH_SOURCES, SOURCES
from tocsin.integrations.sources.contract import MAX_DEPTH, Delivered, Parsed

SENT: dict[str, bytes] = {
    "grafana": b'{"alerts": [{"labels": {"a": "Good"}}, {"labels": {"a": "x"}, "values": {"B": #}}]}',
    "generic": b'[{"title": "Good"}, {"title": "x", "labels": {"b": #}}]',
    "cloudevents": b'[{"specversion":"1.0","id":"1","source":"s","type":"Good"},'
    b' {"specversion":"1.0","id":"2","source":"s","type":"t","data":{"title":"t","labels":{"b": #}}}]',
    "pagerduty": b'{"routing_key": "%b", "event_action": "trigger", "payload": {"summary": "s", "source": "s",'
    b' "severity": "error", "custom_details": {"b": #}}}' % KEY.encode(),
    "opsgenie": b'{"message": "m", "description": "d", "details": {"b": #}, "actions": [#]}',
    "datadog": b'{"title": "m", "body": "b", "x": #}',
}
BATCHES = ("grafana", "generic", "cloudevents")


def sent(source: str, value: bytes) -> Parsed:
    type_ = "application/cloudevents-batch+json" if source == "cloudevents" else "application/json"
    integration = Integration(id=1, name="it", type=source)
    parser = PATH_SOURCES.get(source) or SOURCES[source]
    body = SENT[source].replace(b"#", value)
    return parser.parse(Delivered(body=body, content_type=type_, integration=integration))


@pytest.mark.parametrize("inner", [b"1", b'"\\u0000"'])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 300, 900])
@pytest.mark.parametrize("source", SENT)
def test_nesting_is_refused_and_harms_no_other_alert(source: str, depth: int, inner: bytes) -> None:
    parsed = sent(source, b'{"a":' * depth + inner + b"}" * depth)
    assert 400 <= parsed.answer.status < 500
    assert len(parsed.signals) == (source in BATCHES)


@pytest.mark.parametrize("value", [b"[" * 50_000 + b"]" * 50_000, b"NaN", b'"\\ud800"', b'"\xff"'])
@pytest.mark.parametrize("source", SENT)
def test_what_is_no_json_is_refused(source: str, value: bytes) -> None:
    parsed = sent(source, value)
    assert 400 <= parsed.answer.status < 500
    assert len(parsed.signals) <= (source in BATCHES)


@pytest.mark.parametrize("source", SENT)
def test_usual_nesting_is_kept(source: str) -> None:
    depth = MAX_DEPTH - 10
    parsed = sent(source, b'{"a":' * depth + b"1" + b"}" * depth)
    assert parsed.answer.status < 300
    assert len(parsed.signals) == 1 + (source in BATCHES)
