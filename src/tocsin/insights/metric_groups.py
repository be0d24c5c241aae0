"""To which groups an incident belongs, and how a group is called. Pure (MET-1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tocsin.insights.metric_model import CALENDAR, Case, Dimension, Key, Place
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import WEEKDAYS

NONE = "none"
_NOWHERE = (Place("", None),)
_OF_PLACES = frozenset({Dimension.SERVICE, Dimension.TEAM})


def read_dimensions(text: str) -> tuple[Dimension, ...]:
    """ "severity,service", at most two; empty: none. Raises Invalid that lists them."""
    found: list[Dimension] = []
    for word in filter(None, (each.strip().casefold() for each in text.split(","))):
        try:
            found.append(Dimension(word))
        except ValueError:
            what = f"Figures cannot be grouped by {word[:40]!r}."
            raise Invalid(what, f"Use one or two of {', '.join(Dimension)}.", field="by") from None
    if len(found) != len(set(found)) or len(found) > 2:
        raise Invalid("Figures are grouped by one thing, or by two different ones.", "Ask again by fewer.", field="by")
    return tuple(found)


def keys_of(
    case: Case, by: Sequence[Dimension], zone: ZoneInfo, services: Collection[str] = ()
) -> set[tuple[Key, ...]]:
    """Its groups: more than one when it touches several services and is grouped by them or their teams."""
    if not by:
        return {()}
    local = case.at.astimezone(zone) if not CALENDAR.isdisjoint(by) else case.at
    places = _NOWHERE
    if not _OF_PLACES.isdisjoint(by):
        places = tuple(each for each in case.places if not services or each.service in services) or _NOWHERE
    return {tuple(_key(case, dimension, local, place) for dimension in by) for place in places}


def _key(case: Case, dimension: Dimension, local: datetime, place: Place) -> Key:
    match dimension:
        case Dimension.SEVERITY:
            return case.severity
        case Dimension.CAUSE:
            return case.cause
        case Dimension.SERVICE:
            return place.service or None
        case Dimension.TEAM:
            return place.team
        case Dimension.WEEKDAY:
            return local.weekday()
        case Dimension.HOUR:
            return local.hour
        case Dimension.WEEK:
            return date.fromisocalendar(*local.isocalendar()[:2], 1)
        case Dimension.MONTH:
            return local.date().replace(day=1)


def in_order(group: tuple[Key, ...]) -> tuple[tuple[bool, Key], ...]:
    """A sort key: what has no name comes last."""
    return tuple((key is None, key if key is not None else "") for key in group)


def label(dimension: Dimension, key: Key) -> str:
    """As people read it: `SEV-1`, `Monday`, `14:00`, `2026-W10`, `2026-03`, `none`."""
    if key is None:
        return NONE
    if isinstance(key, int):
        return WEEKDAYS[key] if dimension is Dimension.WEEKDAY else f"{key:02}:00"
    if isinstance(key, date):
        year, week, _ = key.isocalendar()
        return f"{year}-W{week:02}" if dimension is Dimension.WEEK else f"{key:%Y-%m}"
    return key
