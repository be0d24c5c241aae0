"""The reports of past months, as pages that print (MET-4)."""

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Response
from markupsafe import Markup

from tocsin.accounts.model import Permission
from tocsin.catalog import service as catalog
from tocsin.insights.months import last_months, month_name
from tocsin.insights.report_model import Report
from tocsin.insights.report_text import as_markdown, month_title
from tocsin.insights.reporting import renew_report, report_of
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.difference import Line
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.markdown import render
from tocsin.surfaces.web.drawing import Drawing, draw_all
from tocsin.surfaces.web.given import GivenCharts, GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.visits import Visit, viewer_of

LISTED = 12


class MonthLine(msgspec.Struct, frozen=True):
    """`name` is `2026-10`, `words` `October 2026`."""

    name: str
    words: str


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """`changes`: what became different when it was made anew just now; None: nobody asked for that."""

    report: Report
    title: str
    body: Markup
    drawings: tuple[Drawing, ...]
    may_renew: bool
    changes: tuple[Line, ...] | None


@get("/insights/reports")
async def list_reports(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """Of the months that are over, the latest first."""
    async with db.connection() as conn:
        zone = zone_of((await catalog.organisation(conn)).time_zone)
    names = [month_name(each.first_day) for each in reversed(last_months(LISTED + 1, visit.times.now, zone)[:-1])]
    return pages.page("insights/reports.html", visit, view=tuple(MonthLine(name, month_title(name)) for name in names))


@get("/insights/reports/{month:str}")
async def show_report(
    month: FromPath[str], visit: GivenVisit, pages: GivenPages, charts: GivenCharts, db: GivenDb
) -> Response[str]:
    """The same for everybody."""
    async with db.transaction() as tx:
        report = await report_of(tx, month)
    return pages.page("insights/report.html", visit, view=await _view(charts, visit, report))


@post("/insights/reports/{month:str}/renew")
async def make_anew(
    month: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, charts: GivenCharts, db: GivenDb
) -> Response[str]:
    """The report as it is from now on, with what became different above it."""
    viewer = viewer_of(visit)
    viewer.require(Permission.CORRECT, "make a report anew")
    async with db.transaction() as tx:
        renewal = await renew_report(tx, month, viewer.actor)
    view = await _view(charts, visit, renewal.report, renewal.changes)
    return pages.page("insights/report.html", visit, view=view)


async def _view(charts: Renderer, visit: Visit, report: Report, changes: tuple[Line, ...] | None = None) -> ReportView:
    return ReportView(
        report=report,
        title=month_title(report.month),
        body=Markup(render(as_markdown(report, with_charts=False)).html),  # noqa: S704  cleaned by `render`
        drawings=await draw_all(charts, report.charts),
        may_renew=viewer_of(visit).may(Permission.CORRECT),
        changes=changes,
    )
