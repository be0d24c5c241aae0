"""Keeping a background loop alive for as long as the process lives, and ending it. What a loop does is its owner's."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

_PAUSE = 0.25
_LONGEST_PAUSE = 5.0
_CANCEL_AGAIN = 0.1

_log = logging.getLogger(__name__)


async def run_for_ever(life: Callable[[], Awaitable[None]], *, doing: str, pause: float = _PAUSE) -> None:
    """Begins `life` anew whenever it fails, after `pause` seconds; ends only by being cancelled.

    The database's absence is a line in the log. Anything else is a defect: it is logged with its trace, and each in a
    row waits twice as long, so that neither the log nor the machine drowns in it. `doing` says what stands still, such
    as "wake-ups are sent".
    """
    defects = 0
    while True:
        try:
            await life()
        except psycopg.OperationalError as error:
            _log.info("not while the database is away: %s (%s)", doing, error)
            defects = 0
            await asyncio.sleep(pause)
        except Exception:  # noqa: BLE001 - the edge of a loop: nobody above could do better than begin anew
            _log.exception("a defect interrupted what must go on: %s", doing)
            await asyncio.sleep(min(pause * 2**defects, _LONGEST_PAUSE))
            defects = min(defects + 1, 10)


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancels until all have ended, whatever they end with.

    Once is not enough: `asyncio.wait_for` of Python 3.11, in which a connection of the pool is waited for, forgets a
    cancellation that arrives together with what it waits for, and a loop would go on for ever.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_CANCEL_AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)
