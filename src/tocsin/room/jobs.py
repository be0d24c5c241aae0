"""What a worker runs for rooms: what begins with an incident, and the looks at it."""

from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.room import looking, opening


async def open_room(held: Held) -> None:
    """An incident was declared; nobody who is being called waits for what happens here."""
    async with held.finish() as tx:
        await opening.open_room(tx, held.payload["event"]["incident_id"])


async def look_at_room(held: Held) -> None:
    """The instant has come at which a rule can change, or somebody has done something."""
    async with held.finish() as tx:
        await looking.look_at_room(tx, held.payload["incident_id"])


_SURELY = Retry(attempts=1000, longest=timedelta(minutes=1))

JOBS = (
    JobKind(opening.OPEN, looking.TIMERS, open_room, _SURELY),
    JobKind(looking.LOOK, looking.TIMERS, look_at_room, _SURELY),
)
