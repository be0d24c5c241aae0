"""From the record of a shift to its report (ONC-5): `(facts, now) → Report`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.accounts.model import User
from tocsin.alerts.maintenance import Maintenance, next_window, window_at
from tocsin.alerts.noise import Noise
from tocsin.catalog.model import Group, Service, Vendor
from tocsin.incidents.model import Incident
from tocsin.insights.handoff_model import (
    ContactLine,
    Entry,
    EntryKind,
    Flaky,
    Handover,
    IncidentLine,
    Noisy,
    Report,
    Trouble,
    Work,
)
from tocsin.kernel.ids import incident_ref
from tocsin.oncall.model import Schedule
from tocsin.paging.model import Policy, Target, TargetKind
from tocsin.paging.sentences import targets_words
from tocsin.paging.targets import with_sets
from tocsin.paging.variants import ladders

MOST_NOISY = 10
_OFTEN = 3
"""An alert that came so often in a shift is noisy; a service whose alerts came back so often is flaky."""
_AGAIN = 2
"""Incidents of one service in a shift that make it flaky."""
_COMES_UP = timedelta(days=14)
_STAYS_AFTER = timedelta(days=1)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report is made of. `services` are those of the schedule; incidents and noise are theirs alone.

    `firing` counts alerts by service, `marks` the pages of each incident (by id) that were marked not actionable.
    """

    schedule: Schedule
    handover: Handover
    since: datetime
    services: tuple[Service, ...]
    open_incidents: tuple[Incident, ...]
    incidents: tuple[Incident, ...]
    firing: Mapping[str, int]
    noise: tuple[Noise, ...]
    marks: Mapping[int, int]
    maintenances: tuple[Maintenance, ...]
    policies: tuple[Policy, ...]
    leads: tuple[User, ...]
    groups: tuple[Group, ...]
    vendors: tuple[Vendor, ...]
    entries: tuple[Entry, ...]
    note: str = ""


def make_report(facts: Facts, now: datetime) -> Report:
    """What the next people need to know, as it is now."""
    troubles = tuple(find_troubles(facts))
    noisy = tuple(find_noisy(facts))
    is_ticket_of = {each.alert.casefold() for each in noisy}
    in_trouble = {each.service for each in troubles}
    own = [m for m in facts.maintenances if {*m.services} & {each.name for each in facts.services}]
    return Report(
        schedule=facts.schedule.name,
        team=facts.schedule.team,
        time_zone=facts.schedule.time_zone,
        outgoing=facts.handover.outgoing,
        incoming=facts.handover.incoming,
        since=facts.since,
        ends_at=facts.handover.ends_at,
        starts_at=facts.handover.starts_at,
        made_at=now,
        healthy=tuple(each.name for each in facts.services if each.name not in in_trouble),
        troubles=troubles,
        open_incidents=tuple(line_of(each) for each in facts.open_incidents),
        under_way=tuple(_work(m, window) for m in own if (window := window_at(m, now)) is not None),
        incidents=tuple(line_of(each) for each in facts.incidents if each.declared_at >= facts.since),
        issues=_entries(facts, EntryKind.ISSUE),
        flaky=tuple(find_flaky(facts)),
        noisy=noisy,
        watched=tuple(each for each in _entries(facts, EntryKind.WATCH) if each.text.casefold() not in is_ticket_of),
        upcoming=tuple(
            each for each in _entries(facts, EntryKind.UPCOMING) if each.at is None or each.at + _STAYS_AFTER > now
        ),
        planned=tuple(_planned(own, now)),
        contacts=tuple(find_contacts(facts)),
        note=facts.note,
    )


def services_of(schedule: Schedule, services: Sequence[Service], policies: Sequence[Policy]) -> tuple[Service, ...]:
    """Those of the schedule's team, and those whose policy calls the schedule."""
    calling = {policy.name for policy in policies if _names(policy, schedule.name)}
    return tuple(
        each
        for each in services
        if each.escalation_policy in calling or (schedule.team is not None and each.team == schedule.team)
    )


def find_troubles(facts: Facts) -> list[Trouble]:
    """The services with an open incident or an alert that fires."""
    found: list[Trouble] = []
    for service in facts.services:
        refs = tuple(incident_ref(i.number) for i in facts.open_incidents if service.name in i.services)
        alerts = facts.firing.get(service.name, 0)
        if refs or alerts:
            found.append(Trouble(service=service.name, incidents=refs, alerts=alerts))
    return found


def find_flaky(facts: Facts) -> list[Flaky]:
    """The services that broke again and again, the worst first."""
    found: list[Flaky] = []
    for service in facts.services:
        incidents = sum(service.name in i.services for i in facts.incidents if i.declared_at >= facts.since)
        returns = sum(each.returns for each in facts.noise if each.service == service.name)
        if incidents >= _AGAIN or returns >= _OFTEN:
            found.append(Flaky(service=service.name, incidents=incidents, returns=returns))
    return sorted(found, key=lambda each: (-each.incidents, -each.returns, each.service))


def find_noisy(facts: Facts) -> list[Noisy]:
    """The alerts that came often, or that people say were not worth a page; those first."""
    of_group = {i.alert_group_id: i.id for i in facts.incidents if i.alert_group_id is not None}
    tickets = {each.text.casefold(): each.link for each in _entries(facts, EntryKind.WATCH) if each.link}
    found = [
        Noisy(
            alert=each.title,
            service=each.service,
            times=each.times,
            not_actionable=sum(facts.marks.get(of_group[g], 0) for g in each.groups if g in of_group),
            ticket=tickets.get(each.title.casefold(), ""),
        )
        for each in facts.noise
    ]
    noisy = [each for each in found if each.times >= _OFTEN or each.not_actionable]
    return sorted(noisy, key=lambda each: (-each.not_actionable, -each.times, each.alert))[:MOST_NOISY]


def find_contacts(facts: Facts) -> list[ContactLine]:
    """Whom to ask: what people have written first, then the leads, the ladder, groups and vendors of the file."""
    named = [
        ContactLine(role="contact", who=each.text, how=_filled(each.phone, each.owner, each.link), entry=each.id)
        for each in _entries(facts, EntryKind.CONTACT)
    ]
    leads = [
        ContactLine(role=f"lead of {facts.schedule.team}", who=f"@{lead.name}", how=_filled(lead.email or ""))
        for lead in facts.leads
    ]
    escalation = [
        ContactLine(role="escalation", who=policy.name, how=(_ladder(policy),))
        for policy in facts.policies
        if _names(policy, facts.schedule.name)
    ]
    groups = [
        ContactLine(role="group", who=each.name, how=_filled(*(f"@{name}" for name in each.members)))
        for each in facts.groups
    ]
    vendors = [
        ContactLine(
            role="vendor",
            who=each.name,
            how=_filled(each.phone, each.email, each.contract and f"contract {each.contract}", each.ticket, each.hours),
        )
        for each in facts.vendors
    ]
    return [*named, *leads, *escalation, *groups, *vendors]


def _names(policy: Policy, schedule: str) -> bool:
    """Whether the policy, or one of its variants, calls the schedule."""
    wanted = Target(TargetKind.SCHEDULE, schedule)
    return any(wanted in with_sets(ladder.targets()) for ladder in ladders(policy))


def _ladder(policy: Policy) -> str:
    """`the one on call in primary, then the one on call in secondary and carol`."""
    return ", then ".join(targets_words(step.notify) for step in policy.steps)


def line_of(incident: Incident) -> IncidentLine:
    """An incident as a report names it."""
    return IncidentLine(
        ref=incident_ref(incident.number),
        title=incident.title,
        status=incident.status.value,
        severity=incident.severity or "",
        services=incident.services,
        owner=incident.acknowledged_by or "",
        declared_at=incident.declared_at,
        resolved_at=incident.resolved_at,
    )


def _work(maintenance: Maintenance, window: tuple[datetime, datetime]) -> Work:
    return Work(
        name=maintenance.name,
        services=maintenance.services,
        reason=maintenance.reason,
        starts_at=window[0],
        ends_at=window[1],
    )


def _planned(maintenances: Sequence[Maintenance], now: datetime) -> list[Work]:
    """The next window of each within two weeks, in order."""
    windows = ((m, next_window(m, now)) for m in maintenances)
    found = [_work(m, window) for m, window in windows if window is not None and window.starts_at <= now + _COMES_UP]
    return sorted(found, key=lambda each: (each.starts_at, each.name))


def _entries(facts: Facts, kind: EntryKind) -> tuple[Entry, ...]:
    found = [each for each in facts.entries if each.kind is kind]
    return tuple(sorted(found, key=lambda each: (each.at is None, each.at or each.added_at, each.id)))


def _filled(*parts: str | None) -> tuple[str, ...]:
    return tuple(part for part in parts if part)
