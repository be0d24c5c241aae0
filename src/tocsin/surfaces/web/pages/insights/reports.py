"""The reports of past months, as pages that print (MET-4)."""

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response
from markupsafe import Markup

from tocsin.catalog import service as catalog
from tocsin.insights.months import last_months, month_name
from tocsin.insights.report_model import Report
from tocsin.insights.report_text import as_markdown, month_title
from tocsin.insights.reporting import read_report
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.markdown import render
from tocsin.surfaces.web.drawing import Drawing, draw_all
from tocsin.surfaces.web.given import GivenCharts, GivenDb, GivenPages, GivenVisit

LISTED = 12


class MonthLine(msgspec.Struct, frozen=True):
    """`name` is `2026-10`, `words` `October 2026`."""

    name: str
    words: str


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    report: Report
    title: str
    body: Markup
    drawings: tuple[Drawing, ...]


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
    async with db.connection() as conn:
        report = await read_report(conn, month, visit.times.now)
    view = ReportView(
        report=report,
        title=month_title(report.month),
        body=Markup(render(as_markdown(report, with_charts=False)).html),  # noqa: S704  cleaned by `render`
        drawings=await draw_all(charts, report.charts),
    )
    return pages.page("insights/report.html", visit, view=view)
