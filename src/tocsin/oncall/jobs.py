"""What a worker does for on-call."""

from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.oncall import feeds

LANE = "upkeep"


async def forget_feeds(held: Held) -> None:
    """Once a day."""
    async with held.finish() as tx:
        await feeds.forget(tx)


JOBS = (JobKind("oncall.forget_feeds", LANE, forget_feeds, every=timedelta(days=1)),)
