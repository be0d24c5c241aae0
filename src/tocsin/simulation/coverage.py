"""When nobody would be paged: each ladder asked at every instant at which its answer may change (OPS-2). Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.oncall.rotation import iterate_shifts
from tocsin.paging.escalation import rungs, whom_to_call
from tocsin.paging.model import Policy, TargetKind
from tocsin.paging.targets import Listed, answers_of, with_sets
from tocsin.paging.variants import Occasion, decide_beginning, ladder, ladders, next_change
from tocsin.simulation.setup import Setup


class Uncovered(msgspec.Struct, frozen=True, kw_only=True):
    """From an instant to another no rung of the ladder reaches anybody; `services` are those that climb it."""

    policy: str
    services: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


def find_uncovered(setup: Setup, starts_at: datetime, ends_at: datetime) -> list[Uncovered]:
    """Within [starts_at, ends_at), exact to the second, by policy and time."""
    people = setup.listed()
    return [
        Uncovered(policy=policy.name, services=_users_of(policy, setup), starts_at=begins, ends_at=ends)
        for policy in sorted(setup.policies.values(), key=lambda each: each.name)
        for begins, ends in _gaps(setup, people, policy, starts_at, ends_at)
    ]


def is_new(gap: Uncovered, before: Iterable[Uncovered]) -> bool:
    """Whether for one of its services, or for the policy itself, somebody would have been paged in this time before."""
    known = [each for each in before if each.starts_at <= gap.starts_at and gap.ends_at <= each.ends_at]
    services = {service for each in known for service in each.services}
    return not set(gap.services) <= services or not (gap.services or gap.policy in {each.policy for each in known})


def _users_of(policy: Policy, setup: Setup) -> tuple[str, ...]:
    only = len(setup.policies) == 1
    return tuple(
        service.name
        for service in setup.services.values()
        if service.escalation_policy == policy.name or (only and service.escalation_policy is None)
    )


def _gaps(
    setup: Setup, people: Mapping[str, Listed], policy: Policy, starts_at: datetime, ends_at: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Neighbours are one."""
    begins: datetime | None = None
    for at in _instants(setup, policy, starts_at, ends_at):
        if _reaches_somebody(setup, people, policy, at):
            if begins is not None:
                yield begins, at
            begins = None
        elif begins is None:
            begins = at
    if begins is not None:
        yield begins, ends_at


def _instants(setup: Setup, policy: Policy, starts_at: datetime, ends_at: datetime) -> Sequence[datetime]:
    """The beginning, each change of who is on call in a schedule that is named, and of the variant that applies."""
    targets = {target for each in _ladders(setup, policy) for target in with_sets(each.targets())}
    schedules = {target.name for target in targets if target.kind is TargetKind.SCHEDULE}
    found = {starts_at}
    for name in schedules & setup.registry.schedules.keys():
        shifts = iterate_shifts(setup.registry.schedules[name], starts_at, ends_at)
        found.update(shift.starts_at for shift in shifts)
    for variant in policy.when:
        at = next_change(variant.during, setup.organisation, starts_at) if variant.during is not None else None
        while at is not None and at < ends_at:
            found.add(at)
            at = next_change(variant.during, setup.organisation, at) if variant.during is not None else None
    return sorted(found)


def _ladders(setup: Setup, policy: Policy) -> Iterator[Policy]:
    """Every ladder that a run of the policy may climb, those of other policies included."""
    yield from ladders(policy)
    named = (setup.policies.get(variant.policy or "") for variant in policy.when)
    yield from (ladder(other, None) for other in named if other is not None)


def _reaches_somebody(setup: Setup, people: Mapping[str, Listed], policy: Policy, at: datetime) -> bool:
    """By any rung of the ladder that an incident of unknown severity would climb; a webhook is somebody, too."""
    beginning = decide_beginning(policy, Occasion(level=None, organisation=setup.organisation), at)
    other = setup.policies.get(beginning.policy or "")
    for rung in rungs(ladder(other, None) if other else ladder(policy, beginning.variant)):
        answers = answers_of(set(rung.targets), setup.registry, people, at)
        if whom_to_call(rung, answers)[0]:
            return True
    return False
