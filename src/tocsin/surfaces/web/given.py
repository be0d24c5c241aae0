"""What Litestar hands to a page by the name of its argument; `app.WebPages` says where each comes from."""

from litestar.di import NamedDependency

from tocsin.db.database import Database
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.live import Hub
from tocsin.surfaces.web.assets import Assets
from tocsin.surfaces.web.onlookers import Onlookers
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.site import Site
from tocsin.surfaces.web.visits import Form

GivenDb = NamedDependency[Database]
GivenHub = NamedDependency[Hub]
GivenOnlookers = NamedDependency[Onlookers]
GivenSite = NamedDependency[Site]
GivenAssets = NamedDependency[Assets]
GivenPages = NamedDependency[Pages]
GivenCharts = NamedDependency[Renderer]
GivenGuest = NamedDependency[Visit]
"""Whoever it is, signed in or not."""
GivenVisit = NamedDependency[Visit]
"""Somebody who is signed in."""
GivenForm = NamedDependency[Form]
