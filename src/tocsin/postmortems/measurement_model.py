"""What Prometheus is asked about an incident (PMT-1, PMT-3), and what it said: frozen, with its source. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from tocsin.kernel.charts import Chart
from tocsin.postmortems.figures import Figure


class Span(NamedTuple):
    begins_at: datetime
    ends_at: datetime


class Query(Struct, frozen=True, kw_only=True):
    """PromQL about one service. `figure`: one number at the end of the time; None: its course, drawn as `title`.

    `bound` is what the course is to stay below or above, drawn as a line, with `bound_words`.
    """

    service: str
    promql: str
    prometheus: str | None
    figure: Figure | None = None
    title: str = ""
    bound: float | None = None
    bound_words: str = ""


class Line(NamedTuple):
    """One series: the labels that tell it from the others, and its values, oldest first."""

    labels: Mapping[str, str]
    points: tuple[tuple[datetime, float], ...]


class Said(NamedTuple):
    """The answer to a figure: None with `trouble`, a sentence without its full stop that says why."""

    value: float | None
    trouble: str = ""


class Course(NamedTuple):
    """The answer to a course; no lines with `trouble`."""

    lines: tuple[Line, ...]
    trouble: str = ""


class Measurement(Struct, frozen=True, kw_only=True):
    """One answer as it is kept, from 1 on within its incident: a `value`, a `chart`, or the `trouble` why neither."""

    n: int
    service: str
    figure: Figure | None
    title: str
    query: str
    begins_at: datetime
    ends_at: datetime
    measured_at: datetime
    value: float | None = None
    chart: Chart | None = None
    trouble: str = ""
