"""`escalation_policies:` – steps, waits, repeats, last resort, variants by time and severity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tocsin.accounts.rules import check_slug
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.hours import read_hours
from tocsin.config.sections.secrets import read_env
from tocsin.integrations.channels.registry import check_address
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import Hours
from tocsin.paging.model import During, Policy, Step, Target, TargetKind, Variant, parse_target

MAX_REPEAT = 20
MAX_WAIT = timedelta(days=7)
CHANGES = frozenset({"hold_until", "steps", "repeat", "last_resort", "policy"})
"""What a variant may say to be different."""


def read_policy(value: Any, place: Place, environ: Mapping[str, str]) -> Policy:
    fields = Fields(value, place, what="An escalation policy")
    name = fields.name()
    variants = enumerate(fields.items("when"), 1)
    policy = Policy(
        name=name,
        steps=read_steps(fields, name, environ),
        repeat=fields.integer("repeat", 0, MAX_REPEAT) or 0,
        last_resort=read_targets(fields, "last_resort", f"{name}/last-resort", environ),
        when=tuple(_read_variant(entry, at, f"{name}/when-{number}", environ) for number, (entry, at) in variants),
    )
    fields.done()
    if "steps" not in fields:
        place.problem("An escalation policy needs at least one step.", "Add `steps:` with notify and wait.")
    return policy


def _read_variant(value: Any, place: Place, ladder: str, environ: Mapping[str, str]) -> Variant:
    """It says when it applies, and what is different then."""
    fields = Fields(value, place, what="A variant")
    variant = Variant(
        during=_read_during(fields),
        severity=tuple(text for text, _ in fields.texts("severity")),
        hold=fields.choice("hold_until", [During.BUSINESS_HOURS.value], "") == During.BUSINESS_HOURS,
        steps=read_steps(fields, ladder, environ),
        repeat=fields.integer("repeat", 0, MAX_REPEAT),
        last_resort=read_targets(fields, "last_resort", f"{ladder}/last-resort", environ),
        policy=fields.find_name("policy"),
    )
    fields.done()
    if "during" not in fields and "severity" not in fields:
        place.problem("A variant says when it applies.", "Add `during:` or `severity:`.")
    if not any(key in fields for key in CHANGES):
        place.problem("This variant changes nothing.", f"Add one of {', '.join(sorted(CHANGES))}.")
    if variant.policy is not None and (variant.steps or variant.last_resort or variant.repeat is not None):
        place.key("policy").problem("A variant climbs its own steps or another policy's.", "Keep one of the two.")
    return variant


def _read_during(fields: Fields) -> During | Hours | None:
    """A stretch that has a name, or days and times of the organisation's zone."""
    value = fields.raw("during")
    if isinstance(value, dict):
        return read_hours(value, fields.place.key("during"), "during")
    name = fields.choice("during", list(During), "")
    return During(name) if name else None


def read_steps(fields: Fields, ladder: str, environ: Mapping[str, str]) -> tuple[Step, ...]:
    """The steps of a ladder; `ladder` names it for the round-robins in it."""
    entries = enumerate(fields.items("steps"), 1)
    steps = [_read_step(entry, at, f"{ladder}/step-{number}", environ) for number, (entry, at) in entries]
    return tuple(step for step in steps if step is not None)


def read_targets(fields: Fields, key: str, rung: str, environ: Mapping[str, str]) -> tuple[Target, ...]:
    """`user:carol`, `webhook:env:HOOK`, `{round_robin: [...]}`, …; `rung` is the place by which a turn is kept."""
    found: list[Target | None] = []
    for value, at in fields.items(key):
        if isinstance(value, dict):
            others = sum(target is not None and bool(target.among) for target in found)
            found.append(_read_round_robin(value, at, f"{rung}-{others + 1}" if others else rung, environ))
        else:
            found.append(_read_target(value, at, environ))
    return tuple(target for target in found if target is not None)


def _read_round_robin(value: Any, place: Place, name: str, environ: Mapping[str, str]) -> Target | None:
    """One of a set, in turn."""
    fields = Fields(value, place, what="A round-robin")
    among = [_read_target(text, at, environ) for text, at in fields.items("round_robin")]
    if "round_robin" not in fields:
        fields.missing("round_robin")
    fields.done()
    people = tuple(target for target in among if target is not None)
    for target in people:
        if target.kind in (TargetKind.VENDOR, TargetKind.CHAT, TargetKind.WEBHOOK):
            place.problem(f"{target} has no turns to take.", "A round-robin is over people; name it as its own target.")
    return Target(TargetKind.ROUND_ROBIN, name, people) if people else None


def _read_target(text: Any, place: Place, environ: Mapping[str, str]) -> Target | None:
    if not isinstance(text, str):
        place.problem("A target must be a text.", "Write it as `user:carol`.")
        return None
    try:
        target = parse_target(text)
        if target.kind is not TargetKind.WEBHOOK:
            return Target(target.kind, check_slug(target.name, "notify"))
        address = read_env(target.name, place, environ)
        return Target(target.kind, check_address("webhook", address)) if address else None
    except Invalid as error:
        place.refuse(error)
        return None


def _read_step(value: Any, place: Place, rung: str, environ: Mapping[str, str]) -> Step | None:
    fields = Fields(value, place, what="A step")
    notify = read_targets(fields, "notify", rung, environ)
    wait = fields.duration("wait")
    if "wait" not in fields:
        fields.missing("wait")
    fields.done()
    if "notify" not in fields:
        fields.missing("notify")
    if wait is None:
        return None
    if not timedelta() < wait <= MAX_WAIT:
        place.key("wait").problem("A step waits more than nothing and at most 7 days.", "Write it as `wait: 5m`.")
    return Step(notify=notify, wait=wait)
