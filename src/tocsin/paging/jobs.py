"""What a worker runs for paging: the timers of the ladder."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.paging import ack_timeout, beside, climbing, maintenance, service, snoozing, unreached
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


async def look_at_acknowledgement(held: Held) -> None:
    """Pages again what somebody has taken and nobody works on."""
    async with held.finish() as tx:
        await ack_timeout.look(tx, held.payload["incident_id"])


async def tell_beside(held: Held) -> None:
    """Tells those whom a rule of the severity profile names."""
    async with held.finish() as tx:
        await beside.tell(tx, held.payload["incident_id"], held.payload["target"])


def _timer(name: str, handler: Callable[[Held], Awaitable[None]]) -> JobKind:
    """A page must not be given up: tried until it goes through, twice a minute at least."""
    return JobKind(
        name=name,
        lane=climbing.TIMERS,
        handler=handler,
        retry=Retry(attempts=1000, longest=timedelta(seconds=30)),
        timeout=timedelta(seconds=30),
    )


JOBS = (
    _timer(climbing.ADVANCE, advance),
    _timer(unreached.UNREACHED, mark_unreached),
    _timer(beside.TELL, tell_beside),
    _timer(ack_timeout.LOOK, look_at_acknowledgement),
    _timer(snoozing.END_SNOOZE, end_snooze),
    _timer(LOOK, look_at_maintenance),
)
