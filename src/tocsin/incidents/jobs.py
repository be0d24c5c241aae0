"""What a worker runs for incidents: the end of a stability window, the question how bad it is now, the sync."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tocsin.incidents import from_alerts, reassessing, syncing
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.kernel.tx import Tx


def _timer(name: str, come: Callable[[Tx, int], Awaitable[object]], *, longest: timedelta) -> JobKind:
    """A timer of one incident: what `come` does when its time has come, needs nothing but the database and is tried
    until that answers, `longest` apart."""

    async def handle(held: Held) -> None:
        async with held.finish() as tx:
            await come(tx, int(held.payload["incident_id"]))

    return JobKind(
        name=name,
        lane="timers",
        handler=handle,
        retry=Retry(attempts=1000, longest=longest),
        timeout=timedelta(seconds=30),
    )


RESOLVE_QUIET = _timer(from_alerts.RESOLVE_QUIET, from_alerts.resolve_quiet, longest=timedelta(seconds=30))
"""LIF-8: it has stayed clear for the level's window."""

REASSESS = _timer(reassessing.REASSESS, reassessing.ask, longest=timedelta(minutes=1))
"""CLS-3: a round of the severity profile is over."""

SYNC = _timer(syncing.SYNC, syncing.call_together, longest=timedelta(minutes=1))
"""ROL-1: the sync of a large team is due."""
