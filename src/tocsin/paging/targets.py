"""What each target of a ladder means at an instant: the people it names, those who can be called, why not the rest.

Pure: everything that a target may name comes in as a registry of values, loaded from the database in production
(`answers`), read from a file in a simulation. A target whose schedule, team or person is gone answers with nobody.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from tocsin.oncall.model import Schedule
from tocsin.oncall.rotation import who_is_on_call
from tocsin.paging.model import Answer, LeftOut, Person, Target, TargetKind

DISABLED = "is disabled"
UNREACHABLE = "has no way to be reached"
UNKNOWN = "does not exist any more"
DECLINED = "has declined"


class Crew(Struct, frozen=True):
    """The people of a team, by name."""

    members: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


class Registry(Struct, frozen=True, kw_only=True):
    """What targets may name beside people, by name; what is not in it does not exist."""

    schedules: Mapping[str, Schedule] = {}
    teams: Mapping[str, Crew] = {}


class Listed(Struct, frozen=True):
    """Somebody as far as paging asks; `hindrance` completes "bob …" and says why they cannot be called."""

    person: Person
    hindrance: str = ""


class Named(NamedTuple):
    """The names behind a target, and the clause that says why it is them, or why it is nobody."""

    names: tuple[str, ...]
    why: str


def answers_of(
    targets: Iterable[Target], registry: Registry, people: Mapping[str, Listed], now: datetime
) -> dict[Target, Answer]:
    """One answer a target, when everything is at hand."""
    return {target: answer_of(target, name_people(target, registry, now), people) for target in targets}


def name_people(target: Target, registry: Registry, now: datetime) -> Named:
    """Whom the target names at this instant, whether or not they can be called."""
    match target.kind:
        case TargetKind.USER:
            return Named((target.name,), "named by the policy")
        case TargetKind.SCHEDULE:
            return _on_call(target, registry.schedules.get(target.name), now)
        case TargetKind.TEAM:
            return _crew(target, registry.teams.get(target.name), leads=False)
        case TargetKind.LEAD:
            return _crew(target, registry.teams.get(target.name), leads=True)


def _on_call(target: Target, schedule: Schedule | None, now: datetime) -> Named:
    if schedule is None:
        return _gone(target)
    held = who_is_on_call(schedule, now)
    return Named(held.users, held.reason)


def _crew(target: Target, crew: Crew | None, *, leads: bool) -> Named:
    if crew is None:
        return _gone(target)
    names, role = (crew.leads, "lead") if leads else (crew.members, "member")
    return Named(names, f"{role} of team {target.name}" if names else f"team {target.name} has no {role}")


def _gone(target: Target) -> Named:
    return Named((), f"{target} {UNKNOWN}")


def answer_of(target: Target, named: Named, people: Mapping[str, Listed]) -> Answer:
    """Who of those named can be called, and why the others cannot."""
    found: list[Person] = []
    left_out: list[LeftOut] = []
    for name in named.names:
        listed = people.get(name)
        if listed is None:
            left_out.append(LeftOut(name, UNKNOWN))
        elif listed.hindrance:
            left_out.append(LeftOut(name, listed.hindrance))
        else:
            found.append(listed.person)
    return Answer(target=target, people=tuple(found), why=named.why, left_out=tuple(left_out))
