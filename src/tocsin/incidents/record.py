"""A timeline as it is read: every entry with what it says by now, what it said before, and the instant it speaks of.

Pure. The ledger keeps each entry as it was written; a correction is an entry of its own that is laid over it here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tocsin.accounts.model import Permission, Viewer
from tocsin.incidents.model import EntryType
from tocsin.incidents.redaction import is_redacted
from tocsin.kernel.ledger import LedgerEntry

NOTED, CORRECTED, REDACTED = "TimelineNoted", "EntryCorrected", "EntryRedacted"
"""The kinds of the events of these names."""


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry said from `at` on, in the words of `by`."""

    at: datetime
    by: str
    text: str


class RecordEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `at` and `by` are when it was written and who wrote it; `said_at` and `said_by` what it speaks of,
    None where that is the same. `type` is an `EntryType`, finding or system. `earlier` is what it said before,
    `corrected` the last correction, which `text` is that of.
    """

    id: int
    kind: str
    at: datetime
    by: str
    type: str
    text: str
    said_at: datetime | None
    said_by: str | None
    earlier: tuple[Wording, ...]
    corrected: Wording | None
    stored: LedgerEntry

    @property
    def happened_at(self) -> datetime:
        return self.said_at or self.at

    @property
    def who(self) -> str:
        """Whose words or deed it is."""
        return self.said_by or self.by

    @property
    def is_of_a_person(self) -> bool:
        """Somebody wrote it, so that somebody may correct it."""
        return self.kind == NOTED and self.type in set(EntryType) and self.by.startswith("@")


def fold(entries: Sequence[LedgerEntry], corrections: Iterable[LedgerEntry]) -> list[RecordEntry]:
    """The entries in their order, with `corrections` (entries of kind `EntryCorrected`, in order of ids) laid over."""
    by_entry: defaultdict[int, list[LedgerEntry]] = defaultdict(list)
    for correction in corrections:
        by_entry[correction.data["entry_id"]].append(correction)
    return [_folded(entry, by_entry.get(entry.id, [])) for entry in entries]


def in_order(entries: Iterable[RecordEntry]) -> list[RecordEntry]:
    """By the instants that they speak of; what was written later about the same instant comes later."""
    return sorted(entries, key=lambda entry: (entry.happened_at, entry.id))


def without_shown_changes(entries: Sequence[RecordEntry]) -> list[RecordEntry]:
    """Without the corrections and redactions of entries that are among these and say it themselves."""
    shown = {entry.id for entry in entries}
    return [entry for entry in entries if changed_by(entry.stored) not in shown]


def corrected_by(entry: LedgerEntry) -> int | None:
    """The id of the entry that this one corrects; None: it corrects none."""
    return entry.data["entry_id"] if entry.kind == CORRECTED else None


def changed_by(entry: LedgerEntry) -> int | None:
    """The id of the entry that reads otherwise because of this one; None: no entry does."""
    return entry.data["entry_id"] if entry.kind in (CORRECTED, REDACTED) else None


def may_redact(viewer: Viewer, entry: RecordEntry) -> bool:
    """Administrators, of what they see (WAR-6)."""
    return viewer.may(Permission.ADMINISTER) and not is_redacted(entry.stored)


def may_correct(viewer: Viewer, entry: RecordEntry) -> bool:
    """Whoever wrote it, while they may write at all, and managers."""
    is_own = entry.by == viewer.actor and viewer.may(Permission.RESPOND)
    return entry.is_of_a_person and not is_redacted(entry.stored) and (is_own or viewer.may(Permission.CORRECT))


def _folded(entry: LedgerEntry, changes: Sequence[LedgerEntry]) -> RecordEntry:
    corrections = () if is_redacted(entry) else changes
    latest = corrections[-1] if corrections else entry
    said: dict[str, Any] = latest.data if latest.kind in (NOTED, CORRECTED) else {}
    wordings = [entry, *corrections]
    return RecordEntry(
        id=entry.id,
        kind=entry.kind,
        at=entry.at,
        by=entry.actor,
        type=str(said.get("type") or "system") if entry.kind == NOTED else "system",
        text=str(latest.data["text"]) if corrections else entry.sentence,
        said_at=_instant(said.get("said_at")) if entry.kind == NOTED else None,
        said_by=said.get("said_by") if entry.kind == NOTED else None,
        earlier=tuple(_wording(each) for each in wordings[:-1]),
        corrected=_wording(latest) if corrections else None,
        stored=entry,
    )


def _wording(entry: LedgerEntry) -> Wording:
    return Wording(at=entry.at, by=entry.actor, text=str(entry.data.get("text") or entry.sentence))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
