"""The form of a policy: its fields as text, and what was sent read as a policy. Pure; every refusal names its field."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from tocsin.accounts.rules import check_slug
from tocsin.config.sections.policies import MAX_REPEAT, MAX_WAIT
from tocsin.integrations.channels.registry import check_address
from tocsin.kernel.durations import format_duration, parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import whole_number
from tocsin.paging.model import Policy, Step, Target, TargetKind, Variant, parse_target

MOST_STEPS = 20
IN_TURN = "in turn:"
"""Before targets of which one is called, in turn."""

_NO_TURNS = (TargetKind.VENDOR, TargetKind.CHAT, TargetKind.WEBHOOK)


class StepForm(msgspec.Struct, frozen=True):
    """One rung: targets one a line, and a duration such as 5m."""

    notify: str = ""
    wait: str = ""


class PolicyForm(msgspec.Struct, frozen=True, kw_only=True):
    """Everything as text; steps that are empty do not count. `anyway`: why it is meant though it breaks something."""

    name: str = ""
    steps: tuple[StepForm, ...] = (StepForm(wait="5m"), StepForm(wait="10m"))
    repeat: str = "0"
    last_resort: str = ""
    anyway: str = ""


def form_of(policy: Policy) -> PolicyForm:
    return PolicyForm(
        name=policy.name,
        steps=tuple(StepForm(_written(step.notify), format_duration(step.wait)) for step in policy.steps),
        repeat=str(policy.repeat),
        last_resort=_written(policy.last_resort),
    )


def sent_form(sent: Mapping[str, str]) -> PolicyForm:
    """What was sent, as it was typed."""
    rows = range(sum(name.startswith("notify-") for name in sent))
    return PolicyForm(
        name=sent.get("name", "").strip(),
        steps=tuple(StepForm(sent.get(f"notify-{row}", ""), sent.get(f"wait-{row}", "").strip()) for row in rows),
        repeat=sent.get("repeat", "").strip(),
        last_resort=sent.get("last_resort", ""),
        anyway=sent.get("anyway", ""),
    )


def read_policy(form: PolicyForm, when: tuple[Variant, ...] = ()) -> Policy:
    """Raises Invalid; the fields of the steps are `notify-0`, `wait-0`, … in the order of the form.

    Variants are kept as they were: the form does not show them.
    """
    check_slug(form.name)
    steps = [_step(row, step, form.name) for row, step in enumerate(form.steps) if step.notify.strip()]
    if not steps:
        raise Invalid("A policy has at least one step.", "Say whom it pages first.", field="notify-0")
    if len(steps) > MOST_STEPS:
        raise Invalid(f"A policy has at most {MOST_STEPS} steps.", "Repeat the ladder instead.", field="repeat")
    return Policy(
        name=form.name,
        steps=tuple(steps),
        repeat=_repeat(form.repeat),
        last_resort=_targets(form.last_resort, "last_resort", f"{form.name}/last-resort"),
        when=when,
    )


def field_of(policy: Policy, form: PolicyForm, target: Target) -> str:
    """The field of the form in which a target stands."""
    rows = [row for row, step in enumerate(form.steps) if step.notify.strip()]
    for row, step in zip(rows, policy.steps, strict=True):
        if any(target == each or target in each.among for each in step.notify):
            return f"notify-{row}"
    return "last_resort"


def _step(row: int, step: StepForm, policy: str) -> Step:
    field = f"wait-{row}"
    wait = parse_duration(step.wait, field=field)
    if not timedelta() < wait <= MAX_WAIT:
        raise Invalid("A step waits more than nothing and at most 7 days.", "Write it like 5m.", field=field)
    return Step(_targets(step.notify, f"notify-{row}", f"{policy}/step-{row + 1}"), wait)


def _repeat(text: str) -> int:
    times = whole_number(text)
    if times is None or times > MAX_REPEAT:
        raise Invalid(f"It is repeated 0 to {MAX_REPEAT} times.", "0 climbs the ladder once.", field="repeat")
    return times


def _targets(text: str, field: str, rung: str) -> tuple[Target, ...]:
    """One target a line, or several with commas; `in turn: user:a user:b` is one of a set. `rung` names its turns."""
    found: list[Target] = []
    for part in (part.strip() for part in text.replace(",", "\n").split("\n")):
        if part.startswith(IN_TURN):
            turns = sum(bool(target.among) for target in found)
            among = tuple(_one(each, field) for each in part.removeprefix(IN_TURN).split())
            found.append(_in_turn(among, field, f"{rung}-{turns + 1}" if turns else rung))
        elif part:
            found.append(_one(part, field))
    return tuple(found)


def _in_turn(among: tuple[Target, ...], field: str, name: str) -> Target:
    if not among or any(target.kind in _NO_TURNS for target in among):
        raise Invalid("Only people take turns.", f"Write it as {IN_TURN} user:alice user:bob", field=field)
    return Target(TargetKind.ROUND_ROBIN, name, among)


def _one(text: str, field: str) -> Target:
    try:
        target = parse_target(text)
        if target.kind is TargetKind.WEBHOOK:
            return Target(target.kind, check_address("webhook", target.name))
        return Target(target.kind, check_slug(target.name))
    except Invalid as wrong:
        raise Invalid(wrong.message, wrong.remedy, field=field) from wrong


def _written(targets: tuple[Target, ...]) -> str:
    return "\n".join(_text(target) for target in targets)


def _text(target: Target) -> str:
    if target.among:
        return f"{IN_TURN} {' '.join(_text(each) for each in target.among)}"
    return f"{target.kind}:{target.name}"
