"""One person at one instant: on call where, called by which rungs for what and how, and why not (PAG-6). Pure."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from tocsin.delivery.model import Urgency
from tocsin.kernel.errors import NotFound
from tocsin.oncall.model import Part, Schedule
from tocsin.oncall.rotation import who_is_on_call
from tocsin.paging.escalation import in_words, rungs
from tocsin.paging.model import Policy
from tocsin.paging.targets import Listed, answers_of
from tocsin.paging.variants import Occasion, decide_beginning, ladder
from tocsin.simulation.setup import Setup, Somebody
from tocsin.simulation.ways import not_by, page_ways, why_not

_WAYS = {"email": "e-mail"}


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """A rung by which the person would be called: for which services, after how long, by which target and why."""

    policy: str
    services: tuple[str, ...]
    label: str
    target: str
    why: str
    after: int
    """Seconds from the beginning of the climb, when nobody answers."""


class PersonStory(msgspec.Struct, frozen=True, kw_only=True):
    """`hindrance`: why they cannot be called at all, empty: they can. `ways` by urgency, such as "e-mail at once, ntfy
    after 3 minutes"; `not_by`: contacts that are told nothing, with the reason. `not_called`: what names them and does
    not call them at this instant, with the reason.
    """

    person: str
    at: datetime
    hindrance: str
    on_call: tuple[str, ...]
    off_call: tuple[str, ...]
    rungs: tuple[Rung, ...]
    not_called: tuple[str, ...]
    ways: dict[str, str]
    not_by: tuple[str, ...] = ()


def explain_person(setup: Setup, name: str, at: datetime) -> PersonStory:
    """By the configuration as it is, whatever it was at that instant. Raises NotFound."""
    somebody = setup.people.get(name)
    if somebody is None:
        known = ", ".join(sorted(setup.people))
        raise NotFound(f"There is nobody named {name!r}.", f"There is: {known}.", field="person")
    held = {schedule: who_is_on_call(each, at) for schedule, each in setup.registry.schedules.items()}
    named = {schedule for schedule, each in setup.registry.schedules.items() if _is_in(name, each)}
    found = tuple(each for policy in setup.policies.values() for each in _rungs(setup, policy, name, at))
    calling = {each.policy for each in found}
    return PersonStory(
        person=name,
        at=at,
        hindrance=somebody.as_listed().hindrance,
        on_call=tuple(each.reason for each in held.values() if name in each.users),
        off_call=tuple(
            f"not on call in {schedule}: {', '.join(each.users) or 'nobody'} is"
            for schedule, each in held.items()
            if schedule in named and name not in each.users
        ),
        rungs=tuple(sorted(found, key=lambda each: (each.after, each.policy))),
        not_called=tuple(
            f"no step of {policy} names {name} then" for policy in setup.policies if policy not in calling
        ),
        ways={urgency.value: _ways(somebody, urgency) for urgency in Urgency},
        not_by=not_by(somebody),
    )


def _is_in(name: str, schedule: Schedule) -> bool:
    """Whether it ever is this person's turn."""
    paged = [layer for layer in schedule.layers if not layer.shadow]
    turns = {user for layer in paged for turn in layer.users for user in turn}
    turns |= {event.user for layer in paged for event in layer.events}
    return name in turns | {one.user for one in schedule.overrides if one.part is not Part.SHADOW}


def _rungs(setup: Setup, policy: Policy, name: str, at: datetime) -> Iterator[Rung]:
    """Of the ladder that an incident of unknown severity climbs, each rung as if it were called at this instant."""
    beginning = decide_beginning(policy, Occasion(level=None, organisation=setup.organisation), at)
    other = setup.policies.get(beginning.policy or "")
    climbed = ladder(other, None) if other else ladder(policy, beginning.variant)
    services = tuple(each.name for each in setup.services.values() if each.escalation_policy == policy.name)
    listed = {name: Listed(setup.people[name].as_listed().person)}
    waited = 0
    for rung in rungs(climbed):
        answers = answers_of(rung.targets, setup.registry, setup.listed() | listed, at)
        for target in rung.targets:
            answer = answers[target]
            if name in {person.name for person in answer.people}:
                yield Rung(
                    policy=policy.name,
                    services=services,
                    label=rung.label,
                    target=target.in_words,
                    why=answer.why,
                    after=waited,
                )
        waited += int(rung.wait.total_seconds()) if rung.wait is not None else 0


def _ways(somebody: Somebody, urgency: Urgency) -> str:
    return ", ".join(
        f"{_WAYS.get(way.contact.kind, way.contact.kind)} {f'after {in_words(way.delay)}' if way.delay else 'at once'}"
        for way in page_ways(somebody, urgency)
        if not why_not(way.contact)
    )
