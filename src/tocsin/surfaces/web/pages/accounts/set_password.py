"""Choose a password: after the first link, or anew. Every other session of the person ends (SEC-2)."""

from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts import passwords
from tocsin.accounts.rules import PASSWORD_LENGTH, SESSION_LASTS
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import client_address, device_of, session_cookie, viewer_of

_TEMPLATE = "accounts/set_password.html"


@get("/password")
async def show_password(visit: GivenVisit, pages: GivenPages) -> Response[str]:
    """The form."""
    return pages.page(_TEMPLATE, visit, shortest=PASSWORD_LENGTH[0])


@post("/password")
async def set_password(
    request: AnyRequest, visit: GivenVisit, form: GivenForm, db: GivenDb, pages: GivenPages, site: GivenSite
) -> Response[str] | Redirect:
    """A new password and a new session, or the form again with the reason."""
    try:
        if form.get("password") != form.get("again"):
            raise Invalid("The two passwords differ.", "Type the same one twice.", field="again")
        session = await passwords.set_password(
            db, viewer_of(visit).user_id, form.get("password", ""), client_address(request), device_of(request)
        )
    except Invalid as refusal:
        return pages.page(_TEMPLATE, visit, status=400, problem=refusal, shortest=PASSWORD_LENGTH[0])
    cookie = session_cookie(site, session.cookie, max_age=int(SESSION_LASTS.total_seconds()))
    return Redirect("/", status_code=303, cookies=[cookie])
