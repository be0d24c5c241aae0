"""Who the caller is."""

from litestar import get

from tocsin.surfaces.api.callers import Caller
from tocsin.surfaces.wire import accounts as wire


@get("/me", summary="Who the token belongs to, and what it may")
async def me(viewer: Caller) -> wire.Me:
    return wire.me(viewer)
