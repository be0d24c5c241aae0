"""What a worker runs for rooms: the looks at them."""

from datetime import timedelta

from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.room import looking


async def look_at_room(held: Held) -> None:
    """The instant has come at which a rule can change, or somebody has done something."""
    async with held.finish() as tx:
        await looking.look_at_room(tx, held.payload["incident_id"])


JOBS = (JobKind(looking.LOOK, looking.TIMERS, look_at_room, Retry(attempts=1000, longest=timedelta(minutes=1))),)
