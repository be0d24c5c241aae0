"""A report in words: sections of lines, the same for the page, the terminal and a message. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from tocsin.insights.handoff_model import (
    ContactLine,
    Entry,
    EntryKind,
    Flaky,
    IncidentLine,
    Noisy,
    Report,
    Trouble,
    Work,
)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `url` leads further, `entry` is the number by which what a person has added is struck."""

    text: str
    url: str = ""
    entry: int | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """`calm`: what stands there when there is no line."""

    title: str
    lines: tuple[Said, ...]
    calm: str
    kinds: tuple[EntryKind, ...] = ()


def sections(report: Report, zone: ZoneInfo) -> list[Section]:
    """Every part of the report, in the order in which the next people read it. The note is not among them."""
    return [
        Section(title="Healthy", lines=_healthy(report), calm="No service is without an incident or an alert."),
        Section(title="Not healthy", lines=tuple(_trouble(each) for each in report.troubles), calm="None."),
        Section(title="Open incidents", lines=_incidents(report.open_incidents, zone), calm="None."),
        Section(
            title="Maintenance under way",
            lines=tuple(_work(each, zone) for each in report.under_way),
            calm="None.",
        ),
        Section(title="Incidents of this shift", lines=_incidents(report.incidents, zone), calm="None."),
        Section(
            title="Ongoing issues",
            lines=tuple(_entry(each, zone) for each in report.issues),
            calm="None is known.",
            kinds=(EntryKind.ISSUE,),
        ),
        Section(title="Things to watch", lines=_to_watch(report, zone), calm="Nothing.", kinds=(EntryKind.WATCH,)),
        Section(
            title="Coming up",
            lines=(
                *(_entry(each, zone) for each in report.upcoming),
                *(_work(each, zone) for each in report.planned),
            ),
            calm="Nothing is planned.",
            kinds=(EntryKind.UPCOMING,),
        ),
        Section(
            title="Contacts",
            lines=tuple(_contact(each) for each in report.contacts),
            calm="None.",
            kinds=(EntryKind.CONTACT,),
        ),
    ]


def in_text(report: Report, zone: ZoneInfo) -> str:
    """The whole report as plain text."""
    parts = [heading(report, zone), ""]
    for section in sections(report, zone):
        parts += [section.title, *(f"  - {line.text}{f' {line.url}' if line.url else ''}" for line in section.lines)]
        parts += [f"  {section.calm}"] if not section.lines else []
        parts.append("")
    return "\n".join([*parts, "Notes", *(f"  {line}" for line in (report.note or "None.").splitlines())])


def heading(report: Report, zone: ZoneInfo) -> str:
    """ "payments-primary: alice hands over to bob, Mon 9 Mar 09:00 CET"."""
    return f"{report.schedule}: {between(report.outgoing, report.incoming)}, {moment(report.ends_at, zone)}"


def between(outgoing: Sequence[str], incoming: Sequence[str]) -> str:
    return f"{people(outgoing)} {'hands' if len(outgoing) == 1 else 'hand'} over to {people(incoming)}"


def people(names: Sequence[str]) -> str:
    """ "alice", "alice and bob", "alice, bob and carol"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def moment(at: datetime, zone: ZoneInfo) -> str:
    """ "Mon 9 Mar 09:00 CET"."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M %Z}"


def _healthy(report: Report) -> tuple[Said, ...]:
    return (Said(text=", ".join(report.healthy)),) if report.healthy else ()


def _trouble(trouble: Trouble) -> Said:
    alerts = _count(trouble.alerts, "alert fires", "alerts fire")
    return Said(text=f"{trouble.service}: {', '.join(filter(None, (*trouble.incidents, alerts)))}")


def _incidents(incidents: Sequence[IncidentLine], zone: ZoneInfo) -> tuple[Said, ...]:
    return tuple(Said(text=_incident(each, zone), url=f"/incidents/{each.ref}") for each in incidents)


def _incident(incident: IncidentLine, zone: ZoneInfo) -> str:
    state = incident.status if not incident.owner or incident.resolved_at else f"{incident.status}, {incident.owner}"
    level = f"{incident.severity} " if incident.severity else ""
    return f"{incident.ref} {level}{incident.title} ({state}), since {moment(incident.declared_at, zone)}"


def _work(work: Work, zone: ZoneInfo) -> Said:
    times = f"{moment(work.starts_at, zone)} – {moment(work.ends_at, zone)}"
    return Said(text=f"Maintenance of {', '.join(work.services)}: {work.reason or work.name}, {times}")


def _to_watch(report: Report, zone: ZoneInfo) -> tuple[Said, ...]:
    return (
        *(Said(text=_flaky(each)) for each in report.flaky),
        *(Said(text=_noisy(each), url=each.ticket) for each in report.noisy),
        *(_entry(each, zone) for each in report.watched),
    )


def _flaky(flaky: Flaky) -> str:
    said = (
        _count(flaky.incidents, "incident", "incidents"),
        _count(flaky.returns, "alert came back", "alerts came back"),
    )
    return f"{flaky.service} is flaky: {', '.join(filter(None, said))}"


def _noisy(noisy: Noisy) -> str:
    marked = _count(noisy.not_actionable, "page with nothing to do", "pages with nothing to do")
    often = "once" if noisy.times == 1 else f"{noisy.times} times"
    return f"Noisy alert {noisy.alert} ({noisy.service}): {', '.join(filter(None, (often, marked)))}"


def _entry(entry: Entry, zone: ZoneInfo) -> Said:
    when = f"{moment(entry.at, zone)}: " if entry.at is not None else ""
    owner = f" (owner: {entry.owner})" if entry.owner else ""
    return Said(text=f"{when}{entry.text}{owner}", url=entry.link, entry=entry.id)


def _contact(contact: ContactLine) -> Said:
    how = f": {', '.join(contact.how)}" if contact.how else ""
    return Said(
        text=f"{contact.who}{how}" if contact.entry else f"{contact.role} {contact.who}{how}", entry=contact.entry
    )


def _count(number: int, one: str, many: str) -> str:
    """ "1 incident", "2 incidents", or nothing."""
    return "" if number == 0 else f"{number} {one if number == 1 else many}"
