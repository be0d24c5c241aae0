"""What guards every page: headers that let nothing in, and the origin of every change (SEC-7).

The content policy allows our own files only: no inline script or style, no frame, no form to elsewhere.
"""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

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
    "Cache-Control": "no-store",
}

AnyRequest = Request[Any, Any, Any]
"""Litestar's request; who sent it is in `visits.Visit`, not in its generic parameters."""

AnyConnection = ASGIConnection[Any, Any, Any, Any]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def shown_path(request: AnyRequest) -> str:
    """The path for the log and the audit log; of one that is a secret itself – the link of a message, of an invitation,
    of a calendar – only its form (SEC-3).
    """
    is_secret = "token" in request.path_params or request.url.path.startswith("/calendar/")
    return request.scope["path_template"] if is_secret else request.url.path


class SecurityHeaders:
    """Adds `HEADERS` to every answer of the pages, redirects and streams too, and lets no cache keep a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OriginGuard:
    """A change must come from a page of ours: `Sec-Fetch-Site` says so in today's browsers, `Origin` in older ones.

    What sends neither is no browser, so it carries nobody's cookie by accident. A proxy may have changed `Host`, so an
    origin may be `public_url`'s too.
    """

    def __init__(self, public_url: str) -> None:
        self._own_host = urlsplit(public_url).netloc

    def __call__(self, connection: AnyConnection, _: BaseRouteHandler) -> None:
        """Raises Forbidden."""
        if connection.scope.get("method") not in _SAFE and not self._is_ours(connection):
            raise Forbidden(
                "This was sent by a page of another site, so nothing was changed.",
                "If it was you: open Tocsin itself and press the button there.",
            )

    def _is_ours(self, connection: AnyConnection) -> bool:
        site = connection.headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = connection.headers.get("origin")
        return origin is None or urlsplit(origin).netloc in {connection.headers.get("host"), self._own_host}
