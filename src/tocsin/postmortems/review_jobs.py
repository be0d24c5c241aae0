"""What a worker runs for reviews: the timer of each reviewer who has not said anything."""

from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.postmortems import review


async def remind(held: Held) -> None:
    """They are reminded, and the timer is armed for the next time."""
    async with held.finish() as tx:
        await review.remind(tx, held.payload["incident_id"], held.payload["user"])


REMIND_REVIEWER = JobKind(review.REMIND, "timers", remind, Retry(attempts=1000, longest=timedelta(minutes=5)))
