"""What each target of a ladder means at an instant: the people it names, those who can be called, why not the rest.

Pure: everything that a target may name comes in as a registry of values, loaded from the database in production
(`answers`), read from a file in a simulation. A target whose schedule, team or person is gone answers with nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tocsin.catalog.model import Chat, Vendor
from tocsin.delivery.model import Line, Outsider
from tocsin.oncall.model import Schedule
from tocsin.oncall.rotation import who_is_on_call
from tocsin.paging.model import Answer, LeftOut, Outside, Person, Target, TargetKind

DISABLED = "is disabled"
UNREACHABLE = "has no way to be reached"
UNKNOWN = "does not exist any more"
DECLINED = "has declined"
OUTSIDE = "is outside, and the incident is private"


class Crew(Struct, frozen=True):
    """The people of a team, by name."""

    members: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


class Registry(Struct, frozen=True, kw_only=True):
    """What targets may name beside people, by name; what is not in it does not exist."""

    schedules: Mapping[str, Schedule] = {}
    teams: Mapping[str, Crew] = {}
    experts: Mapping[str, tuple[str, ...]] = {}
    """By service."""
    groups: Mapping[str, tuple[str, ...]] = {}
    vendors: Mapping[str, Vendor] = {}
    chats: Mapping[str, Chat] = {}
    turns: Mapping[str, tuple[str, ...]] = {}
    """Whom each round-robin has called so far, by its name; whoever had the latest turn comes last."""


class Listed(Struct, frozen=True):
    """Somebody as far as paging asks; `hindrance` completes "bob …" and says why they cannot be called."""

    person: Person
    hindrance: str = ""


class Named(NamedTuple):
    """The users behind a target by name, who is called outside, and the clause that says why, or why it is nobody."""

    names: tuple[str, ...]
    why: str
    outside: tuple[Outside, ...] = ()


def without_outsiders(answers: Mapping[Target, Answer]) -> dict[Target, Answer]:
    """The same for a private incident: nobody who could not be its member is told of it (LIF-7)."""
    return {target: _inside(answer) for target, answer in answers.items()}


def _inside(answer: Answer) -> Answer:
    people = tuple(person for person in answer.people if isinstance(person, Person))
    outside = tuple(LeftOut(each.name, OUTSIDE) for each in answer.people if isinstance(each, Outside))
    return replace(answer, people=people, left_out=(*answer.left_out, *outside))


def answers_of(
    targets: Iterable[Target], registry: Registry, people: Mapping[str, Listed], now: datetime
) -> dict[Target, Answer]:
    """One answer a target, when everything is at hand."""
    return {target: _answer(target, registry, people, now) for target in targets}


def _answer(target: Target, registry: Registry, people: Mapping[str, Listed], now: datetime) -> Answer:
    if target.kind is TargetKind.ROUND_ROBIN:
        answers = [_answer(each, registry, people, now) for each in target.among]
        return answer_in_turn(target, answers, registry.turns.get(target.name, ()))
    return answer_of(target, name_people(target, registry, now), people)


def with_sets(targets: Iterable[Target]) -> list[Target]:
    """The targets, with those of every round-robin's set."""
    return [each for target in targets for each in (target, *target.among)]


def answer_in_turn(target: Target, answers: Sequence[Answer], called: Sequence[str]) -> Answer:
    """The one whose turn it is among all who can be called; whoever cannot is passed over and keeps their place."""
    people = {person.name: person for answer in answers for person in answer.people}
    left_out = tuple(dict.fromkeys(out for answer in answers for out in answer.left_out))
    if not people:
        why = "; ".join(dict.fromkeys(answer.why for answer in answers))
        return Answer(target=target, people=(), why=why, left_out=left_out)
    name = next_in_turn(list(people), called)
    why = f"next in turn of {', '.join(people)}"
    return Answer(target=target, people=(people[name],), why=why, left_out=left_out)


def next_in_turn(members: Sequence[str], called: Sequence[str]) -> str:
    """The first who never had a turn, else the one whose last turn is longest ago. `called`: latest turn last."""
    place = {name: number for number, name in enumerate(called)}
    return min(members, key=lambda name: place.get(name, -1))


def name_people(target: Target, registry: Registry, now: datetime) -> Named:
    """Whom the target names at this instant, whether or not they can be called; a round-robin names its set."""
    match target.kind:
        case TargetKind.USER:
            return Named((target.name,), "named by the policy")
        case TargetKind.SCHEDULE:
            return _on_call(target, registry.schedules.get(target.name), now)
        case TargetKind.TEAM:
            return _crew(target, registry.teams.get(target.name), leads=False)
        case TargetKind.LEAD:
            return _crew(target, registry.teams.get(target.name), leads=True)
        case TargetKind.EXPERT:
            return _experts(target, registry.experts.get(target.name))
        case TargetKind.GROUP:
            return _group(target, registry.groups.get(target.name))
        case TargetKind.VENDOR:
            return _vendor(target, registry.vendors.get(target.name))
        case TargetKind.CHAT:
            return _chat(target, registry.chats.get(target.name))
        case TargetKind.WEBHOOK:
            return Named((), "named by the policy", (Outside(Outsider(str(target), "webhook", target.name)),))
        case TargetKind.ROUND_ROBIN:
            named = [name_people(each, registry, now) for each in target.among]
            return Named(tuple(dict.fromkeys(name for each in named for name in each.names)), target.in_words)


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


def _experts(target: Target, experts: tuple[str, ...] | None) -> Named:
    if experts is None:
        return _gone(target)
    return Named(experts, f"expert for {target.name}" if experts else f"{target.name} names no experts")


def _group(target: Target, members: tuple[str, ...] | None) -> Named:
    if members is None:
        return _gone(target)
    name = target.name
    return Named(members, f"member of the group {name}" if members else f"the group {name} has no members")


def _vendor(target: Target, vendor: Vendor | None) -> Named:
    """Told by mail: the contract and where a ticket is opened are in it."""
    if vendor is None:
        return _gone(target)
    if vendor.email is None:
        return Named((), f"the vendor {vendor.name} has no e-mail address")
    said = (("Contract", vendor.contract), ("Ticket", vendor.ticket), ("Phone", vendor.phone), ("Hours", vendor.hours))
    lines = tuple(Line(label, value) for label, value in said if value)
    contract = f", contract {vendor.contract}" if vendor.contract else ""
    why = f"vendor {vendor.name} is asked for help{contract}"
    return Named((), why, (Outside(Outsider(str(target), "email", vendor.email), lines),))


def _chat(target: Target, chat: Chat | None) -> Named:
    if chat is None:
        return _gone(target)
    why = f"the chat {chat.name} is told"
    return Named((), why, (Outside(Outsider(str(target), chat.kind, chat.address)),))


def _gone(target: Target) -> Named:
    return Named((), f"{target} {UNKNOWN}")


def answer_of(target: Target, named: Named, people: Mapping[str, Listed]) -> Answer:
    """Who of those named can be called, and why the others cannot."""
    found: list[Person | Outside] = list(named.outside)
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
