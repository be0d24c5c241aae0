"""What a worker does for on-call: addresses of feeds that are forgotten, proposals that nobody answered in time."""

from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.oncall import feeds, swaps

LANE = "upkeep"


async def forget_feeds(held: Held) -> None:
    """Once a day."""
    async with held.finish() as tx:
        await feeds.forget(tx)


async def expire_swap(held: Held) -> None:
    """A shift of a proposed swap begins."""
    async with held.finish() as tx:
        await swaps.expire_swap(tx, held.payload["swap_id"])


JOBS = (
    JobKind("oncall.forget_feeds", LANE, forget_feeds, every=timedelta(days=1)),
    JobKind(swaps.EXPIRE, swaps.TIMERS, expire_swap, Retry(attempts=1000, longest=timedelta(minutes=1))),
)
