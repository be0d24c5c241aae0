"""The use case of fairness: who would have to take which turn for the weeks ahead to be shared better."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import structs

from tocsin.accounts.model import Permission, Viewer
from tocsin.catalog.oncall_limits import in_force
from tocsin.insights.fairness import Interval, IsSound, Rules, passed_on, people_of, propose
from tocsin.insights.hours import list_duties
from tocsin.insights.load import MARGIN, Facts
from tocsin.insights.model import Pass, Proposal, Proposals
from tocsin.insights.service import Known, holidays_by_schedule, load_known, may_read
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Forbidden, Invalid, NotFound
from tocsin.oncall import checker, checking, leave
from tocsin.oncall import findings as checks
from tocsin.oncall.model import Override, Schedule

MOST_WEEKS = 26


async def read_proposals(conn: Conn, viewer: Viewer, schedule: str | None, weeks: int, now: datetime) -> Proposals:
    """For one schedule, or for all whose people the viewer may read. Raises Invalid, NotFound or Forbidden.

    The reckoning runs in a thread: with many turns it takes a good part of a second.
    """
    viewer.require(Permission.SCHEDULE, "ask who should take whose turn")
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid(f"weeks is 1 to {MOST_WEEKS}.", "Ask for fewer.", field="weeks")
    known = await load_known(conn, now)
    readable = may_read(viewer, known.teams, known.users)
    chosen = [each for each in known.schedules if schedule in (None, each.name)]
    if schedule is not None and not chosen:
        raise NotFound(f"There is no schedule {schedule!r}.", "tocsin oncall shows those that exist.", field="schedule")
    enabled = frozenset(name for name, user in known.users.items() if not user.is_disabled)
    open_to = [each for each in chosen if readable.issuperset(people_of(each, enabled))]
    if schedule is not None and not open_to:
        raise Forbidden(
            f"{viewer.actor} may not see the load of everybody in {schedule}.", "Ask a manager, or one of its team."
        )
    until = now + timedelta(weeks=weeks)
    away: dict[str, list[Interval]] = {}
    for each in await leave.list_leave(conn, now, until):
        away.setdefault(each.user, []).append(Interval(each.starts_at, each.ends_at))
    facts, schedules = await checking.load_facts(conn, now)
    reckoned = await asyncio.to_thread(_propose_all, open_to, known, away, facts, schedules, until)
    return Proposals(
        since=now,
        until=until,
        weeks=weeks,
        proposals=tuple(reckoned),
        left_out=tuple(each.name for each in chosen if each not in open_to),
    )


def _propose_all(
    chosen: Sequence[Schedule],
    known: Known,
    away: Mapping[str, Sequence[Interval]],
    facts: checks.Facts,
    schedules: Sequence[Schedule],
    until: datetime,
) -> list[Proposal]:
    """One after the other: each takes for granted what those before it propose."""
    now = known.now
    duties = [duty for each in known.schedules for duty in list_duties(each, now - MARGIN, until)]
    others = {each.name: each for each in schedules}
    found: list[Proposal] = []
    for schedule in chosen:
        work = Facts(
            duties=duties,
            calls=(),
            zones=known.zones,
            night=known.organisation.on_call.night,
            holiday_of=holidays_by_schedule(known.schedules),
        )
        limit = in_force(known.organisation.oncall_limits, schedule.limits).days_in_a_row
        rules = Rules(
            away=away,
            enabled=frozenset(facts.people) - {name for name, each in facts.people.items() if each.is_disabled},
            days_in_a_row=limit if isinstance(limit, int) else None,
        )
        sound = _soundness(others[schedule.name], list(others.values()), facts, now, until)
        proposal = propose(schedule, work, rules, now, until, sound)
        passes = [each for step in proposal.steps for each in step.passes]
        others[schedule.name] = with_passes(others[schedule.name], passes)
        duties = passed_on(duties, schedule.name, passes)
        found.append(proposal)
    return found


def with_passes(schedule: Schedule, passes: Sequence[Pass]) -> Schedule:
    """The schedule with an override for each turn that is passed on."""
    made = tuple(Override(user=each.taker, starts_at=each.starts_at, ends_at=each.ends_at) for each in passes)
    return structs.replace(schedule, overrides=(*schedule.overrides, *made))


def _soundness(
    schedule: Schedule, schedules: Sequence[Schedule], facts: checks.Facts, now: datetime, until: datetime
) -> IsSound:
    """Asks the checker whether passing turns on would break what holds."""
    people = checking.people_in(schedule)
    others = [each for each in schedules if each.name != schedule.name and people & checking.people_in(each)]
    before = checker.check([*others, schedule], facts, now, until)

    def is_sound(passes: Sequence[Pass]) -> bool:
        after = checker.check([*others, with_passes(schedule, passes)], facts, now, until)
        return not checker.newly_broken(before, after)

    return is_sound
