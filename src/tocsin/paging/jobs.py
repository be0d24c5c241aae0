"""What a worker runs for paging: the timers of the ladder."""

from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.paging import climbing, maintenance, service, snoozing, unreached
from tocsin.paging.cover import LOOK


async def advance(held: Held) -> None:
    """Fires one rung: check of the state, ledger, pages, deliveries and the next timer are one transaction (REL-1)."""
    async with held.finish() as tx:
        await service.advance(tx, held.payload["run_id"], held.payload["armed"])


async def mark_unreached(held: Held) -> None:
    """Goes on to the next rung when nobody of this one could be reached."""
    async with held.finish() as tx:
        await unreached.mark_unreached(tx, held.payload["page_id"], held.payload["reason"])


async def look_at_maintenance(held: Held) -> None:
    """A maintenance begins or ends for one incident: its paging is held, or taken up again."""
    async with held.finish() as tx:
        await maintenance.look(tx, held.payload["incident_id"])


async def end_snooze(held: Held) -> None:
    """Calls again whoever wanted quiet until now."""
    async with held.finish() as tx:
        await snoozing.end_in_time(tx, held.payload["run_id"])


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

MAINTENANCE = JobKind(
    name=LOOK,
    lane=climbing.TIMERS,
    handler=look_at_maintenance,
    retry=Retry(attempts=1000, longest=timedelta(seconds=30)),
    timeout=timedelta(seconds=30),
)

END_SNOOZE = JobKind(
    name=snoozing.END_SNOOZE,
    lane=climbing.TIMERS,
    handler=end_snooze,
    retry=Retry(attempts=1000, longest=timedelta(seconds=30)),
    timeout=timedelta(seconds=30),
)
