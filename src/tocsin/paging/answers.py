"""Loads what the targets of a ladder name, for `targets` to say what they mean at an instant."""

from collections.abc import Collection, Iterable
from datetime import datetime

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, User
from tocsin.catalog import directory
from tocsin.catalog import service as catalog
from tocsin.delivery import service as delivery
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule
from tocsin.paging import store
from tocsin.paging.escalation import targets_at
from tocsin.paging.model import Answer, Person, Policy, Position, Target, TargetKind
from tocsin.paging.targets import (
    DECLINED,
    DISABLED,
    UNREACHABLE,
    Crew,
    Listed,
    Registry,
    answers_of,
    name_people,
    with_sets,
    without_outsiders,
)


async def load_answers(
    conn: Conn, targets: Iterable[Target], now: datetime, out: Collection[str] = ()
) -> dict[Target, Answer]:
    """One answer a target, reachable people only; who cannot be called, or is `out` of this run by their own wish, is
    left out with the reason.
    """
    wanted = list(targets)
    registry = await _load_registry(conn, with_sets(wanted), now)
    names = {name for target in wanted for name in name_people(target, registry, now).names}
    return answers_of(wanted, registry, await _load_people(conn, sorted(names), out), now)


async def load_answers_from(
    conn: Conn, policy: Policy, at: Position, now: datetime, out: Collection[str] = (), *, is_private: bool = False
) -> dict[Target, Answer]:
    """The answers that a climb from `at` needs: those of that rung, and of all others only if it reaches nobody. About
    a private incident nobody outside is called.
    """
    if is_private:
        return without_outsiders(await load_answers(conn, policy.targets(), now, out))
    first = targets_at(policy, at)
    answers = await load_answers(conn, first, now, out)
    if not any(answer.people for answer in answers.values()):
        answers |= await load_answers(conn, policy.targets() - first, now, out)
    return answers


async def list_administrators(conn: Conn) -> tuple[Person, ...]:
    """Whom to tell when a ladder reaches nobody: the administrators who can be reached."""
    admins = [user for user in await accounts.list_users(conn) if user.role is Role.ADMIN and not user.is_disabled]
    reachable = await delivery.list_reachable(conn, admins)
    return tuple(Person(user.id, user.name) for user in admins if user.id in reachable)


async def _load_registry(conn: Conn, targets: list[Target], now: datetime) -> Registry:
    """No more than these targets name."""

    def names_of(*kinds: TargetKind) -> list[str]:
        return sorted({target.name for target in targets if target.kind in kinds})

    schedules = [await _find_schedule(conn, name, now) for name in names_of(TargetKind.SCHEDULE)]
    teams = [await accounts.find_team(conn, name) for name in names_of(TargetKind.TEAM, TargetKind.LEAD)]
    services = [await catalog.find_service(conn, name) for name in names_of(TargetKind.EXPERT)]
    groups = [await directory.find_group(conn, name) for name in names_of(TargetKind.GROUP)]
    vendors = [await directory.find_vendor(conn, name) for name in names_of(TargetKind.VENDOR)]
    chats = await directory.list_chats_by_name(conn, names_of(TargetKind.CHAT))
    return Registry(
        schedules={each.name: each for each in schedules if each is not None},
        teams={each.name: Crew(each.members, each.leads) for each in teams if each is not None},
        experts={each.name: each.experts for each in services if each is not None},
        groups={each.name: each.members for each in groups if each is not None},
        vendors={each.name: each for each in vendors if each is not None},
        chats={each.name: each for each in chats},
        turns=await load_turns(conn, targets),
    )


async def load_turns(conn: Conn, targets: Iterable[Target]) -> dict[str, tuple[str, ...]]:
    """Whom each round-robin among the targets has called so far, whoever had the latest turn last."""
    return {target.name: await store.list_turns(conn, str(target)) for target in targets if target.among}


async def _find_schedule(conn: Conn, name: str, now: datetime) -> Schedule | None:
    try:
        return await oncall.get_schedule(conn, name, now)
    except NotFound:
        return None


async def _load_people(conn: Conn, names: list[str], out: Collection[str]) -> dict[str, Listed]:
    users = await accounts.list_users_by_name(conn, names)
    reachable = await delivery.list_reachable(conn, users)
    return {user.name: Listed(Person(user.id, user.name), _hindrance(user, reachable, out)) for user in users}


def _hindrance(user: User, reachable: frozenset[int], out: Collection[str]) -> str:
    if user.is_disabled:
        return DISABLED
    if user.name in out:
        return DECLINED
    return "" if user.id in reachable else UNREACHABLE
