"""`escalation_policies:` – steps, waits, repeats, last resort; variants by time and severity are kept for later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tocsin.accounts.rules import check_slug
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.secrets import read_env
from tocsin.integrations.channels.registry import check_address
from tocsin.kernel.errors import Invalid
from tocsin.paging.model import Policy, Step, Target, TargetKind, parse_target

MAX_REPEAT = 20
MAX_WAIT = timedelta(days=7)


def read_policy(value: Any, place: Place, environ: Mapping[str, str]) -> tuple[Policy, Any]:
    """The policy, and its variants (`when`) as they were written, None when it has none."""
    fields = Fields(value, place, what="An escalation policy")
    steps = [_read_step(entry, at, environ) for entry, at in fields.items("steps")]
    policy = Policy(
        name=fields.name(),
        steps=tuple(step for step in steps if step is not None),
        repeat=fields.integer("repeat", 0, MAX_REPEAT) or 0,
        last_resort=read_targets(fields, "last_resort", environ),
    )
    for entry, at in fields.items("when"):
        _check_variant(entry, at, environ)
    when = fields.plain("when")
    fields.done()
    if not steps:
        place.problem("An escalation policy needs at least one step.", "Add `steps:` with notify and wait.")
    return policy, when


def read_targets(fields: Fields, key: str, environ: Mapping[str, str]) -> tuple[Target, ...]:
    """`user:carol`, `schedule:payments-primary`, `webhook:env:HOOK`, …"""
    found = [_read_target(text, at, environ) for text, at in fields.texts(key)]
    return tuple(target for target in found if target is not None)


def _read_target(text: str, place: Place, environ: Mapping[str, str]) -> Target | None:
    try:
        target = parse_target(text)
        if target.kind is not TargetKind.WEBHOOK:
            return Target(target.kind, check_slug(target.name, "notify"))
        address = read_env(target.name, place, environ)
        return Target(target.kind, check_address("webhook", address)) if address else None
    except Invalid as error:
        place.refuse(error)
        return None


def _read_step(value: Any, place: Place, environ: Mapping[str, str]) -> Step | None:
    fields = Fields(value, place, what="A step")
    notify = read_targets(fields, "notify", environ)
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


def _check_variant(value: Any, place: Place, environ: Mapping[str, str]) -> None:
    """The shape of a variant, as far as it is known: it says when it applies and what is different then."""
    fields = Fields(value, place, what="A variant")
    fields.find_text("during")
    for _ in fields.texts("severity"):
        pass
    fields.find_text("hold_until")
    for entry, at in fields.items("steps"):
        _read_step(entry, at, environ)
    fields.integer("repeat", 0, MAX_REPEAT)
    read_targets(fields, "last_resort", environ)
    fields.done()
