"""How fast do we respond? The times of incidents against the targets of their levels, and their course (MET-1)."""

from __future__ import annotations

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.insights.asking import answer, set_scene
from tocsin.insights.drill import list_incidents, narrowed
from tocsin.insights.metric_charts import ASKS, picked, span_words, trend, value_words
from tocsin.insights.metric_definitions import INCIDENTS, SECONDS, TIMES, UNITS, definition
from tocsin.insights.metric_model import Dimension, Figure, Metrics
from tocsin.surfaces.web.drawing import Drawing, draw_all
from tocsin.surfaces.web.given import GivenCharts, GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.insights.asking import SHOWN_TIMES, Asking, Line, lines_of, read_asked
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


class Stat(msgspec.Struct, frozen=True, kw_only=True):
    """One measure with its definition beside it; `before` is the same of the time before, empty: it is not said."""

    name: str
    words: str
    formula: str
    mean: str
    median: str
    p90: str
    n: int
    in_target: str
    before: str
    left_out: tuple[str, ...]


class Level(msgspec.Struct, frozen=True):
    """The times of one level, each `(mean, target, whether the mean keeps it)`; the last None: nothing to compare."""

    name: str
    n: int
    times: tuple[tuple[str, str, bool | None], ...]


class ResponseView(msgspec.Struct, frozen=True, kw_only=True):
    asking: Asking
    incidents: int
    stats: tuple[Stat, ...]
    levels: tuple[Level, ...]
    heads: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    lines: tuple[Line, ...]
    hidden: int


@get("/insights/response")
async def show_response(
    request: AnyRequest, visit: GivenVisit, pages: GivenPages, charts: GivenCharts, db: GivenDb
) -> Response[str]:
    """Of what the viewer may see; `months=`, `severity=`, `service=` and `team=` narrow it."""
    viewer, now = viewer_of(visit), visit.times.now
    async with db.connection() as conn:
        scene = await set_scene(conn, read_asked(request), now)
        whole = await answer(conn, viewer, scene, now, compare=True)
        levels = await answer(conn, viewer, scene, now, Dimension.SEVERITY)
        monthly = await answer(conn, viewer, scene, now, Dimension.MONTH)
        incidents = await list_incidents(conn, viewer.scopes, scene.question, whole.reckoning)
    severities = {scene.asked.severity} - {""}
    counted = narrowed(incidents, severities=severities)
    targets = whole.reckoning.targets.get(scene.asked.severity, {})
    lines = lines_of(counted, whole.reckoning.mttr_from)
    view = ResponseView(
        asking=Asking(path="/insights/response", scene=scene),
        incidents=sum(each.n for each in picked(whole, INCIDENTS)),
        stats=tuple(_stat(each, whole) for each in whole.figures if each.measure != INCIDENTS),
        levels=_levels(levels),
        heads=tuple(definition(measure, whole.reckoning.mttr_from).name for measure in SHOWN_TIMES),
        drawings=await draw_all(
            charts, [trend(monthly, measure, scene.months, targets.get(measure)) for measure in ASKS]
        ),
        lines=lines,
        hidden=len(counted) - len(lines),
    )
    return pages.page("insights/response.html", visit, view=view)


def _stat(figure: Figure, found: Metrics) -> Stat:
    said = definition(figure.measure, found.reckoning.mttr_from)
    unit = UNITS[figure.measure]
    return Stat(
        name=said.name,
        words=said.words,
        formula=said.formula,
        mean=value_words(figure.value, unit),
        median=value_words(figure.median, unit) if unit == SECONDS else "",
        p90=value_words(figure.p90, unit) if unit == SECONDS else "",
        n=figure.n,
        in_target=f"{figure.in_target} of {figure.with_target}" if figure.with_target else "–",
        before=f"{value_words(figure.before, unit)} ({figure.before_n})" if figure.before_n else "–",
        left_out=tuple(f"{lack.n} {lack.why}" for lack in figure.lacks),
    )


def _levels(found: Metrics) -> tuple[Level, ...]:
    figures = {(each.group[0], each.measure): each for each in found.figures}
    names = dict.fromkeys(each.group[0] for each in found.figures)
    return tuple(
        Level(
            name,
            figures[name, INCIDENTS].n,
            tuple(_against(figures[name, measure]) for measure in TIMES if measure in SHOWN_TIMES),
        )
        for name in names
    )


def _against(figure: Figure) -> tuple[str, str, bool | None]:
    is_kept = None if figure.value is None or figure.target is None else figure.value <= figure.target
    return span_words(figure.value), "" if figure.target is None else span_words(figure.target), is_kept
