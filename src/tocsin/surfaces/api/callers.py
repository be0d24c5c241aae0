"""Who calls: a bearer token, checked before anything of the request is read (SEC-1, SEC-3)."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from tocsin.accounts import sign_in
from tocsin.accounts.model import Viewer
from tocsin.db.database import Database
from tocsin.kernel.asgi import is_text
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.errors import Invalid, Unauthenticated
from tocsin.kernel.live import Hub
from tocsin.surfaces.api.site import Site

AnyConnection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[AnyConnection, BaseRouteHandler], Awaitable[None]]
AnyRequest = Request[Any, Any, Any]
"""Litestar's request; who sent it is the `Viewer`, not in its generic parameters."""


def authenticating(db: Database) -> Guard:
    """The guard of every route of the API. A function, since Litestar copies whatever else it is given."""

    async def authenticate(connection: AnyConnection, _: BaseRouteHandler) -> None:
        secret = secret_of(connection)
        async with db.connection() as conn:
            connection.state.viewer = await sign_in.authenticate_token(conn, secret, db.clock.now())

    return authenticate


def secret_of(connection: AnyConnection) -> str:
    """The bearer token of a request. Raises Unauthenticated when it carries none."""
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Unauthenticated(
            "The request carries no token.",
            "Send it as: Authorization: Bearer TOKEN (an administrator makes one: tocsin admin user token NAME).",
        )
    return secret.strip()


def carries_token(connection: AnyConnection) -> bool:
    """Whether somebody tried to be somebody, with whatever secret."""
    return connection.headers.get("authorization", "").strip().partition(" ")[2].strip() != ""


async def provide_viewer(request: AnyRequest) -> Viewer:
    """The caller that the guard has found."""
    return request.state.viewer


Caller = NamedDependency[Viewer]
Db = NamedDependency[Database]
Live = NamedDependency[Hub]
Charts = NamedDependency[Renderer]
Here = NamedDependency[Site]
Ref = FromPath[str]
"""An incident's name in the path, such as INC-1."""


async def refuse_unreadable(request: AnyRequest) -> None:
    """Text that no column can hold is refused before it reaches a statement (SEC-7)."""
    if not is_text(request.scope["raw_path"], request.scope["query_string"]):
        raise Invalid("The address has characters that are no text.", "Send it as UTF-8, without NUL.")


def client_of(request: AnyRequest) -> str:
    """Where the call comes from, for the audit log."""
    return request.client.host if request.client else ""


def via(request: AnyRequest) -> str:
    """How the timeline says the caller came in."""
    return "cli" if request.headers.get("user-agent", "").startswith("tocsin-cli") else "api"
