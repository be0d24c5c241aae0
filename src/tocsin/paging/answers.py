"""What each target of a ladder means at an instant: the people it names, those who can be called, and why not the rest.

Gathers the facts that `escalation` decides by. A target whose schedule, team or person is gone answers with nobody.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, User
from tocsin.delivery import service as delivery
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.oncall import service as oncall
from tocsin.paging.escalation import targets_at
from tocsin.paging.model import Answer, LeftOut, Person, Policy, Position, Target, TargetKind


class Named(NamedTuple):
    """The names behind a target, and the clause that says why it is them, or why it is nobody."""

    names: tuple[str, ...]
    why: str


async def load_answers(conn: Conn, targets: Iterable[Target], now: datetime) -> dict[Target, Answer]:
    """One answer a target, reachable people only; who cannot be called is left out with the reason."""
    named = {target: await _name(conn, target, now) for target in targets}
    wanted = sorted({name for each in named.values() for name in each.names})
    users = {user.name: user for user in await accounts.list_users_by_name(conn, wanted)}
    reachable = await delivery.list_reachable(conn, list(users.values()))
    return {target: _answer(target, each, users, reachable) for target, each in named.items()}


async def load_answers_from(conn: Conn, policy: Policy, at: Position, now: datetime) -> dict[Target, Answer]:
    """The answers that a climb from `at` needs: those of that rung, and of all others only if it reaches nobody."""
    first = targets_at(policy, at)
    answers = await load_answers(conn, first, now)
    if not any(answer.people for answer in answers.values()):
        answers |= await load_answers(conn, policy.targets() - first, now)
    return answers


async def list_administrators(conn: Conn) -> tuple[Person, ...]:
    """Whom to tell when a ladder reaches nobody: the administrators who can be reached."""
    admins = [user for user in await accounts.list_users(conn) if user.role is Role.ADMIN and not user.is_disabled]
    reachable = await delivery.list_reachable(conn, admins)
    return tuple(Person(user.id, user.name) for user in admins if user.id in reachable)


async def _name(conn: Conn, target: Target, now: datetime) -> Named:
    try:
        match target.kind:
            case TargetKind.USER:
                return Named((target.name,), "named by the policy")
            case TargetKind.SCHEDULE:
                held = await oncall.who_is_on_call(conn, target.name, now)
                return Named(held.users, held.reason)
            case TargetKind.TEAM:
                return _team(await accounts.get_team(conn, target.name), leads=False)
            case TargetKind.LEAD:
                return _team(await accounts.get_team(conn, target.name), leads=True)
    except NotFound:
        return Named((), f"{target} does not exist any more")


def _team(team: accounts.Team, *, leads: bool) -> Named:
    names, role = (team.leads, "lead") if leads else (team.members, "member")
    return Named(names, f"{role} of team {team.name}" if names else f"team {team.name} has no {role}")


def _answer(target: Target, named: Named, users: dict[str, User], reachable: frozenset[int]) -> Answer:
    people: list[Person] = []
    left_out: list[LeftOut] = []
    for name in named.names:
        user = users.get(name)
        if user is None:
            left_out.append(LeftOut(name, "does not exist any more"))
        elif user.is_disabled:
            left_out.append(LeftOut(name, "is disabled"))
        elif user.id not in reachable:
            left_out.append(LeftOut(name, "has no way to be reached"))
        else:
            people.append(Person(user.id, user.name))
    return Answer(target=target, people=tuple(people), why=named.why, left_out=tuple(left_out))
