"""Worlds that begin configured: a file is applied once, and each story begins with a copy of the database.

To apply a small organisation takes a tenth of a second of a processor, most of it PostgreSQL's; a copy costs no more
than the empty database that every test has.
"""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from tests.support.postgres import Server
from tests.support.world import World, new_world
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.held import JobKind


@asynccontextmanager
async def configured_world(
    server: Server,
    clock: VirtualClock,
    text: str,
    *,
    kinds: Sequence[JobKind] = (),
    with_insights: bool | Collection[str] = False,
) -> AsyncGenerator[World]:
    """A world of its own in which the file `text` was applied at the instant that the clock shows."""
    at = clock.now()
    conninfo, _ = await server.copy((text, at), partial(configure, text, at))
    try:
        async with new_world(conninfo, clock, kinds=kinds, with_insights=with_insights) as world:
            await world.meets()
            yield world
    finally:
        server.drop(conninfo)


async def configure(text: str, at: datetime, conninfo: str) -> None:
    async with new_world(conninfo, VirtualClock(at)) as world:
        await world.configure(text)
