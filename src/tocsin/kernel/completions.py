"""Finished jobs are removed in batches, one statement under way at a time: the longer it takes, the larger the next."""

import asyncio

from tocsin.kernel import job_store
from tocsin.kernel.db import Conn, connect, prefer_index_order, spare_the_disk
from tocsin.kernel.held import Held
from tocsin.kernel.lease import Lease
from tocsin.kernel.loops import run_for_ever


class Completions:
    """Survives the database's absence: what could not be removed is kept and removed later, under the fence."""

    def __init__(self, conninfo: str, lease: Lease) -> None:
        self._conninfo = conninfo
        self._lease = lease
        self._finished: list[Held] = []
        self._something = asyncio.Event()
        self._all_removed = asyncio.Event()
        self._all_removed.set()

    def add(self, held: Held) -> None:
        self._finished.append(held)
        self._all_removed.clear()
        self._something.set()

    def ids(self) -> list[int]:
        return [held.id for held in self._finished]

    async def wait_until_removed(self) -> None:
        await self._all_removed.wait()

    async def run(self) -> None:
        await run_for_ever(self._run, doing="removing finished jobs")

    async def _run(self) -> None:
        async with await connect(self._conninfo) as conn:
            await spare_the_disk(conn)
            await self._remove_while_connected(conn)

    async def _remove_while_connected(self, conn: Conn) -> None:
        await prefer_index_order(conn)
        while True:
            await self._something.wait()
            batch = list(self._finished)
            life = await self._lease.settled_life()
            fence = (life, [held.id for held in batch], [held.attempts for held in batch])
            if await job_store.delete_finished(conn, *fence) < len(batch):
                await job_store.rearm_finished(conn, *fence)
                if await self._lease.settled_life() != life:
                    continue  # some may have been left because they have gone over to the new life meanwhile
            del self._finished[: len(batch)]
            if not self._finished:
                self._something.clear()
                self._all_removed.set()
