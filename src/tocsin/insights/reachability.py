"""Use cases of reachability: who must be reachable, how each of their ways stands, and asking now (PAG-3, ONC-6).

Everybody whom a schedule or a policy names is tested. A schedule is marked by `doubts`; the regular tests are jobs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, User, Viewer
from tocsin.catalog import service as catalog
from tocsin.delivery import contacts as delivery
from tocsin.delivery import proofs
from tocsin.delivery.model import MessageView, Notification, Purpose
from tocsin.delivery.rules import decide_ways
from tocsin.insights.reachability_model import Doubt, Marks, Reach, Responder, Way
from tocsin.insights.reachability_rules import desk_of, doubt_of, marks_of, names_soon, reach_of, way_in_need
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import leave
from tocsin.oncall import service as oncall
from tocsin.oncall.checking import people_in
from tocsin.oncall.model import Schedule, ScheduleOnCall
from tocsin.paging import policies
from tocsin.paging import service as paging
from tocsin.paging.answers import load_answers
from tocsin.paging.model import Person, TargetKind
from tocsin.paging.variants import ladders

LOOK_BACK = timedelta(days=2)
"""A page that has waited for longer keeps no test away."""


async def doubts(conn: Conn, names: Collection[str], now: datetime) -> dict[str, Doubt]:
    """Of these people those of whom nobody knows whether a page would wake them, by name."""
    users = await accounts.list_users_by_name(conn, sorted(names)) if names else []
    found = (doubt_of(each, now) for each in await _responders(conn, users, "UTC"))
    return {doubt.person: doubt for doubt in found if doubt is not None}


async def doubts_soon(conn: Conn, lines: Sequence[ScheduleOnCall], now: datetime) -> dict[str, tuple[Doubt, ...]]:
    """Of those who are on call now or next, by schedule."""
    names = {name for line in lines for name in names_soon(line)}
    found = await doubts(conn, names, now)
    return {line.schedule: marks_of(names_soon(line), (), found).red for line in lines}


async def mark_schedules(conn: Conn, schedules: Sequence[Schedule], now: datetime) -> dict[str, Marks]:
    """What each schedule shows, by its name."""
    found = await doubts(conn, {name for each in schedules for name in people_in(each)}, now)
    return {
        each.name: marks_of(names_soon(oncall.on_call_of(each, now)), people_in(each), found) if found else Marks()
        for each in schedules
    }


async def ask_now(tx: Tx, viewer: Viewer, name: str) -> str:
    """Puts the question by the way that needs it most, and gives its kind: one's own, or by an administrator. Raises
    Forbidden, NotFound, and Refused when nothing needs to be asked or it was a moment ago.
    """
    if name != viewer.name:
        viewer.require(Permission.ADMINISTER, "have others tested")
    user = await accounts.get_user_by_name(tx.conn, name)
    found = [way_in_need(each, tx.now) for each in await _responders(tx.conn, [user], "UTC")]
    if not found:
        raise Refused(f"{name} is disabled.", "Nobody calls them any more.")
    (way,) = found
    if way is None:
        raise Refused(
            f"Every way of {name} is proven or waits for an answer.",
            "tocsin contact test N tests one of your own all the same.",
        )
    await delivery.send_test(tx, user, way.contact.id, viewer.actor)
    return way.contact.kind


async def read_reach(conn: Conn, viewer: Viewer, every: timedelta | None, now: datetime) -> list[Reach]:
    """By name: everybody who must be reachable, as far as the viewer may see it – themselves, the people of their teams
    and schedules; managers see all. `every` is the pace of the regular tests, None: there are none.
    """
    schedules = await oncall.list_schedules(conn, now)
    needed = await list_needed(conn, schedules, now)
    seen = needed if viewer.may(Permission.PLAN) else needed & await _circle(conn, viewer, schedules)
    organisation = await catalog.organisation(conn)
    users = await accounts.list_users_by_name(conn, sorted(seen))
    return [
        reach_of(
            each,
            desk_of(each, organisation, every) if every is not None else None,
            now,
            [schedule.name for schedule in schedules if each.name in people_in(schedule)],
        )
        for each in await _responders(conn, users, organisation.time_zone)
    ]


async def list_needed(conn: Conn, schedules: Iterable[Schedule], now: datetime) -> set[str]:
    """Everybody whom a schedule or a policy names, the disabled ones too."""
    names = {name for schedule in schedules for name in people_in(schedule)}
    rungs = (rung for stored in await policies.list_policies(conn) for rung in ladders(stored.policy))
    targets = {target for rung in rungs for target in rung.targets()}
    others = {target for target in targets if target.kind is not TargetKind.SCHEDULE}
    for answer in (await load_answers(conn, others, now)).values():
        names |= {person.name for person in answer.people if isinstance(person, Person)}
        names |= {out.name for out in answer.left_out}
    return names


async def load_people(conn: Conn) -> list[Responder]:
    """Everybody who is there."""
    return await _responders(conn, await accounts.list_users(conn), (await catalog.organisation(conn)).time_zone)


async def load_responders(conn: Conn, now: datetime, until: datetime) -> list[Responder]:
    """Everybody who is tested, with what keeps a test away from them: a page that waits, leave before `until`."""
    needed = await list_needed(conn, await oncall.list_schedules(conn, now), now)
    users = await accounts.list_users_by_name(conn, sorted(needed))
    away = {each.user for each in await leave.list_leave(conn, now, until)}
    paged = await paging.list_called(conn, [user.id for user in users], now - LOOK_BACK)
    zone = (await catalog.organisation(conn)).time_zone
    return await _responders(conn, users, zone, away, paged)


async def _responders(
    conn: Conn,
    users: Sequence[User],
    fallback_zone: str,
    away: Collection[str] = (),
    paged: Collection[int] = (),
) -> list[Responder]:
    there = [user for user in users if not user.is_disabled]
    kept = await proofs.list_ways(conn, there)
    rules = await delivery.list_rules_of(conn, [user.id for user in there])
    found: list[Responder] = []
    for user in there:
        ways = kept.get(user.id, [])
        waking = decide_ways(_worst_page(user), [way for way, _ in ways if way.id], rules.get(user.id, []), user.email)
        found.append(
            Responder(
                user_id=user.id,
                name=user.name,
                time_zone=user.time_zone or fallback_zone,
                ways=tuple(Way(way, record, any(way == each.contact for each in waking)) for way, record in ways),
                is_paged=user.id in paged,
                is_away=user.name in away,
            )
        )
    return found


def _worst_page(user: User) -> Notification:
    return Notification(
        user_id=user.id, topic="", purpose=Purpose.PAGE, message=MessageView(title=""), is_top_level=True
    )


async def _circle(conn: Conn, viewer: Viewer, schedules: Iterable[Schedule]) -> set[str]:
    """Whom the viewer works with: the people of their teams and of the schedules that name them."""
    names = {viewer.name}
    for team in await accounts.list_teams(conn):
        if team.name in viewer.teams:
            names |= {*team.members, *team.leads}
    for schedule in schedules:
        people = people_in(schedule)
        if viewer.name in people:
            names |= people
    return names
