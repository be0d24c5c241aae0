"""What a worker runs for incidents: the end of a stability window, the question how bad it is now, the sync."""

from datetime import timedelta

from tocsin.incidents import from_alerts, reassessing, syncing
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry


async def resolve_quiet(held: Held) -> None:
    """LIF-8: it has stayed clear for the level's window."""
    async with held.finish() as tx:
        await from_alerts.resolve_quiet(tx, held.payload["incident_id"])


async def reassess(held: Held) -> None:
    """CLS-3: a round of the severity profile is over."""
    async with held.finish() as tx:
        await reassessing.ask(tx, held.payload["incident_id"])


async def call_together(held: Held) -> None:
    """ROL-1: the sync of a large team is due."""
    async with held.finish() as tx:
        await syncing.call_together(tx, held.payload["incident_id"])


RESOLVE_QUIET = JobKind(
    name=from_alerts.RESOLVE_QUIET,
    lane="timers",
    handler=resolve_quiet,
    retry=Retry(attempts=1000, longest=timedelta(seconds=30)),
    timeout=timedelta(seconds=30),
)

REASSESS = JobKind(
    name=reassessing.REASSESS,
    lane="timers",
    handler=reassess,
    retry=Retry(attempts=1000, longest=timedelta(minutes=1)),
    timeout=timedelta(seconds=30),
)

SYNC = JobKind(
    name=syncing.SYNC,
    lane="timers",
    handler=call_together,
    retry=Retry(attempts=1000, longest=timedelta(minutes=1)),
    timeout=timedelta(seconds=30),
)
