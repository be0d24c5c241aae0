"""The answers of Prometheus' HTTP API (`/api/v1/query`, `/api/v1/query_range`) as numbers. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

import msgspec

Series = tuple[float, ...]
Point = tuple[datetime, float]


class Unreadable(Exception):
    """No answer that can be compared; the message is for a person and repeats nothing of it."""


class _Data(msgspec.Struct):
    resultType: str
    result: Any = None


class _Answer(msgspec.Struct):
    status: str
    data: _Data | None = None
    errorType: str = ""


_Sample = tuple[float, str]


class _Of(msgspec.Struct):
    metric: dict[str, str] = {}
    value: _Sample | None = None
    values: list[_Sample] = []


def read_series(body: bytes, status: int) -> list[Series]:
    """The values of each series, oldest first; an instant query gives one of each. Raises Unreadable."""
    return [tuple(value for _, value in points) for _, points in _read(body, status)]


def read_points(body: bytes, status: int) -> list[Point]:
    """Instants and values of a range of one series, oldest first; nothing is empty. Raises Unreadable."""
    found = _read(body, status)
    if len(found) > 1:
        raise Unreadable(f"The query gives {len(found)} series: make it one, with sum(…) or max(…)")
    return [(datetime.fromtimestamp(at, UTC), value) for _, points in found for at, value in points]


def read_lines(body: bytes, status: int) -> list[tuple[dict[str, str], list[Point]]]:
    """The labels of each series, and its instants and values, oldest first. Raises Unreadable."""
    return [
        (labels, [(datetime.fromtimestamp(at, UTC), value) for at, value in points])
        for labels, points in _read(body, status)
    ]


def _read(body: bytes, status: int) -> list[tuple[dict[str, str], list[tuple[float, float]]]]:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
        if answer.status != "success" or answer.data is None:
            kind = answer.errorType if answer.errorType in _ERRORS else "error"
            raise Unreadable(f"Prometheus refused the query ({kind}, HTTP {status})")
        if answer.data.resultType == "scalar":
            return [({}, [_number(msgspec.convert(answer.data.result, _Sample))])]
        if answer.data.resultType not in ("vector", "matrix"):
            raise Unreadable("The query gives no numbers")
        found = msgspec.convert(answer.data.result, list[_Of])
        return [
            (of.metric, [_number(each) for each in ([of.value] if of.value is not None else of.values)]) for of in found
        ]
    except (msgspec.MsgspecError, ValueError):
        raise Unreadable(f"This is no answer of Prometheus (HTTP {status})") from None


def _number(sample: _Sample) -> tuple[float, float]:
    at, value = sample
    return at, float(value)


_ERRORS = ("bad_data", "timeout", "canceled", "execution", "internal", "unavailable", "not_found")


def one_series(found: Sequence[Series]) -> Series:
    """A baseline compares one number. Raises Unreadable for none, and for several."""
    if not found:
        raise Unreadable("There is no data, and missing data fails")
    if len(found) > 1:
        raise Unreadable(f"The query gives {len(found)} series: make it one, with sum(…) or max(…)")
    return found[0]


def median_of(values: Sequence[float], *, expected: int) -> float:
    """The median, when at least half of the `expected` samples are there and numbers. Raises Unreadable."""
    numbers = [value for value in values if math.isfinite(value)]
    if 2 * len(numbers) < expected:
        raise Unreadable(f"The baseline has {len(numbers)} of {expected} samples, and missing data fails")
    return median(numbers)
