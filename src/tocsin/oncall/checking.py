"""The checker at work: loads its facts, says what a change would break, and refuses what nobody has meant (ONC-3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.accounts import service as accounts
from tocsin.catalog import service as catalog
from tocsin.delivery import service as delivery
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import calendar_store, check_store, leave_store, store
from tocsin.oncall.calendar_model import CalendarDoubt, doubt_of
from tocsin.oncall.checker import LOOK_AHEAD, check, newly_broken, prove
from tocsin.oncall.findings import Away, Facts, Finding, Ladder, PersonFacts, Report, Wake
from tocsin.oncall.model import Schedule

NAMED_AT_MOST = 5
FAR = timedelta(days=366)
"""The longest look ahead; leave that begins later breaks nothing yet."""
BACK = timedelta(days=35)
"""Overrides that ended earlier lengthen no stretch that matters now, with limits as people set them."""


async def report(
    conn: Conn,
    now: datetime,
    *,
    schedule: str | None = None,
    ahead: timedelta = LOOK_AHEAD,
    wakes: Sequence[Wake] = (),
) -> Report:
    """All schedules, or what concerns one of them, from now on. `wakes` are pages at night of the past days. The
    reckoning runs in a thread: with many schedules it takes a good part of a second. Raises NotFound."""
    facts, schedules = await load_facts(conn, now, wakes)
    if schedule is not None and schedule not in {each.name for each in schedules}:
        raise NotFound(f"There is no schedule {schedule!r}.", "tocsin oncall shows those that exist.", field="schedule")
    verdicts = await asyncio.to_thread(prove, schedules, facts, now, now + ahead)
    wanted = tuple(each for each in verdicts if schedule in (None, each.schedule))
    shown = [each for each in schedules if schedule in (None, each.name)]
    return Report(since=now, until=now + ahead, verdicts=wanted, doubts=await _doubts(conn, shown))


async def _doubts(conn: Conn, schedules: Iterable[Schedule]) -> tuple[CalendarDoubt, ...]:
    """Of the calendars that these schedules have layers of, and of all leave."""
    used = {layer.calendar for schedule in schedules for layer in schedule.layers}
    read = [each for each in await calendar_store.list_calendars(conn) if each.leave or each.name in used]
    return tuple(doubt for doubt in map(doubt_of, read) if doubt is not None)


async def new_findings(conn: Conn, before: Schedule | None, after: Schedule, now: datetime) -> list[Finding]:
    """What a change of a schedule would break within the coming 90 days and was not broken before; `before` None: it is
    new. Both come with their overrides."""
    facts, schedules = await load_facts(conn, now)
    changed = [each for each in (before, after) if each is not None]
    people = {user for each in changed for user in people_in(each)}
    others = [each for each in schedules if each.name != after.name and people & people_in(each)]
    known = others if before is None else [*others, before]
    return await asyncio.to_thread(_newly_broken, known, facts, [*others, after], facts, now)


async def new_findings_with(conn: Conn, policy: str, ladders: Sequence[Ladder], now: datetime) -> list[Finding]:
    """What would break if a policy called schedules by these ladders instead of those it has now, if it has any."""
    facts, schedules = await load_facts(conn, now)
    others = tuple(each for each in facts.ladders if each.policy != policy)
    after = msgspec.structs.replace(facts, ladders=(*others, *ladders))
    return await asyncio.to_thread(_newly_broken, schedules, facts, schedules, after, now)


async def new_findings_without(conn: Conn, user: str, now: datetime) -> list[Finding]:
    """What would break if somebody were disabled."""
    facts, schedules = await load_facts(conn, now)
    gone = msgspec.structs.replace(facts.people[user], is_disabled=True)
    after = msgspec.structs.replace(facts, people={**facts.people, user: gone})
    return await asyncio.to_thread(_newly_broken, schedules, facts, schedules, after, now)


def _newly_broken(
    known: Sequence[Schedule], facts: Facts, after: Sequence[Schedule], facts_after: Facts, now: datetime
) -> list[Finding]:
    until = now + LOOK_AHEAD
    return newly_broken(check(known, facts, now, until), check(after, facts_after, now, until))


def refuse_unless_meant(findings: Sequence[Finding], anyway: str | None) -> None:
    """Raises Refused, naming what would break, unless somebody has said why they want it anyway."""
    if not findings or (anyway or "").strip():
        return
    named = "\n".join(f"- {each.sentence}" for each in findings[:NAMED_AT_MOST])
    more = f"\n- and {len(findings) - NAMED_AT_MOST} more" if len(findings) > NAMED_AT_MOST else ""
    raise Refused(
        f"Nothing was saved. This would break what holds so far:\n{named}{more}",
        "Change it, or say why it shall be so anyway.",
        field="anyway",
    )


def people_in(schedule: Schedule) -> set[str]:
    """Everybody whom a schedule names."""
    turns = {user for layer in schedule.layers for turn in layer.users for user in turn}
    imported = {window.user for layer in schedule.layers for window in layer.events}
    return turns | imported | {override.user for override in schedule.overrides}


async def load_facts(conn: Conn, now: datetime, wakes: Sequence[Wake] = ()) -> tuple[Facts, list[Schedule]]:
    """Everything that is known, and the schedules with the overrides that still matter."""
    organisation = await catalog.organisation(conn)
    users = await accounts.list_users(conn)
    reachable = await delivery.list_reachable(conn, users)
    away = await leave_store.list_leave(conn, now, now + FAR)
    facts = Facts(
        people={
            user.name: PersonFacts(
                is_disabled=user.is_disabled, has_contact=user.id in reachable, time_zone=user.time_zone
            )
            for user in users
        },
        teams={team.name: frozenset((*team.members, *team.leads)) for team in await accounts.list_teams(conn)},
        ladders=tuple(await check_store.list_ladders(conn)),
        leave=tuple(Away(one.user, one.starts_at, one.ends_at) for one in away),
        wakes=tuple(wakes),
        limits=organisation.oncall_limits,
        night=organisation.on_call.night,
    )
    return facts, await store.list_schedules(conn, now - BACK)


async def put_ladders(tx: Tx, policy: str, ladders: Iterable[Ladder]) -> None:
    """Paging says which schedules a policy calls."""
    await check_store.upsert_ladders(tx.conn, policy, [each.steps for each in ladders])


async def remove_ladders(tx: Tx, policy: str) -> None:
    """Paging says that a policy is gone."""
    await check_store.delete_ladders(tx.conn, policy)
