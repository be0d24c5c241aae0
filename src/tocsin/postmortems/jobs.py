"""What a worker runs for postmortems: the timer of reminders."""

from datetime import datetime, timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.postmortems import reminding


async def remind(held: Held) -> None:
    """Whoever owns it is reminded, and the next reminder is armed."""
    async with held.finish() as tx:
        at = datetime.fromisoformat(held.payload["at"])
        await reminding.remind(tx, held.payload["incident_id"], at)


JOBS = (JobKind(reminding.REMIND, reminding.TIMERS, remind, Retry(attempts=1000, longest=timedelta(minutes=1))),)
