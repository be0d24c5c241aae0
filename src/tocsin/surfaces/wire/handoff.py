"""Hand-offs on the wire (ONC-5)."""

from datetime import datetime
from typing import Literal

import msgspec

from tocsin.insights.handoff_model import Entry as StoredEntry
from tocsin.insights.handoff_model import EntryDraft, EntryKind, Report
from tocsin.insights.handoff_model import Handoff as FoundHandoff
from tocsin.surfaces.wire.body import Body

Kind = Literal["issue", "watch", "upcoming", "contact"]


class Handoff(msgspec.Struct, kw_only=True):
    """A hand-off as it stands. `stage` is draft, changed (signed, and edited since), signed or accepted; `report` is
    made now, and as it was signed once it is accepted."""

    schedule: str
    stage: str
    outgoing: list[str]
    incoming: list[str]
    ends_at: datetime
    starts_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    accepted_by: str | None
    accepted_at: datetime | None
    report: Report


class Note(Body, kw_only=True, forbid_unknown_fields=True):
    """The whole text of the notes, in place of what was there."""

    note: str


class EntryRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`owner` and `link` belong to an issue and to what is watched, `at` to what comes up, `phone` to a contact."""

    kind: Kind
    text: str
    owner: str = ""
    link: str = ""
    phone: str = ""
    at: datetime | None = None


class Entry(msgspec.Struct, kw_only=True):
    """What somebody has added; it stays in every report of the schedule until it is struck by its number."""

    id: int
    kind: str
    text: str
    owner: str
    link: str
    phone: str
    at: datetime | None
    added_by: str
    added_at: datetime


class Struck(msgspec.Struct, kw_only=True):
    entry: int


def handoff(found: FoundHandoff) -> Handoff:
    signature = found.signature
    return Handoff(
        schedule=found.handover.schedule,
        stage=found.stage.value,
        outgoing=list(found.handover.outgoing),
        incoming=list(found.handover.incoming),
        ends_at=found.handover.ends_at,
        starts_at=found.handover.starts_at,
        signed_by=signature.signed_by if signature else None,
        signed_at=signature.signed_at if signature else None,
        accepted_by=(signature.accepted_by or None) if signature else None,
        accepted_at=signature.accepted_at if signature else None,
        report=found.report,
    )


def entry(stored: StoredEntry) -> Entry:
    return Entry(**msgspec.structs.asdict(stored))


def draft(request: EntryRequest, at: datetime | None) -> EntryDraft:
    """`at` is the request's, as UTC."""
    return EntryDraft(
        kind=EntryKind(request.kind),
        text=request.text,
        owner=request.owner,
        link=request.link,
        phone=request.phone,
        at=at,
    )
