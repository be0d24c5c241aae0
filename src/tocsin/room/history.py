"""What the timeline of an incident tells a look at it: who wrote what, since when things are as they are. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tocsin.incidents.model import Incident, Status
from tocsin.incidents.record import NOTED, RecordEntry
from tocsin.incidents.roles import RoleName
from tocsin.kernel.ledger import LedgerEntry
from tocsin.room.model import ToldBeside, Written

CAME_BACK = frozenset({"IncidentRelapsed", "IncidentReopened"})
"""Kinds that begin the incident anew: clocks count from there."""

FOLLOWED, DROPPED = "ProfileRuleFollowed", "ProfileRuleDropped"

KINDS = (*CAME_BACK, FOLLOWED, DROPPED, NOTED, "SeverityChanged", "StatusChanged", "RoleReleased")
"""The kinds of entries that anything here looks at: a room has many others."""


def written_by_people(record: Iterable[RecordEntry]) -> tuple[Written, ...]:
    """What people wrote, as it reads by now, in the order in which it was written."""
    return tuple(
        Written(id=entry.id, at=entry.at, by=entry.who.removeprefix("@"), type=entry.type, text=entry.text)
        for entry in record
        if entry.is_of_a_person
    )


def told_beside(entries: Iterable[LedgerEntry], counted_from: datetime) -> dict[str, ToldBeside]:
    """What became of each rule of the severity profile since then, the latest of each target."""
    return {
        str(entry.data["target"]): ToldBeside(entry.at, tuple(entry.data.get("users", ())), entry.kind == DROPPED)
        for entry in entries
        if entry.kind in (FOLLOWED, DROPPED) and entry.at >= counted_from
    }


def counted_from(incident: Incident, entries: Sequence[LedgerEntry]) -> datetime:
    """When it was declared or last came back."""
    return last_at(entries, CAME_BACK) or incident.declared_at


def graded_at(incident: Incident, entries: Sequence[LedgerEntry]) -> datetime:
    """When its level was last changed, else its declaration."""
    return last_at(entries, {"SeverityChanged"}) or incident.declared_at


def investigating_since(incident: Incident, entries: Sequence[LedgerEntry]) -> datetime | None:
    """When somebody took it up, or it last came back to be investigated; None: nobody has it yet."""
    if incident.acknowledged_at is None:
        return None
    back = [
        entry.at
        for entry in entries
        if entry.kind in CAME_BACK
        or (entry.kind == "StatusChanged" and entry.data.get("after") == Status.INVESTIGATING)
    ]
    return max([incident.acknowledged_at, *back])


def commander_left_at(entries: Sequence[LedgerEntry]) -> datetime | None:
    """When the role was last given back without somebody else taking it."""
    released = [entry for entry in entries if entry.kind == "RoleReleased"]
    return max((entry.at for entry in released if entry.data.get("role") == RoleName.COMMANDER), default=None)


def last_at(entries: Sequence[LedgerEntry], kinds: Iterable[str]) -> datetime | None:
    """When something of these kinds last happened."""
    return max((entry.at for entry in entries if entry.kind in kinds), default=None)
