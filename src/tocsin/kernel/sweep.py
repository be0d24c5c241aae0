"""Once a second, beside the claims: who died, what was left behind the marks, what is due next, what must run alone.

The poll floor of REL-1: a lost wake-up, a dead worker's jobs and a late commit are all found here.
"""

import asyncio
import logging
import time
from datetime import timedelta

import psycopg

from tocsin.kernel import job_store, worker_store
from tocsin.kernel.absences import Absences
from tocsin.kernel.clock import Clock
from tocsin.kernel.db import Conn, connect, prefer_index_order
from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.hands import Hands
from tocsin.kernel.job_store import PARK_AT_CRASHES, Claimed
from tocsin.kernel.lanes import Lanes
from tocsin.kernel.lease import Lease
from tocsin.kernel.questions import ask
from tocsin.kernel.running import park

# After a restart or fail-over of the server every lock is gone and every worker comes back within this time.
GRACE = 3.0
# While an old snapshot keeps thousands of dead rows, a sweep must not eat the machine.
_LARGEST_SHARE = 0.1
PARK_AGAIN_AFTER = timedelta(minutes=1)

_log = logging.getLogger(__name__)


class Sweep:
    def __init__(
        self, conninfo: str, clock: Clock, kinds: list[str], lanes: Lanes, hands: Hands, something: asyncio.Event
    ) -> None:
        self._conninfo = conninfo
        self._clock = clock
        self._kinds = kinds
        self._lanes = lanes
        self._hands = hands
        self._something = something
        self._suspect: asyncio.Task[None] | None = None
        self.open = True

    async def run(self, lease: Lease, *, first_life: bool) -> None:
        """One life long. A worker that came back itself gives the others the same time before it judges by locks."""
        began_life = time.monotonic()
        judges_from = began_life + (0.0 if first_life else GRACE)
        absences, looks_around_from = Absences(), began_life
        async with await connect(self._conninfo) as conn:
            await prefer_index_order(conn)
            while True:
                began = time.monotonic()
                somebody_died = await bury(conn, lease.worker_id, absences, judge_by_lock=began >= judges_from)
                if somebody_died or began >= looks_around_from:
                    await self._look_around(conn)
                    now = time.monotonic()
                    looks_around_from = now + (now - began) / _LARGEST_SHARE
                if self.open:
                    await self._take_suspect(conn, lease)
                await asyncio.sleep(absences.next_look(began) - time.monotonic())

    async def _look_around(self, conn: Conn) -> None:
        """What lies behind the marks, and the timers ahead that were armed elsewhere."""
        lanes, now = list({*self._lanes.names, *await job_store.list_lanes(conn)}), self._clock.now()
        left_behind, ahead = await ask(
            conn,
            job_store.first_claimable(lanes, self._kinds, now),
            job_store.first_due_after(lanes, self._kinds, now),
        )
        self._lanes.note_swept(left_behind)
        self._lanes.note_first_due(ahead)
        if left_behind or ahead:
            self._something.set()

    async def _take_suspect(self, conn: Conn, lease: Lease) -> None:
        """At most one at a time; should the worker die now, only this job is blamed."""
        if self._suspect is not None:
            if not self._suspect.done():
                return
            self._suspect = None
            await worker_store.blame_only(conn, lease.worker_id, None)
        job = await job_store.claim_suspect(conn, lease.worker_id, self._kinds, self._clock.now())
        if job is not None and job.crashes >= PARK_AT_CRASHES:
            await self._park(job, lease)
            await worker_store.blame_only(conn, lease.worker_id, None)
        elif job is not None:
            self._lanes[job.lane].busy += 1
            self._suspect = self._hands.start(job)

    async def _park(self, job: Claimed, lease: Lease) -> None:
        """One that cannot be parked, because of what reacts to it, is put back unrun and parked later."""
        held = self._hands.hold(job)
        trouble = f"its worker died {job.crashes} times while it ran"
        try:
            await park(held, lease, trouble)
        except LeaseLost as lost:
            _log.info("%s", lost)
        except psycopg.OperationalError:
            raise
        except Exception:  # noqa: BLE001 - whoever reacts to it must not stop the sweep
            _log.exception("job %d (%s) cannot be parked and is held back for %s", job.id, job.kind, PARK_AGAIN_AFTER)
            async with held.retry(self._clock.now() + PARK_AGAIN_AFTER, trouble):
                pass


async def bury(conn: Conn, judge: int, absences: Absences, *, judge_by_lock: bool, grace: float = GRACE) -> bool:
    """Declares dead who is found so by this look and those before it, all on this connection; whether there was one."""
    absent = await worker_store.list_absent(conn, judge, judge_by_lock=judge_by_lock, grace=grace)
    dead = absences.note(absent, time.monotonic())
    if dead:
        await worker_store.declare_dead(conn, dead)
    return bool(dead)
