"""A timeline on the wire: its entries, and what people write on it (WAR-2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.wire.body import Body

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.incidents.record import RecordEntry


class Wording(msgspec.Struct, kw_only=True):
    """What an entry said from `at` on, in the words of `by`, until it was corrected."""

    at: datetime
    by: str
    text: str


class TimelineEntry(msgspec.Struct, kw_only=True):
    """One line of a timeline. `type` is action, decision, observation, question, answer or note for what a person
    wrote, finding for what the program points out, else system; `kind` names the fact, such as IncidentAcknowledged.

    `at` and `by` are when it was written and by whom. `said_at` and `said_by` are the instant that it speaks of and
    whose words it holds, null where that is the same. `earlier` is what it said before it was corrected.
    """

    id: int
    at: datetime
    by: str
    type: str
    kind: str
    text: str
    said_at: datetime | None = None
    said_by: str | None = None
    corrected_at: datetime | None = None
    corrected_by: str | None = None
    earlier: list[Wording] = msgspec.field(default_factory=list[Wording])


class Timeline(msgspec.Struct, kw_only=True):
    """The entries of one incident in the order in which they were written. `time_zone` is the organisation's, for
    reading and printing the text format (WAR-2).
    """

    incident: str
    time_zone: str
    entries: list[TimelineEntry]


class EntryRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What a person writes on a timeline: one entry, or several in the text format `[HH:MM] [@person] [TYPE] text`.
    `type` is that of the entries that name none.
    """

    text: str
    type: str = "observation"


class CorrectionRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What an entry says from now on; a head such as `[14:35] [DECISION]` corrects its time and type, too."""

    text: str


class RedactionRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Why a text has to go; it stays in the record, so it does not repeat what is to go."""

    reason: str


def timeline(stored: Incident, entries: Iterable[RecordEntry], time_zone: str) -> Timeline:
    """`entries` in their order."""
    return Timeline(
        incident=incident_ref(stored.number), time_zone=time_zone, entries=[timeline_entry(each) for each in entries]
    )


def timeline_entry(stored: RecordEntry) -> TimelineEntry:
    return TimelineEntry(
        id=stored.id,
        at=stored.at,
        by=stored.by,
        type=stored.type,
        kind=stored.kind,
        text=stored.text,
        said_at=stored.said_at,
        said_by=stored.said_by,
        corrected_at=stored.corrected.at if stored.corrected else None,
        corrected_by=stored.corrected.by if stored.corrected else None,
        earlier=[Wording(at=each.at, by=each.by, text=each.text) for each in stored.earlier],
    )
