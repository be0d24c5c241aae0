"""What a document may say and is worth telling: warnings, and what is kept without effect so far. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from tocsin.alerts.maintenance import latest_window, next_planned
from tocsin.catalog.slo import goals_of
from tocsin.config.document import Document, Notice, User
from tocsin.config.sections import organisation, services
from tocsin.config.sections.checks import checks_without_prometheus
from tocsin.config.sections.later import LATER
from tocsin.config.world import World, as_served, own_of
from tocsin.delivery.model import Contact as StoredContact
from tocsin.delivery.wording import shown_address
from tocsin.insights.reachability_rules import doubt_of, names_soon
from tocsin.kernel.text import one_line
from tocsin.oncall.model import Schedule
from tocsin.oncall.service import on_call_of
from tocsin.paging.model import TargetKind
from tocsin.paging.variants import ladders

EMAIL = "email"
NOBODY_ANSWERS = frozenset({TargetKind.VENDOR, TargetKind.CHAT, TargetKind.WEBHOOK})
"""Targets that are told and cannot acknowledge."""


def find_warnings(
    document: Document,
    after: World,
    unconfigured: Mapping[str, str],
    now: datetime,
) -> list[Notice]:
    """What is allowed and worth telling; `unconfigured` says of a kind of contact what it lacks."""
    return [
        *document.notices,
        *_unproven(document, after),
        *_in_doubt(document, after, now),
        *_unconfigured(document, unconfigured),
        *_silent(document, after),
        *_without_prometheus(document, after),
        *_overlaps(document),
        *_without_layer(document, after, now),
        *_over(document, now),
    ]


def _unproven(document: Document, after: World) -> Iterator[Notice]:
    """PAG-3: a contact that a file attests is shown as unproven until it has answered once."""
    for item in document.users:
        user = item.value
        unproven = [c.kind for c in user.contacts if (user.name, c.kind, c.address) not in after.proven]
        if unproven:
            ways = ", ".join(dict.fromkeys(unproven))
            yield document.notice(item, ".contacts", f"{user.name} has not answered yet by {ways}: unproven until then")
        own = [contact for contact in own_of(after, user.name).contacts if contact.is_confirmed]
        if own:
            kinds = ", ".join(dict.fromkeys(contact.kind for contact in own))
            yield document.notice(
                item, ".contacts", f"{user.name} is also reached by {kinds}, added by themselves: kept"
            )
        if not user.contacts and not user.email and not own:
            yield document.notice(item, "", f"{user.name} has no contact and cannot be paged")
        for (name, kind, address), how in after.broken.items():
            if name == user.name and _is_way(user, own, kind, address):
                shown = shown_address(kind, address)
                yield document.notice(item, "", f"nothing arrives at {name}'s {kind} {shown}: {one_line(how.why)}")


def _is_way(user: User, own: Sequence[StoredContact], kind: str, address: str) -> bool:
    """Whether the person would be told by it if it were not broken."""
    ways = {(each.kind, each.address) for each in (*user.contacts, *own)}
    return (kind, address) in ways or (kind, address) == (EMAIL, user.email)


def _in_doubt(document: Document, after: World, now: datetime) -> Iterator[Notice]:
    """ONC-6: who is on call now or next, and nobody knows whether a page would wake them. Of people who are new nothing
    can be known yet."""
    for item in document.schedules:
        line = on_call_of(as_served(item.value, after), now)
        for name in names_soon(line):
            responder = after.responders.get(name)
            doubt = doubt_of(responder, now) if responder is not None else None
            if doubt is not None:
                when = "now" if name in line.on_call.users else "next"
                yield document.notice(item, "", f"{doubt.sentence} and is on call {when}: see tocsin oncall proof")


def _unconfigured(document: Document, unconfigured: Mapping[str, str]) -> Iterator[Notice]:
    """Said once a kind, at the first person who is reached by it; the account's own address counts."""
    for kind, missing in unconfigured.items():
        for item in document.users:
            kinds = {contact.kind for contact in item.value.contacts}
            if kind in kinds or (kind == EMAIL and item.value.email):
                yield document.notice(item, "", f"nobody can be reached by {kind}: {missing}")
                break
    for item in document.chats:
        if item.value.kind in unconfigured:
            yield document.notice(item, "", f"nothing can be posted to it: {unconfigured[item.value.kind]}")


def _silent(document: Document, after: World) -> Iterator[Notice]:
    """Where an alert would end without a call."""
    for item in document.services:
        if item.value.escalation_policy is None:
            yield document.notice(item, "", f"{item.value.name} has no escalation_policy: nobody is paged for it")
    for item in document.escalation_policies:
        targets = {target for ladder in ladders(item.value) for target in ladder.targets()}
        if targets and all(target.kind in NOBODY_ANSWERS for target in targets):
            yield document.notice(item, "", f"{item.value.name} calls no person: nobody can acknowledge")
    for item in document.teams:
        if not item.value.members:
            yield document.notice(item, "", f"the team {item.value.name} has no members")
    if document.routing is not None and after.routing.value.default_route is None:
        text = "there is no default_route: an alert that no route matches belongs to no service"
        yield document.notice(document.routing, "routes", text)


def _without_prometheus(document: Document, after: World) -> Iterator[Notice]:
    """A check that has nobody to ask fails at every run."""
    if after.organisation.value.prometheus is not None:
        return
    for item in document.services:
        for n, name in checks_without_prometheus(item.value.checks):
            text = f"the check {name} has no Prometheus to ask: add `prometheus: https://…` to it or to organisation"
            yield document.notice(item, f".checks[{n}]", text)
        slo = item.value.slo
        if slo is not None and slo.prometheus is None and any(goal.query for goal in goals_of(slo)):
            text = "the slo has no Prometheus to ask: add `prometheus: https://…` to it or to organisation"
            yield document.notice(item, ".slo", text)


def _overlaps(document: Document) -> Iterator[Notice]:
    for item in document.schedules:
        for n, first, second in _overlapping(item.value):
            text = f"this override covers another ({first} and {second}): the later one in the file counts"
            yield document.notice(item, f".overrides[{n}]", text)


def _overlapping(schedule: Schedule) -> Iterator[tuple[int, str, str]]:
    overrides = schedule.overrides
    for n, one in enumerate(overrides):
        for other in overrides[:n]:
            meet = one.starts_at < other.ends_at and other.starts_at < one.ends_at
            if meet and one.layer == other.layer and one.takes_all and other.takes_all:
                yield n, other.user, one.user
                break


def _without_layer(document: Document, after: World, now: datetime) -> Iterator[Notice]:
    """An override that somebody made of a layer says nothing any more once there is no such layer."""
    for item in document.schedules:
        known = after.people_overrides.get(item.value.name)
        layers = {layer.name for layer in item.value.layers}
        for one in known.overrides if known is not None else ():
            is_theirs = one.managed_by is None and one.ends_at > now
            if is_theirs and one.layer is not None and one.layer not in layers:
                text = (
                    f"override {one.id} puts {one.user} into the layer {one.layer}, which is gone: it says nothing now"
                )
                yield document.notice(item, ".layers", text)


def _over(document: Document, now: datetime) -> Iterator[Notice]:
    for item in document.maintenance:
        latest = latest_window(item.value, now)
        if next_planned(item.value, now) is None and latest is not None and latest.ends_at <= now:
            yield document.notice(item, "", f"the maintenance {item.value.name} is over: it can be taken out")


def not_in_effect(document: Document) -> list[Notice]:
    """What is kept for later parts, each at its place: nothing is ignored in silence."""
    found: list[Notice] = []
    if document.organisation is not None:
        for key, why in organisation.LATER.items():
            if getattr(document.organisation.value, key) is not None:
                found.append(document.notice(document.organisation, f".{key}", why))
    for item in document.services:
        found += [
            document.notice(item, f".{key}", services.LATER[key]) for key in item.value.more if key in services.LATER
        ]
    found += [document.notice(item, "", LATER[item.value.section].waits_for) for item in document.stored]
    return found
