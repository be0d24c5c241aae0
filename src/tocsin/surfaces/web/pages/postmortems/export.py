"""A postmortem as a file, and as a page for paper."""

import asyncio
from typing import Annotated

import msgspec
from litestar import get
from litestar.enums import MediaType
from litestar.params import FromPath, QueryParameter
from litestar.response import Response

from tocsin.kernel.errors import Invalid
from tocsin.kernel.markdown import render
from tocsin.postmortems import export
from tocsin.postmortems.export import Paper
from tocsin.postmortems.model import Postmortem
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.postmortems.reading import Head, load_head

WAYS = {
    "markdown": ("md", "text/markdown; charset=utf-8", export.as_markdown),
    "html": ("html", "text/html; charset=utf-8", export.as_html),
}


class PrintView(msgspec.Struct, frozen=True, kw_only=True):
    """`facts` is one line."""

    head: Head
    facts: str
    paper: Paper


@get("/postmortems/{ref:str}/print")
async def show_print(
    ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """Nothing but the text, with every link spelled out where it is printed."""
    async with db.connection() as conn:
        head = await load_head(conn, visit, ref)
    paper = await asyncio.to_thread(_paper, head.postmortem, site.public_url)
    view = PrintView(head=head, facts=export.facts_line(head.postmortem), paper=paper)
    return pages.page("postmortems/print.html", visit, view=view)


@get("/postmortems/{ref:str}/export")
async def download(
    ref: FromPath[str],
    visit: GivenVisit,
    db: GivenDb,
    site: GivenSite,
    wanted: Annotated[str, QueryParameter(name="format", description="markdown or html.")] = "markdown",
) -> Response[str]:
    """A file to save; whatever is in it, a browser does not open it as a page of ours."""
    if wanted not in WAYS:
        raise Invalid(f"There is no export as {wanted[:40]!r}.", f"Use one of {', '.join(WAYS)}.", field="format")
    suffix, media_type, written = WAYS[wanted]
    async with db.connection() as conn:
        postmortem = (await load_head(conn, visit, ref)).postmortem
    text = await asyncio.to_thread(written, postmortem, site.public_url)
    name = export.file_name(postmortem, suffix)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=media_type if suffix == "md" else MediaType.HTML, headers=headers)


def _paper(postmortem: Postmortem, public_url: str) -> Paper:
    return export.on_paper(render(postmortem.body, base=public_url))
