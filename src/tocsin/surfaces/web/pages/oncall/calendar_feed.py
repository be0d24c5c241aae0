"""What a calendar program fetches from a secret address: iCalendar, again only when it has changed (ONC-4)."""

import asyncio
from typing import Annotated

from litestar import route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from litestar.response import Response

from tocsin.oncall import feeds
from tocsin.oncall.feed_text import MEDIA_TYPE, etag_of, write
from tocsin.surfaces.web.given import GivenDb, GivenSite
from tocsin.surfaces.web.security import AnyRequest

SUFFIX = ".ics"
_HEADERS = {
    "Cache-Control": "private, max-age=300",  # overrides the pages' no-store; a proxy for many must not keep it
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@route("/calendar/{name:str}", http_method=["GET", "HEAD"])
async def serve_calendar_feed(
    request: AnyRequest,
    name: FromPath[str],
    db: GivenDb,
    site: GivenSite,
    gaps: Annotated[bool, QueryParameter()] = False,
) -> Response[bytes]:
    """404 for whatever is no address in force, whether it ever was one or not."""
    token = name.removesuffix(SUFFIX)
    feed = await feeds.open_feed(db, token, site.public_url.rstrip("/"), with_gaps=gaps) if token != name else None
    if feed is None:
        raise NotFoundException
    tag = etag_of(feed)
    headers = {**_HEADERS, "ETag": tag}
    if is_known(request.headers.get("if-none-match", ""), tag):
        return Response(b"", status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="on-call.ics"'
    return Response(await asyncio.to_thread(write, feed), media_type=MEDIA_TYPE, headers=headers)


def is_known(if_none_match: str, tag: str) -> bool:
    """Whether the caller has this already: `*`, or the tag in its list, weak or strong (RFC 9110, 13.1.2)."""
    told = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return "*" in told or tag in told
