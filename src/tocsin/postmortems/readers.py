"""Who has read a postmortem (ONC-6): they say so themselves; an open page proves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tocsin.accounts.model import ORGANISATION_SCOPE
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.postmortems import reader_store as store
from tocsin.postmortems import service
from tocsin.postmortems.model import Postmortem, Reader, Unread


async def mark_read(tx: Tx, incident_id: int, user_id: int) -> Postmortem:
    """This person has read the latest version, of an incident that they may see. Raises NotFound where there is none,
    Refused before it is published: until then it is being written."""
    found = await service.get(tx.conn, incident_id)
    if not found.is_published:
        raise Refused(
            f"The postmortem of {incident_ref(found.incident_number)} is not published yet.",
            "Comment on it, or review it.",
            field="state",
        )
    await store.upsert_reader(tx.conn, found.id, user_id, found.version, tx.now)
    return found


async def list_readers(conn: Conn, postmortem: Postmortem) -> list[Reader]:
    """Of a postmortem that the caller may see."""
    return await store.list_readers(conn, postmortem.id)


async def list_unread(conn: Conn, user_id: int, services: Sequence[str], since: datetime) -> list[Unread]:
    """What everybody may read, was published since then about these services, and this person has not read."""
    return await store.list_unread(conn, user_id, (ORGANISATION_SCOPE,), services, since)
