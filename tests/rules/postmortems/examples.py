"""A record as a value: whatever a test does not say is an incident of which nothing is known but its detection."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.profiles import active
from tocsin.incidents.classifying import find_level
from tocsin.incidents.record import RecordEntry, fold
from tocsin.incidents.roles import Holding, HoldingState, RoleName
from tocsin.kernel.ledger import LedgerEntry
from tocsin.postmortems.model import Postmortem, State
from tocsin.postmortems.record import Record

SRE = active("sre")


def after(minutes: float) -> datetime:
    """So long after the declaration."""
    return T0 + timedelta(minutes=minutes)


def entry(id: int, minutes: float, kind: str, sentence: str, by: str = "tocsin", /, **data: Any) -> RecordEntry:
    stored = LedgerEntry(
        id=id, at=after(minutes), kind=kind, topic="incident/42", scope_id=1, actor=by, sentence=sentence, data=data
    )
    return fold([stored], [])[0]


def noted(id: int, minutes: float, text: str, by: str = "@bob", type: str = "note", **data: Any) -> RecordEntry:
    return entry(id, minutes, "TimelineNoted", text, by, type=type, text=text, **data)


def holds(user: str, role: RoleName) -> Holding:
    return Holding(role=role, user=user, since=T0, state=HoldingState.HOLDS)


def record(*entries: RecordEntry, **said: Any) -> Record:
    """Fields of the incident are given by `of`; the rest are those of the record."""
    about = incident(**{"severity": None, "services": (), "started_at": None, **said.pop("of", {})})
    known: dict[str, Any] = {"incident": about, "level": find_level(SRE, about.severity), "entries": entries, **said}
    return Record(**known)


def postmortem(**said: Any) -> Postmortem:
    """Version 3 of the published one of INC-7."""
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    usual: dict[str, Any] = {
        "id": 1,
        "incident_id": 1,
        "incident_number": 7,
        "title": 'Checkout: 500s & "errors"',
        "severity": "SEV-1",
        "state": State.PUBLISHED,
        "owner": "alice",
        "authors": ("alice", "bob"),
        "template": "deployment",
        "layout": "guide",
        "body": "# Postmortem\n\nIt [began](/incidents/INC-7#entry-1), see [docs](https://x.example/a).\n",
        "version": 3,
        "edited_by": "@alice",
        "edited_at": at,
        "drafted_at": at,
        "drafted_by": "@alice",
        "published_at": at,
        "scope_id": 1,
    }
    return Postmortem(**{**usual, **said})
