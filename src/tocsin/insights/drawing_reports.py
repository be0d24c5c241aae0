"""The charts of a report as SVG for what is no page of ours: a file, paper."""

from __future__ import annotations

from tocsin.insights.report_model import Report
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.errors import Unavailable


async def draw_report(charts: Renderer, report: Report) -> tuple[str, ...]:
    """In their order; empty: there is nothing to draw, or it cannot be drawn."""
    drawn: list[str] = []
    for chart in report.charts:
        try:
            drawn.append("" if chart.is_empty else await charts.svg(chart, "light"))
        except Unavailable:
            drawn.append("")
    return tuple(drawn)
