"""A postmortem as a file of the form that somebody wants (PMT-5): its charts drawn first, then the file written."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from tocsin.kernel.chart_renderer import Renderer
from tocsin.postmortems import confluence, export
from tocsin.postmortems.drawing import draw
from tocsin.postmortems.measurement_model import Measurement
from tocsin.postmortems.model import Postmortem


class Form(StrEnum):
    """Markdown with front matter; one HTML file that stands alone; the body of a page in Confluence's own format."""

    MARKDOWN = "markdown"
    HTML = "html"
    CONFLUENCE = "confluence"


SUFFIXES: Mapping[Form, str] = {Form.MARKDOWN: "md", Form.HTML: "html", Form.CONFLUENCE: "confluence.xml"}
MEDIA_TYPES: Mapping[Form, str] = {
    Form.MARKDOWN: "text/markdown; charset=utf-8",
    Form.HTML: "text/html; charset=utf-8",
    Form.CONFLUENCE: "text/plain; charset=utf-8",  # what it is a part of has the root and the names of the prefixes
}


class Exported(Struct, frozen=True, kw_only=True):
    """`charts` are SVG by the names of the files beside it, which the text uses."""

    name: str
    text: str
    charts: Mapping[str, str]


async def export_as(
    form: Form, postmortem: Postmortem, shown: list[Measurement], public_url: str, renderer: Renderer
) -> Exported:
    """`shown` are the charts that stand in its text."""
    name, beside = export.file_name(postmortem, SUFFIXES[form]), dict[str, str]()
    match form:
        case Form.MARKDOWN:
            drawings = await draw(renderer, shown, "light")
            text = await asyncio.to_thread(export.as_markdown, postmortem, public_url, drawings)
            beside = {export.chart_name(postmortem, n): svg for n, svg in drawings.items()}
        case Form.HTML:
            drawings = await draw(renderer, shown, "print")
            text = await asyncio.to_thread(export.as_html, postmortem, public_url, drawings)
        case Form.CONFLUENCE:
            charts = {each.n: each.chart for each in shown if each.chart is not None}
            text = await asyncio.to_thread(confluence.as_confluence, postmortem, public_url, charts)
    return Exported(name=name, text=text, charts=beside)
