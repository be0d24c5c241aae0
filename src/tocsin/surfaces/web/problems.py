"""What a person reads when something was refused or went wrong: what happened, what it means for paging, what to do."""

import logging
from collections.abc import Callable
from datetime import datetime
from secrets import token_hex
from urllib.parse import quote, urlsplit

import msgspec
import psycopg
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.response import Response

from tocsin.kernel.errors import TocsinError, TooManyAttempts, Unauthenticated, Unavailable
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.security import AnyRequest, shown_path
from tocsin.surfaces.web.times import Times, zone_named
from tocsin.surfaces.web.visits import THEME_COOKIE, THEMES
from tocsin.surfaces.wire.problem import STATUS, has_hung_up

_log = logging.getLogger(__name__)

_NOTHING_CHANGED = "Nothing was changed, and paging goes on as before."
_PAGING_GOES_ON = "Paging goes on: it does not depend on this page."
_OTHER_WAYS = "To acknowledge meanwhile, use the link in your message or `tocsin ack INC-…`."


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The view of an error page."""

    status: int
    title: str
    what: str
    paging: str = _NOTHING_CHANGED
    remedy: str = ""
    reference: str = ""
    way_out: str = "/"
    way_out_words: str = "Go to Now"


_TITLES = {
    403: "You may not do this",
    404: "There is no such page",
    405: "That cannot be done here",
    409: "That is not possible now",
    413: "That is too much text",
    400: "Something is missing or wrong",
    429: "Too many attempts",
    503: "Tocsin cannot answer right now",
}


class ProblemPages:
    """Exception handlers for the pages; none of them needs the database. `now` is a function, since Litestar copies
    what its handlers hold."""

    def __init__(self, pages: Pages, now: Callable[[], datetime]) -> None:
        self._pages = pages
        self._now = now

    def refused(self, request: AnyRequest, error: TocsinError) -> Response[str]:
        """A refusal with its remedy; somebody who is not signed in is led to the sign-in page and back."""
        if isinstance(error, Unauthenticated):
            return _to_sign_in(request)
        status = STATUS.get(type(error), 400)
        problem = Problem(
            status=status,
            title=_TITLES.get(status, "That was refused"),
            what=error.message,
            paging=f"{_PAGING_GOES_ON} {_OTHER_WAYS}" if status == 503 else _NOTHING_CHANGED,
            remedy=error.remedy,
            way_out=_way_out(request),
            way_out_words="Go to Now" if _way_out(request) == "/" else "Back",
        )
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyAttempts) else None
        return self._answer(request, problem, headers)

    def http(self, request: AnyRequest, error: HTTPException) -> Response[str]:
        """What the router itself refuses: an unknown address, a wrong method, a body that is too large."""
        status = error.status_code
        if has_hung_up(error):
            return Response("", status_code=400, media_type=MediaType.TEXT)
        if status >= 500:
            return self.failed(request, error)
        what = {
            404: "This address leads nowhere: it was mistyped, or what it showed is not for you to see.",
            405: "This address is there, but not for this.",
            413: "More was sent than a page of Tocsin takes.",
        }.get(status, error.detail or "The request was not understood.")
        problem = Problem(status=status, title=_TITLES.get(status, "That was not understood"), what=what)
        return self._answer(request, problem)

    def database_away(self, request: AnyRequest, error: psycopg.OperationalError) -> Response[str]:
        _log.warning("a page could not be made, the database does not answer: %s", error)
        return self.refused(
            request,
            Unavailable("The database does not answer.", "Tocsin connects again by itself. Load the page in a moment."),
        )

    def failed(self, request: AnyRequest, error: Exception) -> Response[str]:
        """A fault of ours: written to the log under a reference that the page shows."""
        reference = token_hex(4)
        _log.error("page %s failed, reference %s", shown_path(request), reference, exc_info=error)
        problem = Problem(
            status=500,
            title="This page could not be made",
            what="Something in Tocsin failed. It was written to the log under the reference below.",
            paging=f"{_PAGING_GOES_ON} {_OTHER_WAYS}",
            remedy="Load the page again. If it fails again, tell an administrator the reference.",
            reference=reference,
        )
        return self._answer(request, problem)

    def _answer(self, request: AnyRequest, problem: Problem, headers: dict[str, str] | None = None) -> Response[str]:
        if request.headers.get("hx-request"):
            text = " ".join(filter(None, (problem.what, problem.remedy)))
            return Response(text, status_code=problem.status, media_type=MediaType.TEXT, headers=headers)
        theme = request.cookies.get(THEME_COOKIE, "")
        guest = Visit(times=Times(zone_named("UTC"), self._now()), theme=theme if theme in THEMES else "")
        response = self._pages.page("problems/problem.html", guest, status=problem.status, view=problem)
        response.headers.update(headers or {})
        return response


def _to_sign_in(request: AnyRequest) -> Response[str]:
    """303 to the sign-in page; the script of a page that is open is told to go there by itself."""
    is_part = bool(request.headers.get("hx-request"))
    target = request.url.path if request.method == "GET" else urlsplit(request.headers.get("referer", "/")).path
    if is_part:
        target = urlsplit(request.headers.get("hx-current-url", "/")).path
    location = f"/sign-in?next={quote(target)}"
    if is_part:
        return Response("You are not signed in any more.", status_code=401, headers={"HX-Redirect": location})
    return Response("", status_code=303, headers={"Location": location}, media_type=MediaType.TEXT)


def _way_out(request: AnyRequest) -> str:
    """The room of the incident that a refused change was about, else Now."""
    parts = request.url.path.split("/")
    return "/".join(parts[:3]) if request.method == "POST" and parts[1:2] == ["incidents"] and len(parts) > 3 else "/"
