"""The report of a month over HTTP: JSON, Markdown, or a page that prints (MET-4)."""

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Response

from tocsin.accounts.model import Permission
from tocsin.insights.drawing_reports import draw_report
from tocsin.insights.report_text import as_html, as_markdown, summary
from tocsin.insights.reporting import renew_report, report_of
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.api.callers import Caller, Charts, Db
from tocsin.surfaces.wire import reports as wire

FORMS = ("json", "markdown", "html")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page carries its style and its drawings, and may load nothing."""


@get("/reports/monthly/{month:str}", summary="The report of a month")
async def read_monthly_report(
    month: FromPath[str],
    viewer: Caller,
    db: Db,
    charts: Charts,
    form: Annotated[str, QueryParameter(name="format", description="json, markdown or html.")] = "json",
) -> Response[wire.MonthlyReport] | Response[str]:
    """Of a month that is over, `2026-10`; the same for everybody, and the same each time: it is made when it is first
    asked for, and kept."""
    if form not in FORMS:
        raise Invalid(f"{form[:40]!r} is no format.", f"Use one of {', '.join(FORMS)}.", field="format")
    async with db.transaction() as tx:
        report = await report_of(tx, month)
    match form:
        case "markdown":
            return Response(as_markdown(report), media_type="text/markdown; charset=utf-8")
        case "html":
            page = as_html(report, await draw_report(charts, report))
            return Response(page, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})
        case _:
            return Response(wire.monthly_report(report, summary(report)))


@post("/reports/monthly/{month:str}/renew", status_code=200, summary="Make the report of a month anew")
async def renew_monthly_report(month: FromPath[str], viewer: Caller, db: Db) -> wire.RenewedReport:
    """From the record as it is now, corrections and all; the answer says what became different. For managers."""
    viewer.require(Permission.CORRECT, "make a report anew")
    async with db.transaction() as tx:
        return wire.renewed_report(await renew_report(tx, month, viewer.actor))
