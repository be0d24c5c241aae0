"""What a postmortem asks Prometheus (PMT-1, PMT-3), against a little server: a number, series with their
labels, and every way in which there is none.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.support.sinks import HttpSink, answers
from tocsin.integrations.checks.promql.evidence import PromqlEvidence
from tocsin.kernel.addresses import AddressGuard
from tocsin.kernel.http import GuardedHttp
from tocsin.postmortems.measurement_model import Said

NOW = datetime(2026, 11, 2, 3, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def prometheus() -> Iterator[HttpSink]:
    with HttpSink() as sink:
        yield sink
        sink.inbox.forget()


async def said(sink: HttpSink, prometheus: str | None = None) -> Said:
    async with GuardedHttp(AddressGuard().with_private()) as http:
        return await PromqlEvidence(http, lambda _: None).value_at("sum(x)", prometheus or sink.url, NOW)


def vector(*values: str) -> bytes:
    result: list[Any] = [{"metric": {}, "value": [NOW.timestamp(), value]} for value in values]
    return msgspec.json.encode({"status": "success", "data": {"resultType": "vector", "result": result}})


async def test_a_number_at_an_instant(prometheus: HttpSink) -> None:
    prometheus.behaviour = answers(200, vector("1204.4"))
    assert await said(prometheus) == Said(1204.4)
    assert f"query=sum(x)&time={NOW.timestamp()}" in (await prometheus.inbox.receives()).path


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, vector(), "There is no data"),
        (200, vector("1", "2"), "gives 2 series"),
        (
            400,
            b'{"status":"error","errorType":"bad_data","error":"<b>x</b>"}',
            "refused the query (bad_data, HTTP 400)",
        ),
        (502, b"<html>", "no answer of Prometheus (HTTP 502)"),
    ],
)
async def test_why_there_is_no_number(prometheus: HttpSink, status: int, body: bytes, why: str) -> None:
    prometheus.behaviour = answers(status, body)
    found = await said(prometheus)
    assert found.value is None
    assert why in found.trouble
    assert "<" not in found.trouble


async def test_nobody_answers_or_is_named(prometheus: HttpSink) -> None:
    assert "does not answer" in (await said(prometheus, "http://127.0.0.1:1")).trouble
    assert "is not set" in (await said(prometheus, "env:NOWHERE")).trouble
    async with GuardedHttp(AddressGuard()) as http:
        found = await PromqlEvidence(http, lambda _: None).value_at("x", prometheus.url, NOW)
    assert "does not answer" in found.trouble, "a private address is not asked unless the operator allows it"
    async with GuardedHttp() as http:
        assert "No Prometheus is named" in (await PromqlEvidence(http, lambda _: None).value_at("x", None, NOW)).trouble


async def test_a_course_keeps_the_labels_of_its_series(prometheus: HttpSink) -> None:
    at = NOW.timestamp()
    result: list[Any] = [
        {"metric": {"pod": "a</svg>"}, "values": [[at, "1"], [at + 60, "NaN"]]},
        {"metric": {"pod": "b"}, "values": []},
    ]
    body = msgspec.json.encode({"status": "success", "data": {"resultType": "matrix", "result": result}})
    prometheus.behaviour = answers(200, body)
    async with GuardedHttp(AddressGuard().with_private()) as http:
        asker = PromqlEvidence(http, lambda _: None)
        course = await asker.course_of("x", prometheus.url, NOW, NOW + MINUTE, MINUTE)
    (line,) = course.lines
    assert line.labels == {"pod": "a</svg>"}
    assert [point[0] for point in line.points] == [NOW, NOW + MINUTE]
    assert (line.points[0][1], line.points[1][1] != line.points[1][1]) == (1.0, True)
