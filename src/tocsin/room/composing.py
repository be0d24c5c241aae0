"""A checklist put together (GRD-2): the items of a level, what ticks itself and what people ticked. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tocsin.catalog.severity import Profile
from tocsin.room.checklist_items import Item, Phase, checklist_of
from tocsin.room.model import RoomFacts
from tocsin.room.ticking import WHEN, early_until, phase_of


class TickedBy(msgspec.Struct, frozen=True):
    """A person's tick; `by` is an actor, "@alice"."""

    by: str
    at: datetime


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One item as it stands. `n` counts through the whole list, from 1. `ticks_itself` says when, empty: people do."""

    n: int
    key: str
    text: str
    rule: str
    is_ticked: bool
    ticks_itself: str
    by: str | None
    at: datetime | None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One phase; `is_current`: the one to look at now."""

    phase: Phase
    title: str
    lines: tuple[Line, ...]
    is_current: bool

    @property
    def done(self) -> int:
        return sum(line.is_ticked for line in self.lines)


def compose(facts: RoomFacts, profile: Profile, ticked: Mapping[str, TickedBy], now: datetime) -> tuple[Part, ...]:
    """The whole list. `ticked` is by the key of an item."""
    current, n = phase_of(facts, now), 0
    parts: list[Part] = []
    for phase, items in checklist_of(profile, facts.level).items():
        lines = tuple(_line(n + place, item, facts, ticked, now) for place, item in enumerate(items, 1))
        n += len(items)
        parts.append(Part(phase=phase, title=title_of(phase, facts), lines=lines, is_current=phase is current))
    return tuple(parts)


def _line(n: int, item: Item, facts: RoomFacts, ticked: Mapping[str, TickedBy], now: datetime) -> Line:
    words, holds = WHEN[item.tick] if item.tick is not None else ("", None)
    by = ticked.get(item.key) if holds is None else None
    return Line(
        n=n,
        key=item.key,
        text=item.text,
        rule=item.rule,
        is_ticked=by is not None if holds is None else holds(facts, now),
        ticks_itself=words,
        by=by.by if by is not None else None,
        at=by.at if by is not None else None,
    )


def title_of(phase: Phase, facts: RoomFacts) -> str:
    until = early_until(facts) // timedelta(minutes=1)
    return {
        Phase.FIRST: "First 5 minutes",
        Phase.EARLY: f"Until minute {until}",
        Phase.LATER: f"From minute {until} on",
        Phase.MITIGATION: "Mitigation",
        Phase.RESOLUTION: "Before it is resolved",
        Phase.CLOSING: "When it is resolved",
        Phase.AFTER: "Afterwards",
    }[phase]
