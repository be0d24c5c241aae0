"""The claiming loop: sleeps until a lane is woken, a place is free or a timer is due, then takes what can start."""

import asyncio
from contextlib import suppress
from typing import Any

from tocsin.kernel import job_store
from tocsin.kernel.clock import Clock
from tocsin.kernel.db import Conn, connect, prefer_index_order, spare_the_disk
from tocsin.kernel.hands import Hands
from tocsin.kernel.lanes import Lanes
from tocsin.kernel.lease import Lease
from tocsin.kernel.questions import Question, ask_all


class Claims:
    """`something` is set by whoever has news: a wake-up, a free place, the sweep."""

    def __init__(
        self, conninfo: str, clock: Clock, kinds: list[str], lanes: Lanes, hands: Hands, something: asyncio.Event
    ) -> None:
        self._conninfo = conninfo
        self._clock = clock
        self._kinds = kinds
        self._lanes = lanes
        self._hands = hands
        self._something = something
        self.open = True

    async def run(self, lease: Lease) -> None:
        """One life long: raises psycopg.Error when the connection breaks – what it then held is unknown here, which
        is why the worker begins anew. After `open` is False it claims nothing more."""
        async with await connect(self._conninfo) as conn:
            await prefer_index_order(conn)
            await spare_the_disk(conn)
            while True:
                self._something.clear()
                if not self.open or not await self._claim(conn, lease):
                    await self._sleep()

    async def _claim(self, conn: Conn, lease: Lease) -> bool:
        """False: nothing was to be asked for."""
        now = self._clock.now()
        self._lanes.wake_due(now)
        wanted, looks_ahead = self._lanes.wanted(), self._lanes.must_look_ahead()
        questions: list[Question[Any]] = []
        if wanted:
            questions.append(job_store.claiming(lease.worker_id, wanted, self._kinds, now))
        if looks_ahead:
            questions.append(job_store.first_due_after(self._lanes.names, self._kinds, now))
        if not questions:
            return False
        answers = await ask_all(conn, questions)
        if looks_ahead:
            self._lanes.note_first_due(answers.pop())
        for claimed in answers:
            self._lanes.note_claim(wanted, claimed, now)
            for job in claimed:
                self._hands.start(job)
        return True

    async def _sleep(self) -> None:
        """Until there is news or the next timer is due; what nobody tells of is found by the sweep."""
        due = self._lanes.next_due() if self.open else None  # nobody takes what falls due while we stop
        seconds = None if due is None else max((due - self._clock.now()).total_seconds(), 0.0)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._something.wait()
