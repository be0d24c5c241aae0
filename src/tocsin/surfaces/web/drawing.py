"""Charts on a page: the drawing where it can be made, and always the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.charts import Chart, Row, headings, rows
from tocsin.kernel.errors import Unavailable


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """`svg` takes its colours from the page; empty: it could not be drawn, or there is nothing to draw."""

    chart: Chart
    svg: Markup
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


async def draw(charts: Renderer, chart: Chart) -> Drawing:
    return Drawing(chart=chart, svg=await _svg(charts, chart), headings=headings(chart), rows=rows(chart))


async def draw_all(charts: Renderer, wanted: Sequence[Chart]) -> tuple[Drawing, ...]:
    """In their order; one that cannot be drawn leaves the others."""
    return tuple([await draw(charts, each) for each in wanted])


async def _svg(charts: Renderer, chart: Chart) -> Markup:
    if chart.is_empty:
        return Markup()
    try:
        return Markup(await charts.svg(chart, "page"))  # noqa: S704  names in it are escaped by who draws
    except Unavailable:
        return Markup()
