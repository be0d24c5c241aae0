"""When a layer is open at all: its begin and end, its restricted hours, the public holidays. Pure, in local time."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from tocsin.kernel.localtime import Stretch, stretch_at
from tocsin.oncall.model import Layer, OnHolidays
from tocsin.oncall.public_holidays import holidays_of

DAY = timedelta(days=1)


def open_at(layer: Layer, local: datetime, holidays: str | None) -> Stretch:
    """Whether a layer has anybody to say at a local time, since when and until when that is so."""
    if local < layer.starts:
        return Stretch(False, None, layer.starts)
    if layer.ends is not None and local >= layer.ends:
        return Stretch(False, max(layer.starts, layer.ends), None)
    inside, since, until = True, layer.starts, layer.ends
    for one in _limits(layer, local, holidays):
        inside = inside and one.inside
        since = one.since if one.since is not None and one.since > since else since
        until = one.until if one.until is not None and (until is None or one.until < until) else until
    return Stretch(inside, since, until)


def _limits(layer: Layer, local: datetime, holidays: str | None) -> list[Stretch]:
    """What narrows a layer between its begin and its end."""
    found = [stretch_at(layer.restrict, local)] if layer.restrict else []
    if layer.on_holidays is not OnHolidays.ANY:
        found.append(_on_holidays(layer.on_holidays, holidays, local))
    return found


def _on_holidays(rule: OnHolidays, holidays: str | None, local: datetime) -> Stretch:
    stretch = holidays_at(holidays, local) if holidays is not None else Stretch(False, None, None)
    return Stretch(stretch.inside is (rule is OnHolidays.ONLY), stretch.since, stretch.until)


def holidays_at(code: str, local: datetime) -> Stretch:
    """Whether a local time is on a public holiday, from the midnight that begins it to the one that ends it."""
    begins, ends = _runs(code, local.year)
    place = bisect_right(begins, local) - 1
    since = begins[place] if place >= 0 else None
    if place >= 0 and local < ends[place]:
        return Stretch(True, since, ends[place])
    until = begins[place + 1] if place + 1 < len(begins) else None
    return Stretch(False, ends[place] if place >= 0 else None, until)


@lru_cache(maxsize=1024)
def _runs(code: str, year: int) -> tuple[tuple[datetime, ...], tuple[datetime, ...]]:
    """The begins and ends of the unbroken runs of holidays from the year before to the year after."""
    days = sorted({day for each in (year - 1, year, year + 1) for day in holidays_of(code, each)})
    begins = tuple(_midnight(day) for day in days if day - DAY not in days)
    ends = tuple(_midnight(day + DAY) for day in days if day + DAY not in days)
    return begins, ends


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
