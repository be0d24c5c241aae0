"""Reading a timeline: the ledger under an incident's topic, with its corrections laid over (`record`)."""

from collections.abc import Sequence

from tocsin.incidents import record
from tocsin.incidents.model import Incident
from tocsin.incidents.record import RecordEntry
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import LedgerEntry, list_entries, list_entries_by_id, list_entries_of_kind, list_last_entries

_BEYOND = 2**63
"""No id is as high: the column could not hold it."""


async def find_entry(conn: Conn, incident: Incident, entry_id: int) -> RecordEntry:
    """One entry of an incident that the caller may see, as it reads by now. Raises NotFound."""
    found = await list_entries_by_id(conn, incident.topic, [entry_id] if 0 < entry_id < _BEYOND else [])
    if not found:
        ref = incident_ref(incident.number)
        raise NotFound(f"{ref} has no entry {entry_id}.", f"tocsin log {ref} --ids shows their ids.", field="entry")
    return (await _folded(conn, incident.topic, found))[0]


async def read_from(conn: Conn, incident: Incident, *, after_id: int = 0, limit: int = 1000) -> list[RecordEntry]:
    """From an entry on, in the order in which they were written; of an incident that the caller may see."""
    return await _folded(conn, incident.topic, await list_entries(conn, incident.topic, after_id=after_id, limit=limit))


async def read_end(
    conn: Conn, incident: Incident, *, limit: int, kinds: Sequence[str] | None = None
) -> list[RecordEntry]:
    """The latest `limit` entries, in the order in which they were written; `kinds` None: of every kind."""
    return await _folded(conn, incident.topic, await list_last_entries(conn, incident.topic, limit=limit, kinds=kinds))


async def _folded(conn: Conn, topic: str, entries: Sequence[LedgerEntry]) -> list[RecordEntry]:
    return record.fold(entries, await list_entries_of_kind(conn, topic, record.CORRECTED))
