"""A postmortem as a file, and as a page for paper."""

import asyncio
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.response import Response

from tocsin.kernel.errors import Invalid
from tocsin.postmortems import export, measurements
from tocsin.postmortems.drawing import draw, list_shown
from tocsin.postmortems.export import Paper
from tocsin.postmortems.exporting import MEDIA_TYPES, Form, export_as
from tocsin.surfaces.web.given import GivenCharts, GivenDb, GivenVisit
from tocsin.surfaces.web.pages.postmortems.reading import GivenOpened, Head, load_head, load_incident


class PrintView(msgspec.Struct, frozen=True, kw_only=True):
    """`facts` is one line."""

    head: Head
    facts: str
    paper: Paper


@get("/postmortems/{ref:str}/print")
async def show_print(opened: GivenOpened) -> Response[str]:
    """Nothing but the text, with every link spelled out where it is printed."""
    async with opened.db.connection() as conn:
        head = await load_head(conn, opened.visit, opened.ref)
        shown = await list_shown(conn, head.postmortem)
    drawings = await draw(opened.charts, shown, "print")
    paper = await asyncio.to_thread(export.paper_of, head.postmortem, opened.site.public_url, drawings)
    view = PrintView(head=head, facts=export.facts_line(head.postmortem), paper=paper)
    return opened.pages.page("postmortems/print.html", opened.visit, view=view)


@get("/postmortems/{ref:str}/export")
async def download(
    opened: GivenOpened,
    wanted: Annotated[str, QueryParameter(name="format", description="markdown, html or confluence.")] = "markdown",
) -> Response[str]:
    """A file to save; whatever is in it, a browser does not open it as a page of ours."""
    if wanted not in tuple(Form):
        raise Invalid(f"There is no export as {wanted[:40]!r}.", f"Use one of {', '.join(Form)}.", field="format")
    form = Form(wanted)
    async with opened.db.connection() as conn:
        postmortem = (await load_head(conn, opened.visit, opened.ref)).postmortem
        shown = await list_shown(conn, postmortem) if form is not Form.MARKDOWN else []  # one file is all there is
    made = await export_as(form, postmortem, shown, opened.site.public_url, opened.charts)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.text, media_type=MEDIA_TYPES[form], headers=headers)


@get("/incidents/{ref:str}/charts/{n:int}")
async def show_chart(
    ref: FromPath[str], n: FromPath[int], visit: GivenVisit, charts: GivenCharts, db: GivenDb
) -> Response[str]:
    """One chart of an incident as a picture: where the text of a postmortem is shown without it."""
    async with db.connection() as conn:
        incident = await load_incident(conn, visit, ref)
        found = await measurements.get_chart(conn, incident, n)
    assert found.chart is not None
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
    return Response(await charts.svg(found.chart, "light"), media_type="image/svg+xml", headers=headers)
