"""Templates and what each of them is given: who looks, at what instant, in which zone, and a frozen view."""

import re
from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar.enums import MediaType
from litestar.response import Response
from markupsafe import Markup

from tocsin.accounts.model import Viewer
from tocsin.kernel.errors import TocsinError
from tocsin.surfaces.web.assets import Assets
from tocsin.surfaces.web.scrolling import scrolled
from tocsin.surfaces.web.security import HEADERS
from tocsin.surfaces.web.times import Times

_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z_./:-])")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request by somebody. `viewer` is None for people who are not signed in; `csrf` belongs to the session;
    `client` is the address it comes from.
    """

    times: Times
    viewer: Viewer | None = None
    csrf: str = ""
    theme: str = ""
    here: str = ""
    client: str = ""

    @property
    def csrf_field(self) -> Markup:
        return Markup('<input type="hidden" name="csrf" value="{}">').format(self.csrf)


def breakable(name: str) -> Markup:
    """A long name may break where it has a seam: `Checkout<wbr>Answers5xx`, `payments<wbr>_db`, and nowhere else."""
    return Markup("<wbr>").join(_SEAM.split(name))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tocsin.surfaces.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = breakable
    environment.filters["scrolled"] = scrolled
    return environment


@dataclass(frozen=True)
class Pages:
    """The templates, compiled once for a process; everything is escaped, and a name that is not given is an error."""

    assets: Assets
    environment: Environment = field(default_factory=_environment)

    def html(self, template: str, visit: Visit, **given: object) -> str:
        """A page, or the part of one that a live page asks for."""
        return self.environment.get_template(template).render(
            assets=self.assets,
            times=visit.times,
            viewer=visit.viewer,
            csrf_field=visit.csrf_field,
            theme=visit.theme,
            here=visit.here,
            **{"notice": "", "query": "", "problem": None, **given},
        )

    def page(
        self,
        template: str,
        visit: Visit,
        *,
        status: int = 200,
        view: object = None,
        problem: TocsinError | None = None,
        **given: object,
    ) -> Response[str]:
        """`problem` is a refusal shown above a form that was not accepted."""
        html = self.html(template, visit, view=view, problem=problem, **given)
        return Response(html, status_code=status, media_type=MediaType.HTML, headers={**HEADERS})
