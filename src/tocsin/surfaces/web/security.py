"""What guards every page: headers that let nothing in, and the origin of every change (SEC-7).

The content policy allows our own files only: no inline script or style, no frame, no form to elsewhere.
"""

from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from tocsin.kernel.errors import Forbidden

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with it a browser sends `Origin: null` with our own forms. Nothing goes to other sites.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


async def add_headers(message: Message, scope: Scope) -> None:
    """Litestar's `before_send`: also on errors, redirects and streams. A page is never kept by a cache, a file is."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")


def guard_origin(connection: ASGIConnection[object, object, object, object], _: BaseRouteHandler) -> None:
    """A change must come from a page of ours: `Sec-Fetch-Site` says so in today's browsers, `Origin` in older ones.

    What sends neither is no browser, so it carries nobody's cookie by accident. Raises Forbidden.
    """
    if connection.scope["method"] in _SAFE:
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        allowed = site in {"same-origin", "none"}
    else:
        origin = connection.headers.get("origin")
        allowed = origin is None or urlsplit(origin).netloc == connection.headers.get("host")
    if not allowed:
        raise Forbidden(
            "This was sent by a page of another site, so nothing was changed.",
            "If it was you: open Tocsin itself and press the button there.",
        )
