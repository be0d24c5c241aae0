"""Which entries of a record a postmortem tells, and how: by what people did in which role, not by their names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tocsin.incidents.record import NOTED, RecordEntry
from tocsin.incidents.redaction import is_redacted
from tocsin.incidents.roles import Holding
from tocsin.postmortems.statements import Fact

OVERDUE = "UpdateOverdue"

KINDS = (
    "IncidentDeclared",
    "AlertsAttached",
    "AlertsCleared",
    "IncidentAcknowledged",
    "StatusChanged",
    "SeverityChanged",
    "EscalationExhausted",
    "PageDeclined",
    "MitigationBegun",
    "MitigationFinished",
    "MitigationMadeWorse",
    "UpdatePosted",
    OVERDUE,
    "CauseNamed",
    "FactsLearnt",
    "ResolutionOverridden",
    "IncidentRelapsed",
    "IncidentReopened",
    "IncidentResolved",
    NOTED,
)
"""Paging, reminders, ticks and findings say how the program worked; these say what happened."""

READ = (*KINDS, "FindingRaised", "ImpactSaid", "ImpactMeasured", "IncidentLinked")
"""What a draft cites beside its timeline, too."""

_PERSON = re.compile(r"(^|[.!?] )?(?<!\w)@(\w(?:[\w.-]*\w)?)", re.ASCII)


def timeline(entries: Iterable[RecordEntry], holdings: Sequence[Holding]) -> list[Fact]:
    """One sentence an entry, in the order given; what was taken back is left out, and that an update is overdue is said
    once, until one is posted."""
    told = (
        entry
        for entry in entries
        if entry.kind in KINDS and not is_redacted(entry.stored) and (entry.kind != NOTED or entry.is_of_a_person)
    )
    return [Fact(without_names(_said(entry), holdings), entry.id, entry.happened_at) for entry in _once_overdue(told)]


def _once_overdue(entries: Iterable[RecordEntry]) -> Iterator[RecordEntry]:
    is_overdue = False
    for entry in entries:
        if entry.kind != OVERDUE or not is_overdue:
            yield entry
        is_overdue = entry.kind == OVERDUE or (is_overdue and entry.kind != "UpdatePosted")


def without_names(text: str, holdings: Sequence[Holding]) -> str:
    """ "@alice acknowledged" → "The commander acknowledged": a role says what somebody could know and do, a name says
    whom to blame."""
    roles = {holding.user: f"the {holding.role.words}" for holding in reversed(holdings)}

    def role_of(found: re.Match[str]) -> str:
        role = roles.get(found[2], "a responder")
        begins = found[1] is not None
        return f"{found[1] or ''}{role[0].upper() + role[1:] if begins else role}"

    return _PERSON.sub(role_of, text)


def _said(entry: RecordEntry) -> str:
    """What people wrote is theirs; everything else is a sentence already."""
    return f"{entry.who} noted: {entry.text}" if entry.kind == NOTED else entry.text
