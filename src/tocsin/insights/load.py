"""The load of each person within a time: every figure with the records that add up to it. Pure (ONC-7, MET-1).

What lasts (hours, time awake) counts where it lies; what happens (a shift, a night, a page, an incident) counts where
it begins. So the figures of two times that follow one another, of people, and of schedules simply add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from tocsin.catalog.working_time import DailyHours
from tocsin.insights.hours import HolidayOf, clip, end_of_night, list_pieces, night_of
from tocsin.insights.model import NOTHING, Awake, Call, Duty, Figures, Night, Piece, Records
from tocsin.kernel.localtime import DAY

IN_TIME = timedelta(minutes=15)
"""How soon an acknowledgement is in time (ONC-7)."""
MARGIN = 2 * DAY
"""How much earlier than a time one reads, to know what began before it: a night, a shift, a time awake."""

T = TypeVar("T", "Piece", "Duty", "Call")


class Facts(Struct, frozen=True, kw_only=True):
    """What is known: duties from `MARGIN` before the time that is asked about, calls from that time on too.

    `zones` has every person that a duty or a call names.
    """

    duties: Sequence[Duty]
    calls: Sequence[Call]
    zones: Mapping[str, ZoneInfo]
    night: DailyHours
    holiday_of: HolidayOf


def records_of(facts: Facts, since: datetime, until: datetime, now: datetime) -> dict[str, Records]:
    """By person, for everybody who has any, what counts within [since, until)."""
    pieces = _by_user(_pieces(facts, since, until))
    earlier = _by_user(_pieces(facts, since - MARGIN, since))
    shifts = _by_user(duty for duty in facts.duties if since <= duty.starts_at < until)
    calls = _by_user(facts.calls)
    found: dict[str, Records] = {}
    for user in sorted(pieces.keys() | calls.keys()):
        called = _called(facts, calls.get(user, ()), since, until, now)
        own = structs.replace(
            called,
            pieces=tuple(pieces.get(user, ())),
            shifts=tuple(shifts.get(user, ())),
            nights=_nights(earlier.get(user, ()), pieces.get(user, ())),
        )
        if own != Records():
            found[user] = own
    return found


def figures_of(records: Records) -> Figures:
    """The row of one person: how much each kind of record adds up to."""
    return Figures(
        hours=_total(records.pieces),
        night_hours=_total(piece for piece in records.pieces if piece.night is not None),
        weekend_hours=_total(piece for piece in records.pieces if piece.is_weekend),
        holiday_hours=_total(piece for piece in records.pieces if piece.holiday),
        shifts=len(records.shifts),
        nights=len(records.nights),
        pages=len(records.pages),
        night_pages=len(records.night_pages),
        incidents=len(records.incidents),
        in_time=len(records.in_time),
        decided=len(records.decided),
        awake=_total(records.awake),
    )


def sum_of(rows: Iterable[Figures]) -> Figures:
    """The last row of a table."""
    return sum(rows, Figures())


def is_night(at: datetime, zone: ZoneInfo, night: DailyHours) -> bool:
    """Whether somebody of that zone sleeps at an instant."""
    return night_of(at, zone, night) is not None


def _pieces(facts: Facts, since: datetime, until: datetime) -> list[Piece]:
    return list_pieces(clip(facts.duties, since, until), facts.zones, facts.night, facts.holiday_of)


def _nights(earlier: Iterable[Piece], pieces: Iterable[Piece]) -> tuple[Night, ...]:
    """The nights in which a person is on call, but those in which they were `earlier`."""
    counted = {piece.night for piece in earlier}
    found: dict[date, Night] = {}
    for piece in pieces:
        if piece.night is not None and piece.night not in counted:
            found.setdefault(piece.night, Night(evening=piece.night, starts_at=piece.starts_at))
    return tuple(found.values())


def _called(facts: Facts, calls: Sequence[Call], since: datetime, until: datetime, now: datetime) -> Records:
    """What the calls of one person make of the records."""
    pages = sorted((call for call in calls if since <= call.at < until), key=lambda call: (call.at, call.page_id))
    decided = [call for call in pages if call.answered_at is not None or now - call.at >= IN_TIME]
    firsts = {call.incident_id: call for call in reversed(pages) if call.first_at >= since}
    return Records(
        pages=tuple(pages),
        night_pages=tuple(call for call in pages if is_night(call.at, facts.zones[call.user], facts.night)),
        incidents=tuple(call for call in pages if firsts.get(call.incident_id) is call),
        decided=tuple(decided),
        in_time=tuple(c for c in decided if c.answered_at is not None and c.answered_at - c.at <= IN_TIME),
        awake=_awake(facts, calls, since, until, now),
    )


def _awake(facts: Facts, calls: Sequence[Call], since: datetime, until: datetime, now: datetime) -> tuple[Awake, ...]:
    """From each page at night until it was over for that person, at most until the night was; overlaps count once."""
    found: list[Awake] = []
    for call in sorted(calls, key=lambda each: (each.at, each.page_id)):
        zone = facts.zones[call.user]
        evening = night_of(call.at, zone, facts.night)
        if evening is None:
            continue
        ends_at = min(call.awake_until or now, end_of_night(evening, zone, facts.night), until)
        starts_at = max(call.at, since)
        if ends_at <= starts_at:
            continue
        last = found[-1] if found else None
        if last is not None and starts_at <= last.ends_at:
            incidents = tuple(dict.fromkeys((*last.incidents, call.incident)))
            found[-1] = Awake(starts_at=last.starts_at, ends_at=max(last.ends_at, ends_at), incidents=incidents)
        else:
            found.append(Awake(starts_at=starts_at, ends_at=ends_at, incidents=(call.incident,)))
    return tuple(found)


def _by_user(records: Iterable[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for record in records:
        found.setdefault(record.user, []).append(record)
    return found


def _total(parts: Iterable[Piece | Awake]) -> timedelta:
    return sum((part.length for part in parts), NOTHING)
