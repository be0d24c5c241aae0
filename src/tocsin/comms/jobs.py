"""What a worker runs for communication: the timer of updates, and the announcement of a new incident."""

from datetime import timedelta

from tocsin.comms import announcing, cadence
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry


async def remind(held: Held) -> None:
    """Whoever has to write an update is reminded, and the timer is armed for the next instant (COM-2)."""
    async with held.finish() as tx:
        await cadence.remind(tx, held.payload["incident_id"])


async def announce(held: Held) -> None:
    """A new incident is posted in the announce channel (LIF-9)."""
    async with held.finish() as tx:
        await announcing.declared(tx, held.payload["incident_id"])


_SURELY = Retry(attempts=1000, longest=timedelta(seconds=30))

REMIND = JobKind(cadence.REMIND, "timers", remind, _SURELY)

JOBS = (REMIND, JobKind(announcing.ANNOUNCE, "timers", announce, _SURELY))
