"""One entry of the ledger as a line of a timeline."""

from datetime import datetime
from urllib.parse import quote

import msgspec

from tocsin.accounts.model import Viewer
from tocsin.incidents.record import RecordEntry, Wording, may_correct, may_redact
from tocsin.incidents.redaction import is_redacted
from tocsin.kernel.ledger import LedgerEntry
from tocsin.surfaces.web.incident_lines import incident_path

_QUIET = frozenset(
    {
        "EscalationStarted",
        "EscalationStopped",
        "PeopleTold",
        "PersonPaged",
        "DeliveryEnded",
        "DeliveryHeld",
        "DeliveryTaken",
        "AlertsAttached",
        "FindingSettled",
    }
)
_TROUBLE = frozenset(
    {
        "StepReachedNobody",
        "EscalationExhausted",
        "PageUnreached",
        "AdministratorsTold",
        "FindingRaised",
        "UpdateOverdue",
        "JobParked",
    }
)


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """`tone` is plain, quiet (the program's routine) or trouble; `type` what a person called it, else empty.

    `at` is the instant that it speaks of. `written_at` is None where it was written then, `written_by` empty where its
    `actor` wrote it. `earlier` is what it said before `corrected`; `correct_path` leads to where this
    viewer corrects it, `redact_path` to where they take it back, empty where they may not.
    `file_path` leads to the file that was attached.
    """

    id: int
    at: datetime
    actor: str
    type: str
    sentence: str
    tone: str
    written_at: datetime | None = None
    written_by: str = ""
    earlier: tuple[Wording, ...] = ()
    corrected: Wording | None = None
    correct_path: str = ""
    redact_path: str = ""
    file_path: str = ""

    @property
    def at_ms(self) -> int:
        """Milliseconds since 1970, by which the page's script finds its place among the others."""
        return int(self.at.timestamp() * 1000)


def entry_view(entry: LedgerEntry) -> EntryView:
    """A sentence that names its actor is not given the actor's name again; what a person wrote always is."""
    kind = str(entry.data.get("type", "")) if entry.kind == "TimelineNoted" else ""
    is_named = entry.actor == "tocsin" or (not kind and entry.actor in entry.sentence)
    return EntryView(
        id=entry.id,
        at=entry.at,
        actor="" if is_named else entry.actor,
        type="" if kind == "note" else kind,
        sentence=entry.sentence,
        tone=_tone(entry),
    )


def record_view(entry: RecordEntry, viewer: Viewer) -> EntryView:
    """The same with what was written down later, for somebody else, or corrected (WAR-2)."""
    view = entry_view(entry.stored)
    number = entry.stored.data.get("number")
    if number is not None and may_redact(viewer, entry):
        view = msgspec.structs.replace(view, redact_path=redact_path(number, entry.id))
    if entry.kind == "AttachmentAdded" and not is_redacted(entry.stored):
        said = entry.stored.data
        return msgspec.structs.replace(view, file_path=file_path(said["number"], said["attachment_id"], said["name"]))
    if entry.type == "system":
        return view
    return msgspec.structs.replace(
        view,
        at=entry.happened_at,
        actor=entry.who if view.actor else "",
        type="" if entry.type == "note" else entry.type,
        sentence=entry.text,
        written_at=entry.at if entry.said_at else None,
        written_by=entry.by if entry.said_by else "",
        earlier=entry.earlier,
        corrected=entry.corrected,
        correct_path=correct_path(entry.stored.data["number"], entry.id) if may_correct(viewer, entry) else "",
    )


def correct_path(number: int, entry_id: int) -> str:
    """Where an entry of an incident is corrected."""
    return f"{incident_path(number)}/entries/{entry_id}/correct"


def file_path(number: int, attachment_id: int, name: str) -> str:
    """Where a file of an incident is read."""
    return f"{incident_path(number)}/attachments/{attachment_id}/{quote(name, safe='')}"


def redact_path(number: int, entry_id: int) -> str:
    """Where an administrator takes an entry's text back."""
    return f"{incident_path(number)}/entries/{entry_id}/redact"


def _tone(entry: LedgerEntry) -> str:
    if entry.kind in _TROUBLE or entry.data.get("type") == "finding" or entry.data.get("state") == "failed":
        return "trouble"
    return "quiet" if entry.kind in _QUIET else "plain"
