"""End this session, here and in the database."""

from litestar import post
from litestar.response import Redirect

from tocsin.accounts import sign_in
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenSite
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import session_cookie


@post("/sign-out")
async def sign_out(request: AnyRequest, form: GivenForm, db: GivenDb, site: GivenSite) -> Redirect:
    """Whoever presses it twice is signed out all the same."""
    async with db.transaction() as tx:
        await sign_in.sign_out(tx, request.cookies.get(site.session_cookie, ""))
    return Redirect("/sign-in", status_code=303, cookies=[session_cookie(site, "", max_age=0)])
