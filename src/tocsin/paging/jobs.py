"""What a worker runs for paging: the timers of the ladder."""

from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.paging import climbing, service, unreached


async def advance(held: Held) -> None:
    """Fires one rung: check of the state, ledger, pages, deliveries and the next timer are one transaction (REL-1)."""
    async with held.finish() as tx:
        await service.advance(tx, held.payload["run_id"], held.payload["armed"])


async def mark_unreached(held: Held) -> None:
    """Goes on to the next rung when nobody of this one could be reached."""
    async with held.finish() as tx:
        await unreached.mark_unreached(tx, held.payload["page_id"], held.payload["reason"])


ADVANCE = JobKind(
    name=climbing.ADVANCE,
    lane=climbing.TIMERS,
    handler=advance,
    retry=Retry(attempts=1000, longest=timedelta(seconds=30)),
    timeout=timedelta(seconds=30),
)

UNREACHED = JobKind(
    name=unreached.UNREACHED,
    lane=climbing.TIMERS,
    handler=mark_unreached,
    retry=Retry(attempts=1000, longest=timedelta(seconds=30)),
    timeout=timedelta(seconds=30),
)
