"""Calendars of elsewhere over HTTP (ONC-4). A file says which there are; this shows how they stand."""

from litestar import get

from tocsin.oncall import calendars
from tocsin.surfaces.api.callers import Db
from tocsin.surfaces.wire import calendars as wire


@get("/calendars", summary="List calendars of elsewhere")
async def list_calendars(db: Db) -> wire.CalendarList:
    """When each was read, what failed, and which of its events say nothing to us and why. No address is shown."""
    async with db.connection() as conn:
        return wire.CalendarList(calendars=[wire.calendar(each) for each in await calendars.list_calendars(conn)])
