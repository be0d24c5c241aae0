"""A PromQL check: a query against bounds, now or all of a while, or against the median of an earlier time (RES-1)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.catalog.checks import Baseline, Better, PromqlCheck
from tocsin.integrations.checks.numbers import broken_bounds, held_bounds, shown
from tocsin.integrations.checks.promql.answer import Series, Unreadable, median_of, one_series, read_series
from tocsin.integrations.checks.promql.ask import Prometheus, base_of
from tocsin.kernel.durations import format_duration
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import SendFailed
from tocsin.verification.model import Finding, Occasion

HOUR = timedelta(hours=1)
STEP = timedelta(minutes=1)
WEEK = timedelta(weeks=1)
WEEKS = 4
_ALL_OF_AN_HOUR = HOUR // STEP + 1
_NEVER_CLOSER = timedelta(seconds=5)


@dataclass(frozen=True)
class PromqlLook:
    """Serves `verification.ports.Executor`. `variable` reads the environment of this process."""

    http: GuardedHttp
    variable: Callable[[str], str | None]

    async def look(self, check: PromqlCheck, occasion: Occasion) -> Finding:
        try:
            base = base_of(check.prometheus or occasion.prometheus, self.variable)
            asked = _Asked(Prometheus(self.http, base, check.timeout), check.query)
            if check.baseline is not None:
                return await _against_baseline(asked, check, occasion)
            return await _against_bounds(asked, check, occasion.now)
        except Unreadable as unreadable:
            return Finding(False, f"{unreadable}.")
        except SendFailed as failure:
            return Finding(False, f"Prometheus does not answer: {failure.detail}.")


@dataclass(frozen=True)
class _Asked:
    """One Prometheus that is asked one query at several times. Raises SendFailed, Unreadable."""

    prometheus: Prometheus
    query: str

    async def at(self, instant: datetime) -> list[Series]:
        return read_series(*await self.prometheus.value_at(self.query, instant))

    async def between(self, begin: datetime, end: datetime, step: timedelta) -> list[Series]:
        return read_series(*await self.prometheus.range_of(self.query, begin, end, step))


async def _against_bounds(asked: _Asked, check: PromqlCheck, now: datetime) -> Finding:
    if check.lasts is None:
        found = await asked.at(now)
    else:
        step = max(check.lasts / 20, _NEVER_CLOSER)
        found = await asked.between(now - check.lasts, now, step)
    values = [value for series in found for value in series]
    if not values:
        return Finding(False, "There is no data, and missing data fails.")
    for value in values:
        broken = " and ".join(broken_bounds(value, check.bounds))
        if broken or math.isnan(value):
            return Finding(
                False, f"It {_tense(check)} {shown(value)}, {broken or 'no number'}{_during(check)}{_promised(check)}."
            )
    series = f" in {len(found)} series" if len(found) > 1 else ""
    return Finding(True, f"It is {shown(values[-1])}{series}, {held_bounds(check.bounds)}{_during(check)}.")


def _tense(check: PromqlCheck) -> str:
    return "is" if check.lasts is None else "was"


def _during(check: PromqlCheck) -> str:
    return f" in the last {format_duration(check.lasts)}" if check.lasts is not None else ""


def _promised(check: PromqlCheck) -> str:
    return "; its SLO promises it" if check.within_slo else ""


async def _against_baseline(asked: _Asked, check: PromqlCheck, occasion: Occasion) -> Finding:
    value = one_series(await asked.at(occasion.now))[-1]
    if check.baseline is Baseline.BEFORE_IMPACT:
        usual = await _median_between(asked, [occasion.impact_at])
        when = "in the hour before the impact"
    else:
        usual = await _median_between(asked, [occasion.now - WEEK * n for n in range(1, WEEKS + 1)])
        when = f"at this hour of the last {WEEKS} weeks"
    return judge(check, value, usual, when)


async def _median_between(asked: _Asked, ends: list[datetime]) -> float:
    values: list[float] = []
    for end in ends:
        found = await asked.between(end - HOUR, end, STEP)
        values += one_series(found) if found else ()
    return median_of(values, expected=_ALL_OF_AN_HOUR * len(ends))


def judge(check: PromqlCheck, value: float, usual: float, when: str) -> Finding:
    """Whether `value` strays from `usual` by the tolerance at most, or only to the better side."""
    allowed = abs(usual) * check.tolerance
    strays = value - usual
    to_better_side = (check.better is Better.LOWER and strays < 0) or (check.better is Better.HIGHER and strays > 0)
    is_good = math.isfinite(value) and (to_better_side or abs(strays) <= allowed)
    words = "within" if is_good else "further than"
    return Finding(
        is_good,
        f"It is {shown(value)}, {words} {check.tolerance:.0%} {'of' if is_good else 'from'} {shown(usual)} {when}.",
    )
