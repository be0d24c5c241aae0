"""What senders get wrong in texts, numbers and nesting costs no alert its page (ALR-2, SEC-7)."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integrations.test_source_parsers import KEY
from tocsin.alerts.model import Integration
from tocsin.integrations.sources import PATH_SOURCES, SOURCES
from tocsin.integrations.sources.contract import Delivered, Parsed
from tocsin.integrations.sources.json_text import MAX_DEPTH, read_any, readable, shallow
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.compat.alertmanager.silences import read_silence

SENT: dict[str, bytes] = {
    "prometheus": b'[{"labels": {"alertname": "Good"}}, {"labels": {"a": "x"}, "annotations": {"a": @}, "x": #}]',
    "prometheus-v1": b'[{"labels": {"alertname": "Good"}}, {"labels": {"alertname": "x", "a": @}, "x": #}]',
    "alertmanager": b'{"alerts": [{"labels": {"a": "Good"}}, {"labels": {"a": "x"}, "annotations": {"a": @}, "x": #}]}',
    "grafana": b'{"alerts": [{"labels": {"a": "Good"}}, {"labels": {"a": @}, "values": {"B": #}}]}',
    "generic": b'[{"title": "Good"}, {"title": "x", "labels": {"a": @, "b": #}}]',
    "cloudevents": b'[{"specversion":"1.0","id":"1","source":"s","type":"Good"},'
    b' {"specversion":"1.0","id":"2","source":"s","type":"t","data":{"title":@,"labels":{"b": #}}}]',
    "pagerduty": b'{"routing_key": "%b", "event_action": "trigger", "payload": {"summary": "s", "source": @,'
    b' "severity": "error", "custom_details": {"b": #}}}' % KEY.encode(),
    "opsgenie": b'{"message": "m", "description": @, "details": {"b": #}, "actions": [#]}',
    "datadog": b'{"title": "m", "body": @, "x": #}',
}
ALERTS_SENT = {name: 1 if name in ("pagerduty", "opsgenie", "datadog") else 2 for name in SENT}
TEXTS = [
    b'"\\u0000"',
    b'"\\ud800"',
    b'"\\uDFFF\\ud83d"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b'"\0"',
    b'"two\nlines\tand \x01"',
    b'"\\\\u0000"',
    "\U0001f525".encode().join([b'"', b'"']),
]
NUMBERS = [b"NaN", b"-Infinity", b"1e999", b"-0", b"-0.0", b"9" * 25, b"9" * 5000, b"1" + b"0" * 400 + b".5"]


def sent(source: str, text: bytes = b'"t"', number: bytes = b"1") -> Parsed:
    type_ = "application/cloudevents-batch+json" if source == "cloudevents" else "application/json"
    body = SENT[source].replace(b"@", text).replace(b"#", number)
    integration = Integration(id=1, name="it", type=source)
    parser = PATH_SOURCES.get(source) or SOURCES[source]
    return parser.parse(Delivered(body=body, content_type=type_, integration=integration))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("source", SENT)
def test_a_text_that_is_none_is_read_as_well_as_it_goes(source: str, text: bytes) -> None:
    parsed = sent(source, text=text)
    assert parsed.answer.status < 300, parsed.answer
    assert len(parsed.signals) == ALERTS_SENT[source]
    assert_can_be_kept(parsed)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:9].decode())
@pytest.mark.parametrize("source", SENT)
def test_a_number_that_is_none_is_kept_as_its_text(source: str, number: bytes) -> None:
    parsed = sent(source, number=number)
    assert parsed.answer.status < 300, parsed.answer
    assert len(parsed.signals) == ALERTS_SENT[source]
    assert_can_be_kept(parsed)


@pytest.mark.parametrize("depth", [60, 300, 600, 900, 970, 2000, 50_000])
@pytest.mark.parametrize("inner", [b"1", b'"\\u0000"', b"NaN"])
@pytest.mark.parametrize("source", SENT)
def test_nesting_is_kept_as_text_or_refused_and_never_raises(source: str, inner: bytes, depth: int) -> None:
    parsed = sent(source, number=b'{"a":' * depth + inner + b"}" * depth)
    assert parsed.answer.status < 500
    assert_can_be_kept(parsed)
    if depth <= 300:
        assert len(parsed.signals) == ALERTS_SENT[source]


def assert_can_be_kept(parsed: Parsed) -> None:
    """By PostgreSQL, which takes neither NUL nor half a character, and by whoever reads it back."""
    kept = msgspec.json.encode([*parsed.signals, *parsed.changes])
    assert b"\\u0000" not in kept.replace(b"\\\\u0000", b"")
    assert all(shallow(signal.details) == signal.details for signal in parsed.signals)
    json.loads(kept, parse_constant=pytest.fail)


def test_what_nobody_can_read_is_marked() -> None:
    body = b'\xef\xbb\xbf["a\\u0000b", "\\ud800", "\\uD83D\\ude00", "\\\\ud800", "\xff\xc3\xa4"]'
    assert read_any(body) == ["a\ufffdb", "\ufffd", "\U0001f600", "\\ud800", "\ufffdä"]


def test_a_silence_is_read_in_the_same_way() -> None:
    body = b'{"comment":"\\u0000","createdBy":"a","startsAt":"%b","endsAt":"%b","matchers":[%b],"x":%b}'
    matcher = b'{"name":"a","value":"x\\u0000","isRegex":false}'
    when = b"2026-11-22T10:00:00Z"
    wanted = read_silence(body % (when, when, matcher, b"[" * 900 + b"]" * 900))
    assert (wanted.comment, wanted.matchers[0].value) == ("\ufffd", "x\ufffd")
    with pytest.raises(Invalid):
        read_silence(body % (when, when, matcher.replace(b'"a"', b'"\\u0000"'), b"1"))


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values, st.booleans())
def test_what_is_json_is_read_as_it_is(value: Any, ensure_ascii: bool) -> None:
    assert read_any(json.dumps(value, ensure_ascii=ensure_ascii).encode()) == value


@given(
    st.binary(max_size=60) | st.text("\\ud80D0cf\"'x\0ä\ud83d", max_size=40).map(lambda t: t.encode(errors="replace"))
)
def test_whatever_the_bytes_are_what_is_read_can_be_kept(body: bytes) -> None:
    readable(body).decode()
    try:
        value = read_any(b'["' + body + b'"]')
    except msgspec.MsgspecError:
        return
    kept = json.dumps(value, ensure_ascii=False)
    kept.encode()
    assert "\0" not in "".join(each for each in value if isinstance(each, str))


def test_what_is_nested_too_deep_is_kept_as_its_text() -> None:
    deep: Any = "x"
    for _ in range(MAX_DEPTH - 1):
        deep = {"a": deep}
    assert shallow(deep) is deep
    assert shallow([deep]) == "[" + json.dumps(deep, separators=(",", ":")) + "]"
