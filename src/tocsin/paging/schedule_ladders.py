"""Which schedules a policy calls, step by step: on-call is told, so that its checker knows what belongs together."""

from tocsin.oncall.findings import Ladder
from tocsin.paging.model import Policy, Target, TargetKind
from tocsin.paging.targets import with_sets
from tocsin.paging.variants import ladders


def ladders_of_schedules(policy: Policy) -> tuple[Ladder, ...]:
    """Of the policy and each of its variants, each once; the last resort is the last step."""
    found = (
        Ladder(policy.name, tuple(_schedules(targets) for targets in (*(s.notify for s in one.steps), one.last_resort)))
        for one in ladders(policy)
    )
    return tuple(dict.fromkeys(found))


def _schedules(targets: tuple[Target, ...]) -> tuple[str, ...]:
    return tuple(target.name for target in with_sets(targets) if target.kind is TargetKind.SCHEDULE)
