"""What a service promises (MET-5): objectives, their window, and what follows when a budget is used up. Pure values.

What has been used of a budget is the business of `insights.slo`. Light imports only: the command line reads this.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from tocsin.catalog.severity import Profile
from tocsin.kernel.durations import format_duration, parse_duration, parse_latency
from tocsin.kernel.errors import Invalid

MONTH = timedelta(days=30.44)
"""`window: month`: a twelfth of 365.28 days, so that 99.9 % of it is 43.8 minutes (MET-5)."""

USUAL_WINDOW = timedelta(days=30)
SHORTEST, LONGEST = timedelta(days=1), timedelta(days=366)

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s?%?", re.ASCII)
_LATENCY = re.compile(r"(\S+)\s+below\s+(.+)", re.ASCII)


class Objective(StrEnum):
    """What is promised."""

    AVAILABILITY = "availability"
    ERROR_RATE = "error-rate"
    LATENCY = "latency"


class Consequence(StrEnum):
    """What an organisation does when a budget is used up."""

    FREEZE = "freeze"
    REVIEW = "review"
    CHAOS_EXERCISE = "chaos-exercise"


WORDS: dict[Consequence, str] = {
    Consequence.FREEZE: "only critical deployments go out",
    Consequence.REVIEW: "every incident of the window is reviewed",
    Consequence.CHAOS_EXERCISE: "a chaos exercise is held",
}


class LatencyTarget(Struct, frozen=True, kw_only=True):
    """`percent` of the requests are answered within `below`. None: no share is said, so that there is no budget, and
    the time is only what checks that say `slo` compare with.
    """

    below: timedelta
    percent: float | None = None


class Slo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`availability` in per cent of the time at least, `error_rate` in per cent of the requests at most. Each query is
    PromQL that gives one number from 0 to 1: the share that is available (`query`), that fails (`errors`), that is too
    slow (`slow`). Error rate and latency are known from their query only.
    """

    window: timedelta = USUAL_WINDOW
    availability: float | None = None
    error_rate: float | None = None
    latency: LatencyTarget | None = None
    query: str | None = None
    errors: str | None = None
    slow: str | None = None
    prometheus: str | None = None


class SloPolicy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`downtime`: the levels whose incidents are downtime; empty: the two worst of the active severity profile."""

    downtime: tuple[str, ...] = ()
    exhausted: tuple[Consequence, ...] = tuple(Consequence)


class Goal(NamedTuple):
    """One objective: the share of the window that may be bad, and the query that measures it."""

    objective: Objective
    allowed: float
    words: str
    query: str | None
    query_gives_good: bool


def goals_of(slo: Slo) -> tuple[Goal, ...]:
    """In the order in which they are told."""
    found: list[Goal] = []
    if slo.availability is not None:
        words = f"{in_percent(slo.availability)} available"
        found.append(Goal(Objective.AVAILABILITY, 1 - slo.availability / 100, words, slo.query, True))
    if slo.error_rate is not None:
        words = f"at most {in_percent(slo.error_rate)} of requests fail"
        found.append(Goal(Objective.ERROR_RATE, slo.error_rate / 100, words, slo.errors, False))
    if slo.latency is not None and slo.latency.percent is not None:
        words = f"{in_percent(slo.latency.percent)} of requests within {in_time(slo.latency.below)}"
        found.append(Goal(Objective.LATENCY, 1 - slo.latency.percent / 100, words, slo.slow, False))
    return tuple(found)


def downtime_levels_of(policy: SloPolicy, profile: Profile) -> tuple[str, ...]:
    """As the organisation says it, else the two worst: those at which users are surely hurt."""
    return policy.downtime or tuple(level.name for level in profile.levels if level.is_top)


def read_percent(text: str) -> float:
    """ "99.9%" → 99.9; raises Invalid for what does not lie between 0 and 100."""
    number = _PERCENT.fullmatch(text.strip())
    if number is None or not 0 < float(number[1]) < 100:
        raise Invalid(f"{text[:40]!r} is no share between 0% and 100%.", "Write it as 99.9%.")
    return float(number[1])


def read_window(text: str) -> timedelta:
    """ "30d", or "month"; raises Invalid."""
    window = MONTH if text.strip() == "month" else parse_duration(text)
    if not SHORTEST <= window <= LONGEST:
        raise Invalid(f"A window of {text.strip()} is too short or too long.", "Write month, or 1d to 366d, as 30d.")
    return window


def read_latency(text: str) -> LatencyTarget:
    """ "95% below 300ms", or "300ms"; raises Invalid."""
    parts = _LATENCY.fullmatch(text.strip())
    if parts is None:
        return LatencyTarget(below=parse_latency(text))
    return LatencyTarget(below=parse_latency(parts[2]), percent=read_percent(parts[1]))


def in_percent(number: float) -> str:
    """99.9 → "99.9%", as a file writes it."""
    return f"{number:.6f}".rstrip("0").rstrip(".") + "%"


def in_window(window: timedelta) -> str:
    """As a file writes it."""
    return "month" if window == MONTH else format_duration(window)


def in_latency(target: LatencyTarget) -> str:
    """As a file writes it."""
    share = f"{in_percent(target.percent)} below " if target.percent is not None else ""
    return share + in_time(target.below)


def in_time(span: timedelta) -> str:
    """300ms, or 2s."""
    milliseconds = round(span / timedelta(milliseconds=1))
    return format_duration(span) if milliseconds % 1000 == 0 else f"{milliseconds}ms"
