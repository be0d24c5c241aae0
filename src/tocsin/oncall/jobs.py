"""What a worker does for on-call: addresses of feeds that are forgotten, proposals that nobody
answered in time, cover that nobody has taken yet."""

from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.oncall import cover, feeds, swaps

LANE = "upkeep"


async def forget_feeds(held: Held) -> None:
    """Once a day."""
    async with held.finish() as tx:
        await feeds.forget(tx)


async def expire_swap(held: Held) -> None:
    """A shift of a proposed swap begins."""
    async with held.finish() as tx:
        await swaps.expire_swap(tx, held.payload["swap_id"])


async def look_at_cover(held: Held) -> None:
    """A request for cover is told again, or its shift begins."""
    async with held.finish() as tx:
        await cover.look_at_cover(tx, held.payload["cover_id"])


_SURELY = Retry(attempts=1000, longest=timedelta(minutes=1))

JOBS = (
    JobKind("oncall.forget_feeds", LANE, forget_feeds, every=timedelta(days=1)),
    JobKind(swaps.EXPIRE, swaps.TIMERS, expire_swap, _SURELY),
    JobKind(cover.LOOK, cover.TIMERS, look_at_cover, _SURELY),
)
