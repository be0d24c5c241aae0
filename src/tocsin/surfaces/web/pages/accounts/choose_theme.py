"""Light, dark, or as the system has it: a cookie of this browser, so that no page flashes in the other one first."""

from urllib.parse import urlsplit

from litestar import post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from tocsin.surfaces.web.given import GivenForm, GivenSite
from tocsin.surfaces.web.pages.accounts.sign_in import local_path
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import THEME_COOKIE, THEMES

_A_YEAR = 365 * 24 * 3600


@post("/theme")
async def choose_theme(request: AnyRequest, form: GivenForm, site: GivenSite) -> Redirect:
    """Back to where it was pressed."""
    theme = form.get("theme", "")
    chosen = theme if theme in THEMES else ""
    cookie = Cookie(
        key=THEME_COOKIE,
        value=chosen,
        max_age=_A_YEAR if chosen else 0,
        httponly=True,
        samesite="lax",
        secure=site.is_https,
    )
    back = urlsplit(request.headers.get("referer", "")).path or "/"
    return Redirect(local_path(back), status_code=303, cookies=[cookie])
