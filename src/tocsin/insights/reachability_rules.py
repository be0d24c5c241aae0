"""Whether a page would reach somebody, and what is done to find out: `(responder, now) → steps`. Pure.

A person is in doubt when **none of the ways by which a page of the worst level comes to them is proven**. One proven
way is enough, for the page goes by all of them; a proven way that such a page does not use is no help at three in the
morning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tocsin.catalog.model import Organisation
from tocsin.delivery.proof_model import PROVEN_FOR, ProofState, Standing
from tocsin.delivery.proof_rules import (
    WORKING_HOURS,
    Desk,
    is_askable,
    is_newly_missed,
    is_open,
    is_to_be_reminded,
    next_proof_at,
    standing,
)
from tocsin.incidents.sentences import joined
from tocsin.insights.reachability_model import Deed, Doubt, Marks, Reach, Responder, Step, Way, WayProof
from tocsin.kernel.localtime import zone_of
from tocsin.oncall.model import ScheduleOnCall

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def desk_of(responder: Responder, organisation: Organisation, every: timedelta) -> Desk:
    """The business hours of the organisation, on the clock of the person."""
    return Desk(zone_of(responder.time_zone), organisation.business_hours or WORKING_HOURS, every)


def decide_steps(responder: Responder, desk: Desk, sendable: Collection[str], now: datetime) -> Iterator[Step]:
    """What is due. Of all ways that are due one is asked, the one that was proven longest ago; and none while another
    question is open, a page waits, or the person is on leave. `sendable`: the kinds that this installation can send.
    """
    for way in responder.ways:
        if way.record.begun_at is None:
            yield Step(Deed.BEGIN, responder, way)
        elif is_newly_missed(way.record, now):
            yield Step(Deed.TELL_MISSED, responder, way)
        elif is_to_be_reminded(way.record, now) and not responder.is_paged:
            yield Step(Deed.REMIND, responder, way)
    way = _way_to_ask(responder, desk, sendable, now)
    if way is not None:
        yield Step(Deed.ASK, responder, way)


def _way_to_ask(responder: Responder, desk: Desk, sendable: Collection[str], now: datetime) -> Way | None:
    is_busy = responder.is_paged or responder.is_away or any(is_open(way.record, now) for way in responder.ways)
    if is_busy or not is_askable(desk, now):
        return None
    known = [way for way in responder.ways if way.contact.kind in sendable and is_told(way)]
    due = [way for way in known if next_proof_at(way.record, desk, now) <= now]
    return min(due, key=_last_heard, default=None)


def is_told(way: Way) -> bool:
    """Nothing goes out by what nobody has confirmed, nor by what is broken; what is new begins on another day."""
    return way.contact.is_confirmed and way.contact.broken_at is None and way.record.begun_at is not None


def _last_heard(way: Way) -> datetime:
    return way.record.asked_at or way.record.answered_at or _LONG_AGO


def reach_of(responder: Responder, desk: Desk | None, now: datetime, schedules: Iterable[str] = ()) -> Reach:
    """`desk` None: nobody is asked by schedule."""
    return Reach(
        person=responder.name,
        ways=tuple(
            _way_proof(number, way, desk, now)
            for number, way in enumerate(responder.ways, 1)
            if way.contact.is_confirmed
        ),
        doubt=doubt_of(responder, now),
        schedules=tuple(schedules),
    )


def _way_proof(number: int, way: Way, desk: Desk | None, now: datetime) -> WayProof:
    is_asked, broken_at = is_open(way.record, now), way.contact.broken_at
    is_asked_again = desk is not None and not is_asked and broken_at is None
    return WayProof(
        contact=way.contact.id,
        number=number,
        kind=way.contact.kind,
        wakes=way.wakes,
        standing=standing(way.record, now),
        asked_at=way.record.asked_at,
        answer_by=way.record.answer_by if is_asked else None,
        next_at=next_proof_at(way.record, desk, now) if desk is not None and is_asked_again else None,
        broken=way.contact.broken_why or "its provider says so" if broken_at is not None else "",
    )


def doubt_of(responder: Responder, now: datetime) -> Doubt | None:
    """None: some way that wakes them is proven."""
    waking = [(way.contact.kind, standing(way.record, now)) for way in responder.ways if way.wakes]
    if any(found.is_proven for _, found in waking):
        return None
    return Doubt(
        person=responder.name,
        sentence=f"{responder.name} {_why(waking)}",
        since=max((found.since for _, found in waking if found.since is not None), default=None),
    )


def way_in_need(responder: Responder, now: datetime) -> Way | None:
    """What somebody would ask first: a way that is not proven and waits for no answer, of those that wake before the
    others. None: there is none."""
    told = [way for way in responder.ways if way.contact.is_confirmed and way.contact.broken_at is None]
    found = [way for way in told if not is_open(way.record, now) and not standing(way.record, now).is_proven]
    return min(found, key=lambda way: (not way.wakes, _last_heard(way)), default=None)


def marks_of(soon: Collection[str], all_named: Collection[str], doubts: Mapping[str, Doubt]) -> Marks:
    """`soon`: who is on call now or next. A doubt about them burns, one about others is a promise about to break."""
    return Marks(
        red=tuple(doubts[name] for name in soon if name in doubts),
        amber=tuple(doubts[name] for name in sorted(all_named) if name in doubts and name not in soon),
    )


def names_soon(line: ScheduleOnCall) -> tuple[str, ...]:
    """Who is on call now, then who is next."""
    coming = line.next.users if line.next is not None else ()
    return tuple(dict.fromkeys((*line.on_call.users, *coming)))


def _why(waking: Sequence[tuple[str, Standing]]) -> str:
    """Completes "bob …": the worst that is known comes first."""
    kinds: dict[ProofState, list[str]] = {}
    for kind, found in waking:
        kinds.setdefault(found.state, []).append(kind)
    if not kinds:
        return "has no way to be reached"
    if ProofState.MISSED in kinds:
        return f"has not answered the test by {_ways(kinds[ProofState.MISSED])}"
    if ProofState.ASKED in kinds:
        return f"has still to answer a test by {_ways(kinds[ProofState.ASKED])}"
    if ProofState.DUE in kinds:
        return f"has not answered by {_ways(kinds[ProofState.DUE])} for {PROVEN_FOR.days} days"
    return f"has never answered a message by {_ways(kinds[ProofState.NEVER])}"


def _ways(kinds: Sequence[str]) -> str:
    return joined(tuple(dict.fromkeys(kinds)))
