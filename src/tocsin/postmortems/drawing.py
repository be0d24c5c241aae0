"""Has the charts drawn that a postmortem shows."""

from __future__ import annotations

from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.charts import Theme
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Unavailable
from tocsin.postmortems import measurements
from tocsin.postmortems.measurement_model import Measurement
from tocsin.postmortems.model import Postmortem
from tocsin.postmortems.picturing import charts_in


async def list_shown(conn: Conn, postmortem: Postmortem) -> list[Measurement]:
    """The charts that stand in the text of the latest version, of a postmortem that the caller may see."""
    wanted = charts_in(postmortem.body, postmortem.incident_number)
    return await measurements.list_charts(conn, postmortem.incident_id, wanted) if wanted else []


async def draw(renderer: Renderer, shown: list[Measurement], theme: Theme) -> dict[int, str]:
    """SVG by number. Where one cannot be drawn its words remain: they stand in the text."""
    drawings: dict[int, str] = {}
    for each in shown:
        if each.chart is not None:
            try:
                drawings[each.n] = await renderer.svg(each.chart, theme)
            except Unavailable:
                continue
    return drawings
