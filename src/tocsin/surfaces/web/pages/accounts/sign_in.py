"""Sign in by password. Attempts are limited by account and by address in `accounts`, where they are counted (SEC-2)."""

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts import passwords
from tocsin.accounts.rules import SESSION_LASTS
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenGuest, GivenPages, GivenSite
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import client_address, device_of, session_cookie
from tocsin.surfaces.wire.problem import STATUS


class SignInView(msgspec.Struct, frozen=True):
    """What is typed already, and where to go afterwards."""

    next: str = "/"
    login: str = ""


@get("/sign-in")
async def show_sign_in(request: AnyRequest, guest: GivenGuest, pages: GivenPages) -> Response[str] | Redirect:
    """The form; somebody who is signed in goes on."""
    wanted = local_path(request.query_params.get("next", "/"))
    if guest.viewer is not None:
        return Redirect(wanted, status_code=303)
    return pages.page("accounts/sign_in.html", guest, view=SignInView(wanted))


@post("/sign-in")
async def submit_sign_in(
    request: AnyRequest, guest: GivenGuest, form: GivenForm, db: GivenDb, pages: GivenPages, site: GivenSite
) -> Response[str] | Redirect:
    """A session, or the form again with the reason; which of name and password was wrong is not said."""
    wanted, login = local_path(form.get("next", "/")), form.get("login", "")
    outcome = await passwords.sign_in(db, login, form.get("password", ""), client_address(request), device_of(request))
    if outcome.session is None:
        status = STATUS.get(type(outcome.refusal), 401) if outcome.refusal else 401
        view = SignInView(wanted, login)
        return pages.page("accounts/sign_in.html", guest, status=status, view=view, problem=outcome.refusal)
    cookie = session_cookie(site, outcome.session.cookie, max_age=int(SESSION_LASTS.total_seconds()))
    return Redirect(wanted, status_code=303, cookies=[cookie])


def local_path(wanted: str) -> str:
    """A path of ours, or `/`: never an address elsewhere, however it is written."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours and len(wanted) < 500 else "/"
