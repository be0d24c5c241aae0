"""Calendar feeds over HTTP (ONC-4): the addresses that the caller made, and a calendar itself for programs."""

import asyncio
from typing import Annotated

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.kernel.errors import Invalid
from tocsin.oncall import feeds
from tocsin.oncall.feed_text import MEDIA_TYPE, write
from tocsin.surfaces.api.callers import AnyRequest, Caller, Db, Here, client_of
from tocsin.surfaces.wire import feeds as wire


@get("/feeds", summary="List your calendar addresses")
async def list_feeds(viewer: Caller, db: Db) -> wire.CalendarAddressList:
    """Without the addresses themselves: nobody can see those again."""
    async with db.connection() as conn:
        return wire.CalendarAddressList(feeds=[wire.address(each) for each in await feeds.list_feeds(conn, viewer)])


@post("/feeds", summary="Make a calendar address")
async def make_feed(
    request: AnyRequest, data: JSONBody[wire.FeedRequest], viewer: Caller, db: Db, site: Here
) -> wire.NewCalendarAddress:
    """Your calendar program subscribes to it. It stops working when you revoke it, make another, or are disabled."""
    person = data.person.removeprefix("@") if data.person is not None else None
    async with db.transaction() as tx:
        made = await feeds.make_feed(
            tx, viewer, schedule=data.schedule, person=person, again=data.again, client=client_of(request)
        )
    return wire.new_address(made, site.public_url)


@delete("/feeds/{feed:int}", status_code=200, summary="Revoke a calendar address")
async def revoke_feed(request: AnyRequest, feed: FromPath[int], viewer: Caller, db: Db) -> wire.CalendarAddress:
    """It leads nowhere from now on, as if it had never been."""
    async with db.transaction() as tx:
        return wire.address(await feeds.revoke_feed(tx, viewer, feed, client=client_of(request)))


@get("/oncall/calendar", summary="Read a schedule or a person's shifts as iCalendar", media_type=MEDIA_TYPE)
async def read_calendar(
    viewer: Caller,
    db: Db,
    site: Here,
    schedule: Annotated[str | None, QueryParameter(description="This schedule.")] = None,
    person: Annotated[str | None, QueryParameter(description="This person in all schedules.")] = None,
    gaps: Annotated[bool, QueryParameter(description="Also when nobody is on call in the schedule.")] = False,
) -> Response[bytes]:
    """From 60 days ago to a year ahead; the same as an address gives."""
    if (schedule is None) == (person is None):
        raise Invalid("A calendar is of one schedule or of one person.", "Name one of the two.", field="schedule")
    name = person.removeprefix("@") if person is not None else None
    feed = await feeds.read_feed(db, viewer, site.public_url, schedule=schedule, person=name, with_gaps=gaps)
    return Response(await asyncio.to_thread(write, feed), media_type=MEDIA_TYPE)
