"""My calendar addresses: one for my own shifts and one for each schedule, to be made, made anew and revoked;
and below them how the calendars of elsewhere stand that are read here (ONC-4).
"""

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts.model import Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import whole_number
from tocsin.oncall import calendars, feeds, service
from tocsin.oncall.feed_model import CalendarFeed
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import client_address, viewer_of
from tocsin.surfaces.wire.calendars import Calendar, calendar
from tocsin.surfaces.wire.feeds import url_of

PATH = "/oncall/feeds"


class FeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule, or "@alice"; `id` 0: there is no address of it yet."""

    about: str
    words: str
    id: int = 0
    created_at: datetime | None = None
    last_used_at: datetime | None = None


class FeedsView(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is the address that was made by this very request, about `made`; it is shown this once."""

    rows: tuple[FeedRow, ...]
    calendars: tuple[Calendar, ...]
    made: str = ""
    url: str = ""
    webcal: str = ""


@get(PATH)
async def show_feeds(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    async with db.connection() as conn:
        view = await _view(conn, viewer_of(visit), visit.times.now)
    return pages.page("oncall/feeds.html", visit, view=view)


@post(PATH)
async def make_feed(
    request: AnyRequest, visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """A new address, instead of the old one if there was one. It is in this answer and nowhere else."""
    viewer, about = viewer_of(visit), form.get("about", "")
    subject = {"person": about[1:]} if about.startswith("@") else {"schedule": about}
    async with db.transaction() as tx:
        made = await feeds.make_feed(tx, viewer, **subject, again=True, client=client_address(request))
        view = await _view(tx.conn, viewer, tx.now)
    url = url_of(site.public_url.rstrip("/"), made.token)
    webcal = f"webcal:{url.partition(':')[2]}"
    made_view = msgspec.structs.replace(view, made=made.feed.about, url=url, webcal=webcal)
    return pages.page("oncall/feeds.html", visit, view=made_view)


@post(f"{PATH}/revoke")
async def revoke_feed(request: AnyRequest, visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """Whoever has the address reads nothing any more."""
    number = whole_number(form.get("feed", ""))
    if number is None:
        raise Invalid("That is no calendar address.", "Load the page again and repeat it.", field="feed")
    async with db.transaction() as tx:
        await feeds.revoke_feed(tx, viewer_of(visit), number, client=client_address(request))
    return Redirect(PATH, status_code=303)


async def _view(conn: Conn, viewer: Viewer, now: datetime) -> FeedsView:
    known = await calendars.list_calendars(conn)
    return FeedsView(rows=await _rows(conn, viewer, now), calendars=tuple(calendar(each) for each in known))


async def _rows(conn: Conn, viewer: Viewer, now: datetime) -> tuple[FeedRow, ...]:
    """The viewer's own shifts, then every schedule, then whatever else they have an address of."""
    made = {feed.about: feed for feed in await feeds.list_feeds(conn, viewer)}
    schedules = [each.name for each in await service.list_schedules(conn, now)]
    abouts = dict.fromkeys([viewer.actor, *schedules, *made])
    return tuple(_row(about, made.get(about), viewer) for about in abouts)


def _row(about: str, feed: CalendarFeed | None, viewer: Viewer) -> FeedRow:
    words = "My own shifts" if about == viewer.actor else about
    if feed is None:
        return FeedRow(about=about, words=words)
    return FeedRow(about=about, words=words, id=feed.id, created_at=feed.created_at, last_used_at=feed.last_used_at)
