"""The routes of the API and of the pages as their own tables have them: what a test walks is what is served."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from litestar import Litestar
from litestar.routes import HTTPRoute

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


def list_routes(app: Litestar) -> list[Route]:
    """Every method of every path; HEAD and OPTIONS follow from them."""
    return sorted(
        Route(str(method), route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method not in ("HEAD", "OPTIONS")
    )
