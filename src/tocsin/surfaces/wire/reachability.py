"""Reachability on the wire: of each person and way whether a page would arrive, as far as it is known (PAG-3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tocsin.insights.reachability_model import Doubt, Reach, WayProof
from tocsin.surfaces.wire.contacts import ACCOUNT


class Unproven(msgspec.Struct, kw_only=True):
    """Somebody of whom nobody knows whether a page would wake them, and why; `since` null: never known."""

    person: str
    sentence: str
    since: datetime | None


class Way(msgspec.Struct, kw_only=True):
    """One way to reach somebody. `contact` is its id or "account", `number` its place in `tocsin contact list`;
    `wakes`: a page of the worst level comes by it.

    `state` is proven, due (the last answer is older than 30 days), asked (a test waits until `answer_by`), missed or
    never; `proven` counts. `next_at`: when it is tested next, null: now under way, or not by itself. `broken`: why
    nothing is sent by it, empty: it is.
    """

    contact: str
    number: int
    kind: str
    wakes: bool
    state: str
    since: datetime | None
    proven: bool
    answered_at: datetime | None
    asked_at: datetime | None
    answer_by: datetime | None
    next_at: datetime | None
    broken: str


class Person(msgspec.Struct, kw_only=True):
    """`unproven` null: some way that wakes them is proven."""

    person: str
    unproven: Unproven | None
    ways: list[Way]
    schedules: list[str]


class Reachability(msgspec.Struct, kw_only=True):
    """By name: everybody whom a schedule or a policy names, as far as the caller may see it."""

    people: list[Person]


class Asked(msgspec.Struct, kw_only=True):
    """Who was asked, by which kind of contact."""

    person: str
    kind: str


def reachability(found: Iterable[Reach]) -> Reachability:
    return Reachability(
        people=[
            Person(
                person=each.person,
                unproven=unproven([each.doubt])[0] if each.doubt is not None else None,
                ways=[_way(way) for way in each.ways],
                schedules=list(each.schedules),
            )
            for each in found
        ]
    )


def unproven(found: Sequence[Doubt]) -> list[Unproven]:
    return [Unproven(person=each.person, sentence=each.sentence, since=each.since) for each in found]


def _way(way: WayProof) -> Way:
    standing = way.standing
    return Way(
        contact=str(way.contact or ACCOUNT),
        number=way.number,
        kind=way.kind,
        wakes=way.wakes,
        state=standing.state.value,
        since=standing.since,
        proven=standing.is_proven,
        answered_at=standing.answered_at,
        asked_at=way.asked_at,
        answer_by=way.answer_by,
        next_at=way.next_at,
        broken=way.broken,
    )
