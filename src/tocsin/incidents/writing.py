"""What people write on a timeline, and its corrections: read by `text_format`, one ledger entry each (WAR-2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.incidents import record, sentences, service, tasks, timeline
from tocsin.incidents.events import EntryCorrected, TimelineNoted
from tocsin.incidents.model import EntryType, Incident
from tocsin.incidents.record import RecordEntry
from tocsin.incidents.redaction import is_redacted
from tocsin.incidents.task_model import read_command
from tocsin.incidents.text_format import AHEAD, ParsedEntry, parse
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Forbidden, Invalid, Refused
from tocsin.kernel.ledger import list_entries_by_id
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.tx import Tx

MAX_ENTRIES = 200
"""Entries that one text holds at most."""

_AS_WRITTEN = timedelta(minutes=1)
"""A time this close to the instant of writing says nothing that the entry does not say itself."""


async def write(tx: Tx, incident: Incident, by: str, text: str, default: EntryType) -> list[RecordEntry]:
    """Each entry of `text` on its own, in one transaction; `default` is the type of those that name none. A text that
    begins with `/task` adds a task instead (WAR-5).

    Raises Invalid for a text with no entry, too many, one that is empty or too long, or a time that is yet to come.
    """
    task = read_command(text)
    if task is not None:
        _, entry_id = await tasks.add_with_entry(tx, incident.id, task, by)
        return record.fold(await list_entries_by_id(tx.conn, incident.topic, [entry_id]), ())
    incident = await service.lock(tx, incident.id)  # it may have become private since it was looked up
    written = await understand(tx.conn, by, text, default, tx.now)
    ids = [await tx.emit(_noted(incident, by, entry)) for entry in written]
    return record.fold(await list_entries_by_id(tx.conn, incident.topic, ids), ())


async def understand(conn: Conn, by: str, text: str, default: EntryType, now: datetime) -> list[ParsedEntry]:
    """How a text is read, checked, with what is self-evident left out: the same that `write` would write."""
    zone = zone_of((await catalog.organisation(conn)).time_zone)
    entries = parse(text, now, zone)
    check_entries(entries, now)
    return [as_written(entry, by, default, now) for entry in entries]


def check_entries(entries: Sequence[ParsedEntry], now: datetime) -> None:
    """Raises Invalid, naming the entry by its place."""
    if not entries:
        raise Invalid(
            f"An entry has 1 to {service.MAX_NOTE} characters.", "Say what happened, was seen or decided.", field="text"
        )
    if len(entries) > MAX_ENTRIES:
        raise Invalid(
            f"{len(entries)} entries were pasted, and {MAX_ENTRIES} can be written at once.",
            "Paste them in several parts.",
            field="text",
        )
    for place, entry in enumerate(entries, 1):
        which = f"Entry {place} of {len(entries)}" if len(entries) > 1 else "The entry"
        if not 1 <= len(entry.text) <= service.MAX_NOTE:
            raise Invalid(f"{which} has {len(entry.text)} characters.", f"Write 1 to {service.MAX_NOTE}.", field="text")
        if entry.at is not None and entry.at > now + AHEAD:
            raise Invalid(
                f"{which} is of {entry.at:%Y-%m-%d %H:%M} UTC, which is yet to come.",
                "Correct its time, or the line above it that names the day.",
                field="text",
            )


def as_written(entry: ParsedEntry, by: str, default: EntryType, now: datetime) -> ParsedEntry:
    """With its type, and without the time and the person of whoever writes it down at that time."""
    is_now = entry.at is not None and abs(now - entry.at) < _AS_WRITTEN
    return replace(
        entry,
        at=None if is_now else entry.at,
        person=None if entry.person == by else entry.person,
        type=entry.type or default,
    )


async def correct(tx: Tx, viewer: Viewer, incident: Incident, entry_id: int, text: str) -> RecordEntry:
    """The entry as it reads from now on. A head such as `[14:35] [DECISION]` corrects the time and the type as well;
    the day of a time is that of the entry.

    Raises NotFound, Refused for what no person wrote, Forbidden for somebody else's entry, Invalid for a bad text.
    """
    incident = await service.lock(tx, incident.id)
    entry = await timeline.find_entry(tx.conn, incident, entry_id)
    _check_may_correct(viewer, entry)
    was = ParsedEntry(at=entry.said_at, person=entry.said_by, type=EntryType(entry.type), text=entry.text)
    zone = zone_of((await catalog.organisation(tx.conn)).time_zone)
    entries = parse(text, entry.at, zone)
    check_entries(entries, tx.now)
    if len(entries) > 1:
        raise Invalid(
            f"This is {len(entries)} entries, and it corrects one.", "Write the others as new entries.", field="text"
        )
    said = _corrected(was, entries[0], entry)
    if said == was:
        raise Refused(f"Entry {entry_id} says so already.", "Write what it should say instead.", field="text")
    await tx.emit(
        EntryCorrected(
            **service.about(incident, viewer.actor),
            sentence=sentences.corrected(said.text),
            entry_id=entry_id,
            type=said.type or EntryType.NOTE,
            text=said.text,
            said_at=said.at,
            said_by=said.person,
        )
    )
    return await timeline.find_entry(tx.conn, incident, entry_id)


def _check_may_correct(viewer: Viewer, entry: RecordEntry) -> None:
    if is_redacted(entry.stored):
        raise Refused(f"Entry {entry.id} was redacted.", "Write a new entry.", field="entry")
    if not entry.is_of_a_person:
        raise Refused(
            f"Entry {entry.id} was not written by a person, and the record of what happened is not corrected.",
            "Write an entry that says what is wrong with it.",
            field="entry",
        )
    if not record.may_correct(viewer, entry):
        raise Forbidden(
            f"Entry {entry.id} is {entry.by}'s, and {viewer.actor} acts as {viewer.role}.",
            f"Ask {entry.by} or a manager to correct it, or write an entry of your own.",
        )


def _corrected(was: ParsedEntry, said: ParsedEntry, entry: RecordEntry) -> ParsedEntry:
    """What the correction does not name stays."""
    is_own = said.person == entry.by
    return ParsedEntry(
        at=said.at or was.at,
        person=None if is_own else said.person or was.person,
        type=said.type or was.type,
        text=said.text,
    )


def _noted(incident: Incident, by: str, entry: ParsedEntry) -> TimelineNoted:
    return TimelineNoted(
        **service.about(incident, by),
        sentence=entry.text,
        type=entry.type or EntryType.NOTE,
        text=entry.text,
        said_at=entry.at,
        said_by=entry.person,
    )
