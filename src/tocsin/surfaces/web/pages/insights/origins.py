"""Where do incidents come from? Which services and causes, on which days and at which hours (MET-1)."""

from __future__ import annotations

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.insights.asking import answer, set_scene
from tocsin.insights.drill import list_incidents, narrowed
from tocsin.insights.metric_charts import by_month_and_level, hours, picked, ranked, weekdays
from tocsin.insights.metric_definitions import INCIDENTS, definition
from tocsin.insights.metric_groups import NONE
from tocsin.insights.metric_model import Dimension, Metrics
from tocsin.insights.metrics import metrics
from tocsin.surfaces.web.drawing import Drawing, draw_all
from tocsin.surfaces.web.given import GivenCharts, GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.insights.asking import SHOWN_TIMES, Asking, Line, lines_of, read_asked
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


class OriginsView(msgspec.Struct, frozen=True, kw_only=True):
    """`services` and `causes`: each with its number of incidents, the most frequent first."""

    asking: Asking
    incidents: int
    drawings: tuple[Drawing, ...]
    services: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int], ...]
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    hidden: int


@get("/insights/incidents")
async def show_origins(
    request: AnyRequest, visit: GivenVisit, pages: GivenPages, charts: GivenCharts, db: GivenDb
) -> Response[str]:
    """Of what the viewer may see; `months=`, `severity=`, `service=` and `team=` narrow it, `cause=` the list."""
    viewer, now = viewer_of(visit), visit.times.now
    cause = request.query_params.get("cause", "").strip()
    async with db.connection() as conn:
        scene = await set_scene(conn, read_asked(request), now)
        monthly = msgspec.structs.replace(scene.question, by=(Dimension.SEVERITY, Dimension.MONTH), compare=False)
        courses = await metrics(conn, viewer, monthly, now)
        services = _counts(await answer(conn, viewer, scene, now, Dimension.SERVICE), "no service")
        causes = _counts(await answer(conn, viewer, scene, now, Dimension.CAUSE), "no cause named")
        days = _counts(await answer(conn, viewer, scene, now, Dimension.WEEKDAY))
        times = _counts(await answer(conn, viewer, scene, now, Dimension.HOUR))
        incidents = await list_incidents(conn, viewer.scopes, scene.question, courses.reckoning)
    counted = narrowed(incidents, severities={scene.asked.severity} - {""})
    listed = narrowed(counted, severities=(), cause=cause)
    lines = lines_of(listed, courses.reckoning.mttr_from)
    levels = [level.name for level in scene.profile.levels]
    drawn = (
        by_month_and_level(courses, scene.months, levels, scene.months[max(0, len(scene.months) - 2)]),
        ranked("Which services?", services.items()),
        ranked("Which causes?", causes.items()),
        weekdays(days),
        hours(times),
    )
    view = OriginsView(
        asking=Asking(path="/insights/incidents", scene=scene, cause=cause),
        incidents=len(counted),
        drawings=await draw_all(charts, drawn),
        services=_ordered(services),
        causes=_ordered(causes),
        heads=tuple(definition(measure, courses.reckoning.mttr_from).name for measure in SHOWN_TIMES),
        lines=lines,
        hidden=len(listed) - len(lines),
    )
    return pages.page("insights/origins.html", visit, view=view)


def _counts(found: Metrics, nameless: str = NONE) -> dict[str, float]:
    counts = {each.group[0]: each.value or 0.0 for each in picked(found, INCIDENTS)}
    return {nameless if name == NONE else name: n for name, n in counts.items() if n}


def _ordered(counts: dict[str, float]) -> tuple[tuple[str, int], ...]:
    return tuple((name, round(n)) for name, n in sorted(counts.items(), key=lambda each: (-each[1], each[0])))
