"""Swaps as values: one person's shift for another's, proposed and answered, and what makes one sound. Pure."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tocsin.kernel.errors import Invalid, Refused
from tocsin.oncall import moving, words
from tocsin.oncall.change_model import Choice, Interval, Swap
from tocsin.oncall.model import Override, Schedule
from tocsin.oncall.overriding import check_span

Instant = Annotated[datetime, Meta(tz=True)]


def chosen(schedule: Schedule, user: str, choice: Choice, now: datetime, field: str) -> Interval:
    """The hours that are meant, all still to come and all held by this person. Raises Invalid at the field."""
    if choice.at is not None:
        shift = moving.shift_at(schedule, user, max(choice.at, now), now)
        if shift is None:
            raise Invalid(
                f"{user} has no shift in {schedule.name} then, or one without end.",
                "Name another instant, or the beginning and the end.",
                field=field,
            )
        return shift
    if choice.starts_at is None or choice.ends_at is None:
        raise Invalid("Which hours?", "Name an instant within the shift, or a beginning and an end.", field=field)
    span = check_span(choice.starts_at, choice.ends_at, now)
    if not moving.holds(schedule, user, span):
        raise Invalid(
            f"{user} is not on call in {schedule.name} for all of {words.span(span, schedule.time_zone)}.",
            "See who is with: tocsin oncall",
            field=field,
        )
    return span


def expires_at(gives: Interval, takes: Interval | None, now: datetime) -> datetime:
    """When the first of both shifts begins; the end of one that has begun already, when nothing else is to come."""
    to_come = [span.starts_at for span in (gives, takes) if span is not None and span.starts_at > now]
    return min(to_come, default=gives.ends_at)


def decide_overrides(schedule: Schedule, swap: Swap, by: str, now: datetime) -> list[Override]:
    """What an accepted swap does, for what is still to come of it. Raises Refused naming what stands in its way now."""
    made = [decide_transfer(schedule, swap.giver, swap.taker, swap.gives, now)]
    if swap.takes is not None:
        made.append(decide_transfer(schedule, swap.taker, swap.giver, swap.takes, now))
    return [msgspec.structs.replace(one, created_by=by, reason=swap.reason, swap_id=swap.id) for one in made]


def decide_transfer(schedule: Schedule, giver: str, taker: str, span: Interval, now: datetime) -> Override:
    """One person's hours become another's. Raises Refused when they are no longer the giver's, or the taker is on call
    then already: one of two would be left."""
    rest = Interval(max(span.starts_at, now), span.ends_at)
    when = words.span(rest, schedule.time_zone)
    if rest.ends_at <= rest.starts_at or not moving.holds(schedule, giver, rest):
        others = sorted({*moving.on_call_times(schedule, rest)} - {giver})
        instead = f": it is {', '.join(others)} now" if others else ""
        raise Refused(
            f"{giver} is no longer on call in {schedule.name} for all of {when}{instead}.", "Propose it anew."
        )
    if moving.first_time_of(schedule, taker, rest) is not None:
        raise Refused(f"{taker} is on call in {schedule.name} already within {when}.", "Choose somebody else.")
    return Override(user=taker, starts_at=rest.starts_at, ends_at=rest.ends_at, instead_of=giver)


def sentence(swap: Swap) -> str:
    """`alice gives bob primary, Mon … to Mon … (CET), and takes Mon … to Mon … (CET): wedding`."""
    takes = f", and takes {words.span(swap.takes, swap.time_zone)}" if swap.takes is not None else ""
    why = f": {swap.reason}" if swap.reason else ""
    return f"{swap.giver} gives {swap.taker} {swap.schedule}, {words.span(swap.gives, swap.time_zone)}{takes}{why}"
