"""How the weeks ahead could be shared better, on the wire."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tocsin.insights import model
from tocsin.insights.model import Proposals


class Share(msgspec.Struct, kw_only=True):
    """Of one person what they have; of a schedule what would have to change hands for everybody to have the mean."""

    hours: float
    nights: float
    weekend_hours: float
    holiday_hours: float


class PersonShare(msgspec.Struct, kw_only=True):
    """What somebody has within the weeks, in all schedules, before the steps and after them."""

    user: str
    before: Share
    after: Share


class Pass(msgspec.Struct, kw_only=True):
    """The turn of `giver` goes to `taker`."""

    starts_at: datetime
    ends_at: datetime
    giver: str
    taker: str


class Step(msgspec.Struct, kw_only=True):
    """One turn that is passed on, or two that are exchanged, and what is uneven afterwards."""

    passes: list[Pass]
    uneven: Share


class SchedulePlan(msgspec.Struct, kw_only=True):
    """Of one schedule; no steps: no step betters it enough. `uneven` is so before the first step."""

    schedule: str
    people: list[PersonShare]
    uneven: Share
    steps: list[Step]


class Plan(msgspec.Struct, kw_only=True):
    """By schedule, each on top of those before it. `left_out`: the caller may not see the load of all their people."""

    since: datetime
    until: datetime
    weeks: int
    schedules: list[SchedulePlan]
    left_out: list[str]


def plan(found: Proposals) -> Plan:
    return Plan(
        since=found.since,
        until=found.until,
        weeks=found.weeks,
        schedules=[_schedule(each) for each in found.proposals],
        left_out=list(found.left_out),
    )


def _schedule(each: model.Proposal) -> SchedulePlan:
    return SchedulePlan(
        schedule=each.schedule,
        people=[
            PersonShare(user=user, before=_share(before), after=_share(each.after[user]))
            for user, before in each.before.items()
        ],
        uneven=_share(each.uneven),
        steps=[_step(step) for step in each.steps],
    )


def _step(step: model.Step) -> Step:
    return Step(
        passes=[
            Pass(starts_at=each.starts_at, ends_at=each.ends_at, giver=each.giver, taker=each.taker)
            for each in step.passes
        ],
        uneven=_share(step.uneven),
    )


def _share(of: model.Measures) -> Share:
    hours, nights, weekend, holiday = (round(part, 2) for part in of)
    return Share(hours=hours, nights=nights, weekend_hours=weekend, holiday_hours=holiday)
