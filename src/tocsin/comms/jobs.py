"""What a worker runs for communication: the timer of updates."""

from datetime import timedelta

from tocsin.comms import cadence
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry


async def remind(held: Held) -> None:
    """Whoever has to write an update is reminded, and the timer is armed for the next instant (COM-2)."""
    async with held.finish() as tx:
        await cadence.remind(tx, held.payload["incident_id"])


REMIND = JobKind(
    name=cadence.REMIND,
    lane="timers",
    handler=remind,
    retry=Retry(attempts=1000, longest=timedelta(seconds=30)),
    timeout=timedelta(seconds=30),
)
