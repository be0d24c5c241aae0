"""How a way stands, and when it is asked next: inside its owner's working hours, one way of a person at a time. Pure.

A question is put so early in the working day that its answer, too, is due within it: whoever is missed on Friday is
seen to be unproven before the weekend.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

import msgspec

from tocsin.delivery.proof_model import PROVEN_FOR, ProofState, Record, Standing, WayKey
from tocsin.kernel.localtime import DAY, Hours, instant_of, local_of

WORKING_HOURS = Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(17))
"""Where the organisation names no business hours."""

MINUTE = timedelta(minutes=1)
ANSWER_WITHIN = timedelta(hours=3)
"""Long enough for a meeting; half of the working hours where those are shorter than six hours."""

ASKED_DAILY_AFTER_MISSES = 3
"""So many questions in a row are put on working days that follow one another; then it is the ordinary pace again, for
somebody else has to mend what the person cannot."""


class Desk(NamedTuple):
    """When and where somebody works, and how often each of their ways is asked."""

    zone: ZoneInfo
    hours: Hours
    every: timedelta


def standing(record: Record, now: datetime) -> Standing:
    """Whatever was missed stays missed until the way is answered by: asking again mends nothing."""
    state, since = _state(record, now)
    answered = record.answered_at
    is_fresh = answered is not None and now < answered + PROVEN_FOR
    is_proven = is_fresh and state in (ProofState.PROVEN, ProofState.ASKED)
    return Standing(state=state, since=since, answered_at=answered, is_proven=is_proven)


def _state(record: Record, now: datetime) -> tuple[ProofState, datetime | None]:
    if record.missed_at is not None:
        return ProofState.MISSED, record.missed_at
    if record.answer_by is not None:
        is_over = record.answer_by <= now
        return (ProofState.MISSED, record.answer_by) if is_over else (ProofState.ASKED, record.asked_at)
    if record.answered_at is None:
        return ProofState.NEVER, None
    ends_at = record.answered_at + PROVEN_FOR
    return (ProofState.PROVEN, record.answered_at) if now < ends_at else (ProofState.DUE, ends_at)


def is_open(record: Record, now: datetime) -> bool:
    """Whether a question waits for its answer."""
    return record.answer_by is not None and now < record.answer_by


def asked(record: Record, now: datetime, answer_by: datetime) -> Record:
    """After a question. One that is open already keeps its time: asking again is no way out of a miss."""
    if is_open(record, now):
        return record
    ran_out = record.answer_by
    return msgspec.structs.replace(
        record,
        asked_at=now,
        answer_by=answer_by,
        reminded_at=None,
        missed_at=record.missed_at or ran_out,
        misses=record.misses + (ran_out is not None),
    )


def answered(record: Record, now: datetime) -> Record:
    """After an answer, to whatever question or page it was."""
    return Record(**record.key._asdict(), begun_at=record.begun_at, answered_at=now)


def is_to_be_reminded(record: Record, now: datetime) -> bool:
    """Once, when half of the time for the answer has passed."""
    if record.asked_at is None or record.answer_by is None or record.reminded_at is not None:
        return False
    return record.asked_at + (record.answer_by - record.asked_at) / 2 <= now < record.answer_by


def is_newly_missed(record: Record, now: datetime) -> bool:
    """A question has run out, the first since the last answer, and nobody was told yet."""
    return record.missed_at is None and is_run_out(record, now)


def is_run_out(record: Record, now: datetime) -> bool:
    """Whether the last question was not answered in its time."""
    return record.answer_by is not None and record.answer_by <= now


def answer_within(hours: Hours) -> timedelta:
    return min(ANSWER_WITHIN, _length(hours) / 2)


def next_proof_at(record: Record, desk: Desk, now: datetime) -> datetime:
    """When the way is asked next: `now` or later, in working hours that leave the time for an answer.

    Every way has a minute of the day of its own, so that those of many people are spread. What could not be asked at
    its minute – nothing ran, its owner was paged – is asked as soon as it may be.
    """
    yesterday = local_of(now, desk.zone).date() - DAY  # hours that pass midnight belong to the day they began on
    first = max(_first_day(record, desk, now), yesterday)
    days = (first + n * DAY for n in count())
    for day in (day for day in days if day.weekday() in desk.hours.days):
        opens = datetime.combine(day, desk.hours.begin)
        if now < instant_of(opens + askable_for(desk.hours), desk.zone):
            return max(now, instant_of(opens + _minute_of(record.key, desk.hours), desk.zone))
    raise AssertionError  # the days have no end


def is_askable(desk: Desk, now: datetime) -> bool:
    """Whether a question that is put now is put in working hours and can be answered in them."""
    yesterday = local_of(now, desk.zone).date() - DAY
    opened = (datetime.combine(yesterday + n * DAY, desk.hours.begin) for n in range(2))
    return any(
        instant_of(opens, desk.zone) <= now < instant_of(opens + askable_for(desk.hours), desk.zone)
        for opens in opened
        if opens.weekday() in desk.hours.days
    )


def _first_day(record: Record, desk: Desk, now: datetime) -> date:
    """Before this day of the place nothing is asked. What is new has a day until its first question: whoever sets a
    whole organisation up does not wake it.
    """
    if is_run_out(record, now) and record.asked_at is not None and _misses(record) < ASKED_DAILY_AFTER_MISSES:
        return local_of(record.asked_at, desk.zone).date() + DAY
    last = max((at for at in (record.asked_at, record.answered_at) if at is not None), default=None)
    if last is None:
        return local_of(record.begun_at or now, desk.zone).date() + DAY
    return (local_of(last, desk.zone) + desk.every).date()


def _misses(record: Record) -> int:
    """With the question that has run out last."""
    return record.misses + 1


def askable_for(hours: Hours) -> timedelta:
    """For so long after the working hours begin questions are put."""
    return _length(hours) - answer_within(hours)


def _length(hours: Hours) -> timedelta:
    """Of the hours of one day; the same time twice makes a whole day."""
    begin, to = (timedelta(hours=at.hour, minutes=at.minute) for at in (hours.begin, hours.to))
    return to - begin if to > begin else to - begin + DAY


def _minute_of(key: WayKey, hours: Hours) -> timedelta:
    """The way's own minute after the working hours begin."""
    minutes = int(askable_for(hours) / MINUTE)
    return crc32(f"{key.user_id}/{key.contact_id}".encode()) % max(minutes, 1) * MINUTE
