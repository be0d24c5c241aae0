"""Who is at the door: the session behind a cookie, the viewer's zone and theme, and the form they sent.

Sessions live in the database (`accounts`); the cookie is a random name for one, unreadable by script.
"""

import hmac

from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from tocsin.accounts import sign_in
from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.db.database import Database
from tocsin.kernel.asgi import is_text
from tocsin.kernel.errors import Forbidden, Invalid, Unauthenticated
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.site import Site
from tocsin.surfaces.web.times import Times, zone_named

THEMES = ("light", "dark")
THEME_COOKIE = "tocsin_theme"

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)

Form = dict[str, str]


async def as_guest(request: AnyRequest, db: NamedDependency[Database], site: NamedDependency[Site]) -> Visit:
    """Whoever it is, signed in or not."""
    now = db.clock.now()
    cookie = request.cookies.get(site.session_cookie)
    async with db.connection() as conn:
        session = await sign_in.find_session(conn, cookie, now) if cookie else None
        viewer = session.viewer if session else None
        zone = viewer.time_zone if viewer else None
        if zone is None:
            zone = (await catalog.organisation(conn)).time_zone
    theme = request.cookies.get(THEME_COOKIE, "")
    return Visit(
        times=Times(zone_named(zone), now),
        viewer=viewer,
        csrf=session.csrf if session else "",
        theme=theme if theme in THEMES else "",
        here=request.url.path,
        client=client_address(request),
    )


def viewer_of(visit: Visit) -> Viewer:
    """Who it is. Raises Unauthenticated for a guest."""
    if visit.viewer is None:
        raise Unauthenticated("You are not signed in.", "Sign in, then you come back to this page.")
    return visit.viewer


async def as_viewer(request: AnyRequest, guest: NamedDependency[Visit]) -> Visit:
    """Somebody who is signed in; for others the exception becomes the way to the sign-in page. What they change comes
    with their session's token, whether or not its handler asks for the form.
    """
    viewer_of(guest)
    if request.method == "POST":
        check_token(await sent_fields(request), guest)
    return guest


async def refuse_unreadable(request: AnyRequest) -> None:
    """An address that no column can hold is refused before it reaches a statement (SEC-7)."""
    if not is_text(request.scope["raw_path"], request.scope["query_string"]):
        raise Invalid("The address has characters that are no text.", "Type it anew.")


async def read_form(request: AnyRequest, guest: NamedDependency[Visit]) -> Form:
    """The text fields of what was sent. A session's form carries that session's own token, or Forbidden is raised."""
    sent = await sent_fields(request)
    check_token(sent, guest)
    for name, value in sent.items():
        if not is_storable(value):
            raise Invalid("A field has characters that are no text.", "Type it anew.", field=name)
    return {name: value.replace("\r\n", "\n") for name, value in sent.items()}


async def sent_fields(request: AnyRequest) -> Form:
    """As they came; files are not among them."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def check_token(sent: Form, guest: Visit) -> None:
    """Raises Forbidden. Half a surrogate pair is no token, and no fault either."""
    token = sent.get("csrf", "").encode(errors="replace")
    if guest.viewer is not None and not hmac.compare_digest(token, guest.csrf.encode()):
        raise Forbidden(
            "This form belongs to another session, so nothing was changed.", "Load the page again and repeat it."
        )


def is_storable(text: str) -> bool:
    """No column holds NUL or half of a surrogate pair (SEC-7)."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def session_cookie(site: Site, value: str, *, max_age: int) -> Cookie:
    """`max_age` 0 takes the cookie away."""
    return Cookie(
        key=site.session_cookie, value=value, max_age=max_age, httponly=True, samesite="lax", secure=site.is_https
    )


def device_of(request: AnyRequest) -> str:
    """What the browser is, for its owner to tell their sessions apart."""
    return device_words(request.headers.get("user-agent", ""))


def device_words(user_agent: str) -> str:
    """ "Firefox on Android"; what names no browser that we know as it calls itself. Browsers name one another, so the
    first that is found counts.
    """
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), "")
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if browser and system else browser or user_agent


def client_address(request: AnyRequest) -> str:
    """Where a sign-in comes from. A proxy's word is taken by the server, from proxies it was told of only (SEC-2)."""
    return request.client.host if request.client else "unknown"
