"""Who looks at which room, for every open stream of this process: one reading serves them all, four times a second at
most, however many there are.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import psycopg

from tocsin.db.database import Database
from tocsin.incidents.presence import list_onlookers

_FRESH = 0.25
"""Seconds for which a reading is good."""


class Onlookers:
    """Reads only when it is asked."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._one_at_a_time = asyncio.Lock()
        self._read_at = float("-inf")
        self._by_incident: Mapping[int, tuple[str, ...]] = {}

    async def at(self, incident_id: int) -> tuple[str, ...]:
        """The names, in their order. While the database is away they stay as they were: the stream goes on."""
        clock = asyncio.get_running_loop().time
        async with self._one_at_a_time:
            if clock() - self._read_at >= _FRESH:
                with suppress(psycopg.OperationalError):
                    async with self._db.connection() as conn:
                        self._by_incident = await list_onlookers(conn, self._db.clock.now())
                self._read_at = clock()
        return self._by_incident.get(incident_id, ())
