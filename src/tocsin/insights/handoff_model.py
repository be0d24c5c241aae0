"""The values of a hand-off (ONC-5): who hands over to whom, what the report of a shift says, what people have added."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

LONGEST_TEXT = 500
LONGEST_NOTE = 20_000


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """A shift that passes to other people. `ends_at` is the end of the outgoing, `starts_at` the beginning of the
    incoming: later, where nobody is on call between them."""

    schedule: str
    outgoing: tuple[str, ...]
    incoming: tuple[str, ...]
    ends_at: datetime
    starts_at: datetime


class EntryKind(StrEnum):
    """What people add to the report of a schedule. An entry stays from shift to shift until somebody strikes it."""

    ISSUE = "issue"  # something known that goes on, with an owner
    WATCH = "watch"  # something to keep an eye on; named as an alert is, it gives that alert its ticket
    UPCOMING = "upcoming"  # a deployment, a campaign, traffic that is expected: gone a day after its time
    CONTACT = "contact"  # whom to ask: escalation, database, security


class EntryDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a person writes it. `owner` and `link` belong to issues and to what is watched, `at` to what comes,
    `phone` to a contact."""

    kind: EntryKind
    text: str
    owner: str = ""
    link: str = ""
    phone: str = ""
    at: datetime | None = None


class Entry(EntryDraft, frozen=True, kw_only=True):
    """One as it is stored."""

    id: int
    added_by: str
    added_at: datetime


class IncidentLine(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as a report names it; `owner` is whoever acknowledged it, empty: nobody has."""

    ref: str
    title: str
    status: str
    severity: str
    services: tuple[str, ...]
    owner: str
    declared_at: datetime
    resolved_at: datetime | None = None


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A service that is not healthy, and why."""

    service: str
    incidents: tuple[str, ...]
    alerts: int


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One window of maintenance."""

    name: str
    services: tuple[str, ...]
    reason: str
    starts_at: datetime
    ends_at: datetime


class Flaky(msgspec.Struct, frozen=True, kw_only=True):
    """A service that broke again and again in this shift: incidents, and alerts that came back after they had ended."""

    service: str
    incidents: int
    returns: int


class Noisy(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that came often or for nothing. `not_actionable` counts the pages that people marked so (ALR-9)."""

    alert: str
    service: str
    times: int
    not_actionable: int
    ticket: str = ""


class ContactLine(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask, and how: `how` holds phone, mail address or ticket form as the directory has them. `entry` is the
    number of what a person has added."""

    role: str
    who: str
    how: tuple[str, ...] = ()
    entry: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the next people need to know, at the instant `made_at`; the shift is [since, ends_at)."""

    schedule: str
    team: str | None
    time_zone: str
    outgoing: tuple[str, ...]
    incoming: tuple[str, ...]
    since: datetime
    ends_at: datetime
    starts_at: datetime
    made_at: datetime
    healthy: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    open_incidents: tuple[IncidentLine, ...]
    under_way: tuple[Work, ...]
    incidents: tuple[IncidentLine, ...]
    issues: tuple[Entry, ...]
    flaky: tuple[Flaky, ...]
    noisy: tuple[Noisy, ...]
    watched: tuple[Entry, ...]
    upcoming: tuple[Entry, ...]
    planned: tuple[Work, ...]
    contacts: tuple[ContactLine, ...]
    note: str


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What was signed, as it was, and who took it over; `accepted_by` empty: nobody has yet."""

    id: int
    signed_by: str
    signed_at: datetime
    report: Report
    accepted_by: str = ""
    accepted_at: datetime | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one hand-over. `edited_at` is the last change of the note or of an entry of its schedule;
    `drafted_at`, `missed_at` and `lead_told_at` say that the draft, its absence at the hand-over, and the morning after
    were told. `signature` is the latest one."""

    id: int
    schedule_id: int
    ends_at: datetime
    outgoing: tuple[str, ...]
    incoming: tuple[str, ...]
    note: str
    edited_at: datetime | None = None
    edited_by: str = ""
    drafted_at: datetime | None = None
    missed_at: datetime | None = None
    lead_told_at: datetime | None = None
    signature: Signature | None = None


class Stage(StrEnum):
    """How far a hand-off is. `changed`: it was signed, and edited since."""

    DRAFT = "draft"
    CHANGED = "changed"
    SIGNED = "signed"
    ACCEPTED = "accepted"


def stage_of(record: Record | None) -> Stage:
    """An edit after the signature asks for a new one; what was accepted stays so."""
    if record is None or record.signature is None:
        return Stage.DRAFT
    if record.signature.accepted_at is not None:
        return Stage.ACCEPTED
    is_edited = record.edited_at is not None and record.edited_at > record.signature.signed_at
    return Stage.CHANGED if is_edited else Stage.SIGNED


class Handoff(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-off as it stands: the report made now, or as it was signed when it was accepted, and its signature."""

    handover: Handover
    stage: Stage
    report: Report
    signature: Signature | None
