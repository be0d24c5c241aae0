"""The report of a month, as values: what it says, and what it is made from (MET-4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from tocsin.incidents.model import Watched
from tocsin.insights.metric_model import Figure, Reckoning
from tocsin.insights.period import Period
from tocsin.insights.recommendations import Episode, Recommendation, Rules
from tocsin.kernel.charts import Chart
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.action_model import ActionItem


class Records(Struct, frozen=True, kw_only=True):
    """What is known. `periods` are months that follow each other, the last one is told of.

    `levels` are those of the severity profile, worst first; `owners` the team of each service; `habits` the figures of
    the last month beside the one before, of what is no time of an incident. It was read at `made_at`.
    """

    made_at: datetime
    organisation: str
    periods: tuple[Period, ...]
    levels: tuple[str, ...]
    rules: Rules
    episodes: tuple[Episode, ...]
    watched: tuple[Watched, ...]
    owners: Mapping[str, str | None]
    actions: tuple[ActionItem, ...] = ()
    habits: tuple[Figure, ...] = ()

    @property
    def reckoning(self) -> Reckoning:
        return self.rules.reckoning


class Count(Struct, frozen=True):
    """How many there were, and in the month before."""

    name: str
    n: int
    before: int


class Timing(Struct, frozen=True, kw_only=True):
    """A time in seconds, with its definition; `n` incidents stand behind it. None: nothing to reckon with."""

    name: str
    words: str
    formula: str
    mean: float | None
    median: float | None
    p90: float | None
    n: int
    left_out: int
    in_target: int
    with_target: int
    before: float | None
    before_n: int


class Habit(Struct, frozen=True, kw_only=True):
    """A share, a number or a rate in its unit, with its definition; `n` incidents stand behind it."""

    name: str
    words: str
    formula: str
    unit: str
    value: float | None
    n: int
    left_out: int
    before: float | None
    before_n: int


class Work(Struct, frozen=True):
    """The `n`th thing that was agreed on after an incident; `category` is prevent, detect, respond or process."""

    incident: int
    n: int
    category: str
    text: str

    @property
    def ref(self) -> str:
        """`INC-7 #3`"""
        return f"{incident_ref(self.incident)} #{self.n}"


class Report(Struct, frozen=True, kw_only=True):
    """`month` is `2026-10`, `month_before` the one it is compared with. Each list has the most frequent first.

    `made_at` is when the record was read; what was corrected later is not in it. `told` are patterns of all the months
    of the charts. `done` was finished in the month, `under_way` was open at its end.
    """

    month: str
    month_before: str
    made_at: datetime
    organisation: str
    zone: str
    profile: str
    incidents: Count
    levels: tuple[Count, ...]
    timings: tuple[Timing, ...]
    habits: tuple[Habit, ...]
    services: tuple[Count, ...]
    causes: tuple[Count, ...]
    rails: tuple[Count, ...]
    done: tuple[Work, ...]
    under_way: tuple[Work, ...]
    told: tuple[Recommendation, ...]
    charts: tuple[Chart, ...]
