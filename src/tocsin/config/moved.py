"""Whose shifts a document moves: they are told when it is applied, and whoever applies it knows before. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tocsin.config.document import Document, Notice
from tocsin.config.world import World, as_served
from tocsin.kernel.localtime import zone_of
from tocsin.oncall.change_model import Interval
from tocsin.oncall.moving import Move, moves
from tocsin.oncall.rescheduling import LOOK_AHEAD
from tocsin.oncall.words import shown

NAMED = 8


def find_moved(before: World, after: World, document: Document, now: datetime) -> Iterator[Notice]:
    """Each schedule of the document that has been there before and moves somebody's shift within 90 days."""
    for item in document.schedules:
        known = before.schedules.get(item.value.name)
        if known is None or known.value == item.value:
            continue
        served = as_served(known.value, before), as_served(item.value, after)
        found = moves(*served, Interval(now, now + LOOK_AHEAD))
        if found:
            yield document.notice(item, "", _sentence(item.value.name, item.value.time_zone, found))


def _sentence(schedule: str, time_zone: str, found: dict[str, Move]) -> str:
    names = list(found)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    first = min(time.starts_at for move in found.values() for time in (*move.gains, *move.loses))
    return (
        f"shifts of {', '.join(names[:NAMED])}{more} in {schedule} move, the first on "
        f"{shown(first, zone_of(time_zone))}: applying this tells them"
    )
