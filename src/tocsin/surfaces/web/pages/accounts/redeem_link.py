"""A one-time link: looking at it changes nothing, the button redeems it (SEC-6)."""

from typing import Annotated

from litestar import post, route
from litestar.params import PathParameter
from litestar.response import Redirect, Response

from tocsin.accounts import sign_in
from tocsin.accounts.rules import SESSION_LASTS
from tocsin.surfaces.web.given import GivenDb, GivenGuest, GivenPages, GivenSite
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import client_address, device_of, session_cookie

Token = Annotated[str, PathParameter(max_length=200)]


@route("/sign-in/{token:str}", http_method=["GET", "HEAD"])
async def show_link(token: Token, guest: GivenGuest, pages: GivenPages) -> Response[str]:
    """One button. Whether the link still works is told only to who presses it, so mail scanners learn nothing."""
    return pages.page("accounts/redeem_link.html", guest)


@post("/sign-in/{token:str}")
async def redeem_link(
    request: AnyRequest, token: Token, guest: GivenGuest, db: GivenDb, pages: GivenPages, site: GivenSite
) -> Response[str] | Redirect:
    """Begins a session and leads to the choice of a password; a used or old link says so."""
    async with db.transaction() as tx:
        outcome = await sign_in.redeem_one_time_link(tx, token, client_address(request), device_of(request))
    if outcome.session is None:
        return pages.page("accounts/redeem_link.html", guest, status=410, problem=outcome.refusal)
    cookie = session_cookie(site, outcome.session.cookie, max_age=int(SESSION_LASTS.total_seconds()))
    return Redirect("/password", status_code=303, cookies=[cookie])
