"""Channels over HTTP: whether what we send by is configured and answers (REL-7)."""

from litestar import get

from tocsin.delivery import service as delivery
from tocsin.integrations.channels.registry import KINDS
from tocsin.surfaces.api.callers import Db, Here
from tocsin.surfaces.wire import channels as wire


@get("/channels", summary="The channels, and whether their peers answer")
async def list_channels(db: Db, site: Here) -> wire.ChannelList:
    """Every kind of contact with what it lacks, the peers that were tried within the last day, and what texts and calls
    have cost."""
    async with db.connection() as conn:
        now = db.clock.now()
        tried = await delivery.list_endpoints(conn, now)
        spent = await delivery.read_spent(conn, now)
    return wire.channel_list(KINDS, site.unconfigured, tried, site.caps, spent)
