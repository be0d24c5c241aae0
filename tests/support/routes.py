"""The routes of the API and of the pages as their own tables have them: what a test walks is what is served."""

import re
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.routes import HTTPRoute

from tests.support.api_server import SETTINGS
from tocsin.db.database import Database
from tocsin.delivery.keys import ack_links, webhook_secret
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.live import Hub
from tocsin.surfaces.api.app import build_router
from tocsin.surfaces.web.app import WebPages
from tocsin.surfaces.web.site import Site

URL = "http://tocsin.test"
MASTER = b"0" * 32

_PARAMETER = re.compile(r"\{(\w+)[^}]*\}")


class Route(NamedTuple):
    """`path` is the template: "/incidents/{ref}"."""

    method: str
    path: str

    @property
    def is_stream(self) -> bool:
        """It never ends by itself."""
        return self.path.endswith("/stream")

    def at(self, given: Mapping[str, str]) -> str:
        """The path with its parameters filled in; "1" for those that are not given."""
        return _PARAMETER.sub(lambda found: given.get(found[1], "1"), self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def application(db: Database, hub: Hub) -> Litestar:
    """API and pages over one database, as the server composes them, without a socket."""
    web = WebPages(db, hub, Site(URL, ack_links(MASTER, URL), partial(webhook_secret, MASTER)), Renderer())
    return Litestar(
        [build_router(db, hub, SETTINGS), web.router],
        exception_handlers={HTTPException: web.problems.http, Exception: web.problems.failed},
        openapi_config=None,
        logging_config=None,
    )


def list_routes(app: Litestar) -> list[Route]:
    """Every method of every path; HEAD and OPTIONS follow from them."""
    return sorted(
        Route(str(method), route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method not in ("HEAD", "OPTIONS")
    )
