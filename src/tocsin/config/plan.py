"""What applying a document would change: the difference to what is in force, refusals, warnings, who is on call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tocsin.config import shape
from tocsin.config.advice import find_warnings, not_in_effect
from tocsin.config.breakage import find_breakage
from tocsin.config.check import find_problems, normalise
from tocsin.config.diff import differences
from tocsin.config.document import Document, Item, Stored
from tocsin.config.model import Action, Change, Coverage, FieldChange, Plan, Unpaged
from tocsin.config.moved import find_moved
from tocsin.config.references import SINGULAR
from tocsin.config.render import shown
from tocsin.config.setup import setup_of
from tocsin.config.world import SECTIONS, World, as_served, load_world, said_in, world_after
from tocsin.integrations.channels.registry import KINDS, why_not_configured
from tocsin.kernel.db import Conn
from tocsin.oncall.model import Schedule
from tocsin.oncall.service import on_call_of
from tocsin.settings import Settings
from tocsin.simulation.coverage import find_uncovered, is_new

LOOK_AHEAD = timedelta(days=14)
MANAGED_BY = "managed by"

_SHAPES: Mapping[str, Callable[[Any], shape.Shape]] = {
    "organisation": shape.organisation_shape,
    "users": shape.user_shape,
    "teams": shape.team_shape,
    "groups": shape.group_shape,
    "vendors": shape.vendor_shape,
    "chats": shape.chat_shape,
    "severity_profiles": shape.profile_shape,
    "calendars": shape.calendar_shape,
    "schedules": shape.schedule_shape,
    "escalation_policies": shape.policy_shape,
    "services": shape.service_shape,
    "integrations": shape.integration_shape,
    "maintenance": shape.maintenance_shape,
    "digests": shape.digest_shape,
    "postmortem_templates": shape.postmortem_template_shape,
    "routing": shape.routing_shape,
    "stored": shape.stored_shape,
}
_WORDS = {
    Action.CREATED: "is added",
    Action.CHANGED: "changes",
    Action.REMOVED: "goes away",
    Action.DISABLED: "is disabled",
    Action.ENABLED: "comes back",
}


def unconfigured_channels(settings: Settings) -> dict[str, str]:
    """The kinds of contact that nothing can be sent by, with what is missing."""
    found = {kind: why_not_configured(kind, settings) for kind in KINDS}
    return {kind: why for kind, why in found.items() if why is not None}


async def plan(conn: Conn, document: Document, now: datetime, unconfigured: Mapping[str, str]) -> Plan:
    """What `apply` would do; a plan with `errors` would be refused. See `unconfigured_channels`. Deciding runs in a
    thread: with many schedules it takes a good part of a second."""
    return await asyncio.to_thread(decide_plan, await load_world(conn), document, now, unconfigured)


def decide_plan(before: World, document: Document, now: datetime, unconfigured: Mapping[str, str]) -> Plan:
    """The plan of a document in its normal form, or of one as it was read."""
    document, problems = normalise(document)
    after = world_after(before, document)
    problems += find_problems(document, before, after)
    files = tuple(file.name for file in document.files)
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        return Plan(files=files, errors=tuple(problems), summary=f"{count}; nothing can be applied")
    changes = tuple(find_changes(before, after, document))
    return Plan(
        files=files,
        changes=changes,
        warnings=(
            *find_warnings(document, after, unconfigured, now),
            *find_moved(before, after, document, now),
        ),
        not_in_effect=tuple(not_in_effect(document)),
        coverage=tuple(_cover(item.value, before, now) for item in document.schedules),
        unpaged=tuple(find_unpaged(before, after, now)),
        breakage=tuple(find_breakage(before, after, document, now)),
        summary=summarise(changes),
    )


def find_unpaged(before: World, after: World, now: datetime) -> Iterator[Unpaged]:
    """When nobody would be paged in the coming days, by the simulation of every policy before and after."""
    known = find_uncovered(setup_of(before), now, now + LOOK_AHEAD)
    zone = after.organisation.value.time_zone
    for gap in find_uncovered(setup_of(after), now, now + LOOK_AHEAD):
        whom = f"for {', '.join(gap.services)} (policy {gap.policy})" if gap.services else f"by the policy {gap.policy}"
        until_end = gap.ends_at == now + LOOK_AHEAD
        times = f"from {shown(gap.starts_at, zone)}" + ("" if until_end else f" to {shown(gap.ends_at, zone)}")
        new = is_new(gap, known)
        sentence = f"{'after this, ' if new else ''}nobody is paged {whom} {times}{'' if new else ', as before'}"
        yield Unpaged(
            policy=gap.policy,
            services=gap.services,
            starts_at=gap.starts_at,
            ends_at=gap.ends_at,
            is_new=new,
            sentence=sentence,
        )


def find_changes(before: World, after: World, document: Document) -> Iterator[Change]:
    """Thing by thing, in the order in which they are put in place; what goes away comes last in its section."""
    yield from _single("organisation", "organisation", before.organisation, after.organisation)
    for section in SECTIONS:
        old: Mapping[str, Item[Any]] = getattr(before, section)
        new: Mapping[str, Item[Any]] = getattr(after, section)
        for name, item in said_in(document, section).items():
            yield from _thing(section, name, old.get(name), item, back=name in before.disabled)
        for name, item in old.items():
            if name not in new:
                action = Action.DISABLED if section == "users" else Action.REMOVED
                yield _change(action, section, name, item)
    yield from _single("routing", "alert routing", before.routing, after.routing)


def _single(section: str, words: str, before: Item[Any], after: Item[Any]) -> Iterator[Change]:
    fields = _fields(section, before, after)
    if fields:
        sentence = f"the {words} {_WORDS[Action.CHANGED]}"
        file = after.file or before.file
        yield Change(
            action=Action.CHANGED, section=section, name="", file=file, sentence=sentence, fields=tuple(fields)
        )


def _thing(section: str, name: str, before: Item[Any] | None, after: Item[Any], *, back: bool) -> Iterator[Change]:
    if before is None:
        comes_back = section == "users" and back
        yield _change(Action.ENABLED if comes_back else Action.CREATED, section, name, after)
        return
    fields = _fields(section, before, after)
    if fields:
        yield _change(Action.CHANGED, section, name, after, fields)


def _fields(section: str, before: Item[Any], after: Item[Any]) -> list[FieldChange]:
    of = _SHAPES[section]
    found = differences(of(before.value), of(after.value))
    if before.file != after.file:
        found.append(FieldChange(path=MANAGED_BY, before=before.file or None, after=after.file or None))
    return found


def _change(
    action: Action, section: str, name: str, item: Item[Any], fields: list[FieldChange] | None = None
) -> Change:
    value = item.value
    if isinstance(value, Stored):
        section, name, what = value.section, value.name, value.section
    else:
        what = SINGULAR[section]
    sentence = f"{what} {name} {_WORDS[action]}"
    return Change(
        action=action, section=section, name=name, file=item.file, sentence=sentence, fields=tuple(fields or ())
    )


def _cover(schedule: Schedule, before: World, now: datetime) -> Coverage:
    """With the overrides that people made and the events of calendars, since they stay."""
    whole = as_served(schedule, before)
    line = on_call_of(whole, now)
    return Coverage(
        schedule=schedule.name,
        time_zone=schedule.time_zone,
        users=line.on_call.users,
        reason=line.on_call.reason,
        until=line.on_call.until,
        next_users=line.next.users if line.next is not None else (),
        next_at=line.next.starts_at if line.next is not None else None,
        gap_at=line.gap_at,
    )


def summarise(changes: tuple[Change, ...]) -> str:
    """`3 to add, 1 to change, 0 to remove`, or that nothing changes."""
    if not changes:
        return "nothing changes"
    added, changed, removed = count_changes(changes)
    return f"{added} to add, {changed} to change, {removed} to remove"


def count_changes(changes: tuple[Change, ...]) -> tuple[int, int, int]:
    """How many are added, changed and removed."""
    added = sum(change.action in (Action.CREATED, Action.ENABLED) for change in changes)
    changed = sum(change.action is Action.CHANGED for change in changes)
    return added, changed, len(changes) - added - changed
