"""What refers to what, by name: every reference of a thing with the path at which it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.catalog.model import Group, Service
from tocsin.config.document import Integration, Routing, Stored, Team
from tocsin.insights.digest_model import Digest
from tocsin.oncall.calendar_model import CalendarDraft
from tocsin.oncall.model import Schedule
from tocsin.paging.model import Policy, Step, Target, TargetKind


class Reference(NamedTuple):
    """`section` and `name` of what is meant, `below` the path within the thing that refers."""

    section: str
    name: str
    below: str


SINGULAR: Mapping[str, str] = {
    "users": "user",
    "teams": "team",
    "groups": "group",
    "vendors": "vendor",
    "chats": "chat",
    "severity_profiles": "severity profile",
    "calendars": "calendar",
    "schedules": "schedule",
    "escalation_policies": "escalation policy",
    "services": "service",
    "integrations": "integration",
    "maintenance": "maintenance",
    "digests": "digest",
    "postmortem_templates": "postmortem template",
}

SECTION_OF: Mapping[TargetKind, str] = {
    TargetKind.USER: "users",
    TargetKind.SCHEDULE: "schedules",
    TargetKind.TEAM: "teams",
    TargetKind.LEAD: "teams",
    TargetKind.EXPERT: "services",
    TargetKind.GROUP: "groups",
    TargetKind.VENDOR: "vendors",
    TargetKind.CHAT: "chats",
}


def references_of(value: Any) -> Iterator[Reference]:
    """Every reference of a thing of any section."""
    match value:
        case Team():
            yield from _list("users", value.members, ".members")
            yield from _list("users", value.leads, ".leads")
        case Group():
            yield from _list("users", value.members, ".members")
        case CalendarDraft() | Schedule():
            yield from _of_oncall(value)
        case Policy():
            yield from _of_policy(value)
        case Service():
            yield from _one("teams", value.team, ".team")
            yield from _one("escalation_policies", value.escalation_policy, ".escalation_policy")
            yield from _list("services", value.depends_on, ".depends_on")
            yield from _list("users", value.experts, ".experts")
        case Integration():
            yield from _one("services", value.service, ".service")
        case Digest():
            yield from _of_digest(value)
        case MaintenanceDraft():
            yield from _list("services", value.services, ".services")
        case Routing():
            for n, route in enumerate(value.routes):
                yield from _of_route(route, f"routes[{n}]")
            yield from _of_route(value.default_route or {}, "default_route")
        case Stored():
            yield from _of_stored(value)
        case _:
            return


def _of_policy(policy: Policy) -> Iterator[Reference]:
    yield from _of_ladder(policy.steps, policy.last_resort, "")
    for n, variant in enumerate(policy.when):
        yield from _of_ladder(variant.steps, variant.last_resort, f".when[{n}]")
        yield from _one("escalation_policies", variant.policy, f".when[{n}].policy")


def _of_digest(digest: Digest) -> Iterator[Reference]:
    yield from _one("teams", digest.team, ".team")
    yield from _list("schedules", digest.schedules, ".schedules")


def _one(section: str, name: str | None, below: str) -> Iterator[Reference]:
    if name is not None:
        yield Reference(section, name, below)


def _list(section: str, names: tuple[str, ...] | list[str], below: str) -> Iterator[Reference]:
    for n, name in enumerate(names):
        yield Reference(section, name, f"{below}[{n}]")


def _of_ladder(steps: tuple[Step, ...], last_resort: tuple[Target, ...], below: str) -> Iterator[Reference]:
    for n, step in enumerate(steps):
        yield from _targets(step.notify, f"{below}.steps[{n}].notify")
    yield from _targets(last_resort, f"{below}.last_resort")


def _targets(targets: tuple[Target, ...], below: str) -> Iterator[Reference]:
    for n, target in enumerate(targets):
        if target.among:
            yield from _targets(target.among, f"{below}[{n}].round_robin")
        elif target.kind in SECTION_OF:
            yield Reference(SECTION_OF[target.kind], target.name, f"{below}[{n}]")


def _of_oncall(value: CalendarDraft | Schedule) -> Iterator[Reference]:
    if isinstance(value, Schedule):
        yield from _of_schedule(value)
        return
    for words, name in value.people.items():
        yield Reference("users", name, f".people.{words}")


def _of_schedule(schedule: Schedule) -> Iterator[Reference]:
    yield from _one("teams", schedule.team, ".team")
    for n, layer in enumerate(schedule.layers):
        for m, turn in enumerate(layer.users):
            for k, name in enumerate(turn):
                together = f"[{k}]" if len(turn) > 1 else ""
                yield Reference("users", name, f".layers[{n}].users[{m}]{together}")
        yield from _one("calendars", layer.calendar, f".layers[{n}].calendar")
        for m, member in enumerate(layer.members):
            yield Reference("users", member.user, f".layers[{n}].members[{m}].user")
    for n, override in enumerate(schedule.overrides):
        yield Reference("users", override.user, f".overrides[{n}].user")
        yield from _one("users", override.instead_of, f".overrides[{n}].instead_of")


def _of_route(route: Mapping[str, Any], path: str) -> Iterator[Reference]:
    yield from _one("services", route.get("service"), f"{path}.service")
    yield from _one("escalation_policies", route.get("escalation_policy"), f"{path}.escalation_policy")


def _of_stored(stored: Stored) -> Iterator[Reference]:
    """References of sections that are only kept: a wrong name would be found much later otherwise."""
    if not isinstance(stored.definition, dict):
        return
    definition = cast("dict[str, Any]", stored.definition)
    if stored.section == "status_pages":
        for n, component in enumerate(definition.get("components") or []):
            yield from _list("services", component.get("services") or [], f".components[{n}].services")
