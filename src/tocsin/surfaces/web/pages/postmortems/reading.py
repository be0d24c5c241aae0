"""What every page of one postmortem begins with: which it is, how it stands, and what the viewer may do."""

from dataclasses import dataclass

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath

from tocsin.accounts.model import Permission
from tocsin.catalog import service as catalog
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.postmortems import service
from tocsin.postmortems.model import Postmortem
from tocsin.surfaces.web.given import GivenCharts, GivenDb, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.incident_lines import LevelView, incident_path, level_view
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.site import Site
from tocsin.surfaces.web.visits import viewer_of

PREFIX = "text-"
"""In front of the anchors of its headings, so that none is the id of something else on the page."""
LARGEST_FORM = 1024 * 1024
"""A whole text as a form field: 200 kB, each character in up to three."""


@dataclass(frozen=True)
class Opened:
    """The postmortem that a request names, who looks at it, and what its page is made with."""

    ref: str
    visit: Visit
    pages: Pages
    charts: Renderer
    db: Database
    site: Site


def as_opened(
    ref: FromPath[str], visit: GivenVisit, pages: GivenPages, charts: GivenCharts, db: GivenDb, site: GivenSite
) -> Opened:
    """Nothing is looked up yet: whether there is one, and whether the viewer may see it, is the page's question."""
    return Opened(ref, visit, pages, charts, db, site)


GivenOpened = NamedDependency[Opened]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """`may_write`: edit, comment, review, publish."""

    ref: str
    path: str
    room_path: str
    title: str
    level: LevelView | None
    postmortem: Postmortem
    may_write: bool


async def load_incident(conn: Conn, visit: Visit, ref: str) -> Incident:
    """Raises NotFound for one that the viewer may not see."""
    return await incidents.get_incident(conn, viewer_of(visit), ref)


async def load_head(conn: Conn, visit: Visit, ref: str) -> Head:
    """Raises NotFound where there is no postmortem, or none that the viewer may see."""
    incident = await load_incident(conn, visit, ref)
    postmortem = await service.get(conn, incident.id)
    return Head(
        ref=incident_ref(incident.number),
        path=postmortem_path(incident.number),
        room_path=incident_path(incident.number),
        title=incident.title,
        level=level_view(await catalog.severity_profile(conn), incident.severity),
        postmortem=postmortem,
        may_write=viewer_of(visit).may(Permission.RESPOND),
    )


async def load_to_edit(conn: Conn, visit: Visit, ref: str) -> Head:
    """The same, for who may act. Raises Forbidden, too."""
    incident = await load_incident(conn, visit, ref)
    viewer_of(visit).require(Permission.RESPOND, f"edit the postmortem of {incident_ref(incident.number)}")
    return await load_head(conn, visit, ref)


async def work_on(tx: Tx, visit: Visit, ref: str, what: str) -> Incident:
    """The incident, for who may act on it. Raises NotFound or Forbidden; `what` completes "You may not …"."""
    incident = await load_incident(tx.conn, visit, ref)
    viewer_of(visit).require(Permission.RESPOND, f"{what} the postmortem of {incident_ref(incident.number)}")
    return incident


def postmortem_path(number: int) -> str:
    return f"/postmortems/{incident_ref(number)}"
