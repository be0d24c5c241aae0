"""The metrics of incidents on the wire: figures with what stands behind them, and their definitions (MET-1, MET-2)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tocsin.insights.metric_definitions import UNITS, definition
from tocsin.kernel.csv_text import csv_document

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.insights import metric_model as model


class LeftOut(msgspec.Struct, kw_only=True):
    """So many incidents could not be reckoned with, since they `why`."""

    why: str
    incidents: int


class Definition(msgspec.Struct, kw_only=True):
    """What a measure is. `unit` is seconds, count, per week, per person or percent; `omits` says who is left out."""

    measure: str
    name: str
    words: str
    formula: str
    omits: str
    unit: str


class Figure(msgspec.Struct, kw_only=True):
    """One measure of one group (`{"service": "checkout"}`; empty: of everything).

    `n` incidents stand behind it – for MTBF so many times between two –, `left_out` do not. `value` is the mean of a
    time, the number of a count, the percent of a share; null: there was nothing to reckon with. `in_target` of
    `with_target` incidents stayed within what their own level asks for. `before` is the value of the period before.
    """

    measure: str
    group: dict[str, str]
    n: int
    left_out: int
    reasons: list[LeftOut]
    value: float | None
    median: float | None
    p90: float | None
    target: float | None
    in_target: int
    with_target: int
    before: float | None
    before_n: int


class Metrics(msgspec.Struct, kw_only=True):
    """Of incidents that were detected from `since` to before `until`, as far as the caller sees them, without drills.

    An incident of two services counts in both of their groups: `incidents` + `counted_again` is the sum of the groups.
    """

    since: datetime
    until: datetime
    time_zone: str
    by: list[str]
    services: list[str]
    profile: str
    mttr_from: str
    incidents: int
    counted_again: int
    figures: list[Figure]
    definitions: list[Definition]


def metrics(found: model.Metrics) -> Metrics:
    asked, reckoning = found.asked, found.reckoning
    by = [each.value for each in asked.by]
    measures = dict.fromkeys(figure.measure for figure in found.figures)
    return Metrics(
        since=asked.since,
        until=asked.until,
        time_zone=reckoning.zone,
        by=by,
        services=list(asked.services),
        profile=reckoning.profile,
        mttr_from=reckoning.mttr_from,
        incidents=found.incidents,
        counted_again=found.counted_again,
        figures=[_figure(each, by) for each in found.figures],
        definitions=[_definition(measure, reckoning.mttr_from) for measure in measures],
    )


def metrics_csv(found: Metrics) -> str:
    """One line a figure: its group, its measure, its unit, and the numbers without rounding."""
    names = {each.measure: each for each in found.definitions}
    numbers = ("n", "left_out", "value", "median", "p90", "target", "in_target", "with_target", "before", "before_n")
    rows = [
        (
            *(each.group[dimension] for dimension in found.by),
            each.measure,
            names[each.measure].name,
            names[each.measure].unit,
            *(_cell(getattr(each, number)) for number in numbers),
        )
        for each in found.figures
    ]
    return csv_document((*found.by, "measure", "name", "unit", *numbers), rows)


def _cell(number: float | None) -> str:
    return "" if number is None else f"{number:.0f}" if float(number).is_integer() else f"{number:.3f}"


def _definition(measure: str, mttr_from: str) -> Definition:
    said = definition(measure, mttr_from)
    return Definition(
        measure=measure,
        name=said.name,
        words=said.words,
        formula=said.formula,
        omits=said.left_out,
        unit=UNITS[measure],
    )


def _figure(each: model.Figure, by: list[str]) -> Figure:
    return Figure(
        measure=each.measure,
        group=dict(zip(by, each.group, strict=True)),
        n=each.n,
        left_out=each.left_out,
        reasons=[LeftOut(why=lack.why, incidents=lack.n) for lack in each.lacks],
        value=each.value,
        median=each.median,
        p90=each.p90,
        target=each.target,
        in_target=each.in_target,
        with_target=each.with_target,
        before=each.before,
        before_n=each.before_n,
    )
