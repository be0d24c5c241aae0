"""Who looks at an incident right now (WAR-1): each open room says so every few seconds, and is forgotten soon after it
stops. Nothing of it is history, so nothing of it is in the ledger.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tocsin.incidents import presence_store
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx

GONE_AFTER = timedelta(seconds=40)
"""Of silence. A room speaks every 15 seconds, or every 30 when an entry came at an awkward moment."""


async def look(tx: Tx, incident_id: int, name: str) -> None:
    """`name`, without an @, has the room of the incident open, in one window or several."""
    await presence_store.upsert_onlooker(tx.conn, incident_id, name, tx.now, gone_before=tx.now - GONE_AFTER)


async def list_onlookers(conn: Conn, now: datetime) -> Mapping[int, tuple[str, ...]]:
    """The names, in their order, by the incident's id; whoever is given them must be allowed to see that incident."""
    return await presence_store.list_onlookers(conn, since=now - GONE_AFTER)
