"""Which escalation policies ask a schedule for people: they are whom a gap in it hurts."""

from collections.abc import Iterable

from tocsin.oncall.model import Schedule
from tocsin.paging.model import Policy, Target, TargetKind
from tocsin.paging.targets import with_sets


def policies_naming(schedule: str, ladders: Iterable[Policy]) -> tuple[str, ...]:
    """Their names, in the order given."""
    target = Target(TargetKind.SCHEDULE, schedule)
    return tuple(policy.name for policy in ladders if target in with_sets(policy.targets()))


def would_hurt(schedule: Schedule, ladders: Iterable[Policy]) -> bool:
    """Whether a gap in a schedule is red: a policy would fall into it, and it is not meant."""
    return not schedule.may_have_gaps and bool(policies_naming(schedule.name, ladders))
