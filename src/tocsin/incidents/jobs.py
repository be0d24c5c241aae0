"""What a worker runs for incidents: the end of a stability window, and the question how bad it is now."""

from datetime import timedelta

from tocsin.incidents import from_alerts, reassessing
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
