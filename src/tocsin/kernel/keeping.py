"""What a worker alone knows, such as that a message has left, is kept until it is written down (REL-2).

To give the job back instead would have the message sent once more for each time that the record could not be written.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import psycopg

from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.held import Held

_AGAIN_AFTER = 0.25
_TRY_TAKES = 20.0
_TRIES = 3


async def record_while_held(held: Held, record: Callable[[], Awaitable[None]]) -> None:
    """Calls `record`, one transaction that settles the job, until it has been written or the job is not ours any more:
    then LeaseLost is raised, or what the last try failed with. From here on its kind's time-out does not count.

    A failure that is not the database's absence is tried three times.
    """
    if held.time_limit is not None and not held.time_limit.expired():
        held.time_limit.reschedule(None)
    for tried in count(1):
        life = await held.life()
        try:
            async with asyncio.timeout(_TRY_TAKES):
                await record()
        except LeaseLost:
            if await held.life() == life:
                raise
        except (psycopg.Error, TimeoutError) as error:
            is_away = isinstance(error, psycopg.OperationalError | TimeoutError) and held.remaining() > 0
            if not is_away and tried >= _TRIES:
                raise
            await asyncio.sleep(_AGAIN_AFTER)
        else:
            return
