"""A policy under another name. Pure."""

from msgspec.structs import replace

from tocsin.paging.model import Policy, Step, Target, TargetKind


def with_name(policy: Policy, name: str) -> Policy:
    """The same ladder and variants. A turn is kept by the place at which it stands, `payments/step-1`, so that turns
    begin anew under the new name: two policies never share one."""

    def targets(found: tuple[Target, ...]) -> tuple[Target, ...]:
        return tuple(_moved(target, policy.name, name) for target in found)

    def steps(found: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(replace(step, notify=targets(step.notify)) for step in found)

    return replace(
        policy,
        name=name,
        steps=steps(policy.steps),
        last_resort=targets(policy.last_resort),
        when=tuple(
            replace(variant, steps=steps(variant.steps), last_resort=targets(variant.last_resort))
            for variant in policy.when
        ),
    )


def _moved(target: Target, before: str, after: str) -> Target:
    if target.kind is not TargetKind.ROUND_ROBIN:
        return target
    return replace(target, name=f"{after}/{target.name.removeprefix(f'{before}/')}")
