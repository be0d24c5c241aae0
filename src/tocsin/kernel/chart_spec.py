"""A chart as a Vega-Lite definition, pure. Names that people gave are text in it, never a part of its language.

It is drawn 360 wide, so that its letters can be read on a phone that shows 390, and grows with the page from there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tocsin.kernel.chart_themes import colour, tone_of
from tocsin.kernel.charts import Chart, Theme, clean_name, number_words

WIDE = 360
HIGH = 190
ROW_HIGH = 26
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
LETTERS = 12
WHOLE_TICKS = 5  # an axis of counts below it has a tick at each
MOST_DOTS = 36
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
NAMES_IN_LINE = ((8, 4), (12, 3))
"""Names of so many letters at most stand so many in a line of the legend; longer ones by twos."""

Spec = dict[str, Any]


def spec_of(chart: Chart, theme: Theme) -> Spec:
    """The definition, the same for the same chart. The title is the page's, or that of the mail, and not drawn."""
    lies = chart.kind == "rows"
    marks = _rows(chart, theme) if lies else _line(chart, theme) if chart.kind == "line" else _columns(chart, theme)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDE,
        "height": max(2, len(chart.labels)) * ROW_HIGH * _series_in_row(chart) if lies else HIGH,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 16 if lies else 4, "right": 4, "top": 4, "bottom": 4},
        "background": None if theme == "page" else colour("paper", theme),
        "data": {"values": _values(chart)},
        "layer": [*_target(chart, theme), *marks] if chart.kind == "line" else [*marks, *_target(chart, theme)],
        "config": _config(theme),
    }


def _series_in_row(chart: Chart) -> int:
    return max(1, len(chart.series)) if chart.kind == "rows" else 1


def _values(chart: Chart) -> list[Spec]:
    """A value a record; the place of a label keeps labels apart that read the same."""
    return [
        {"at": at, "value": each.values[at], "series": place, "words": number_words(each.values[at])}
        for place, each in enumerate(chart.series)
        for at in range(len(chart.labels))
        if each.values[at] is not None or chart.kind == "line"
    ]


def _line(chart: Chart, theme: Theme) -> list[Spec]:
    dashes = [DASHES[place % len(DASHES)] for place in range(len(chart.series))]
    shapes = [SHAPES[place % len(SHAPES)] for place in range(len(chart.series))]
    return [
        {
            "mark": {"type": "line", "strokeWidth": 2, "point": {"filled": True, "size": _dot(chart)}},
            "encoding": {
                "x": _along(chart),
                "y": _height(chart),
                "color": _colours(chart, theme),
                "strokeDash": {**_by_series(chart, dashes), "legend": None},
                "shape": _by_series(chart, shapes),
            },
        }
    ]


def _dot(chart: Chart) -> int:
    """Of a long course the line is looked at, not its points; one that stands alone must still be seen."""
    return 40 if len(chart.labels) <= MOST_DOTS else 8


def _columns(chart: Chart, theme: Theme) -> list[Spec]:
    encoding: Spec = {"x": _along(chart), "y": _height(chart), "color": _colours(chart, theme)}
    if chart.kind == "bar" and len(chart.series) > 1:
        encoding["xOffset"] = {"field": "series", "type": "ordinal"}
    if chart.kind == "stack":
        encoding["order"] = {"field": "series", "type": "ordinal"}
    return [{"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": encoding}]


def _rows(chart: Chart, theme: Theme) -> list[Spec]:
    """Each bar has its value at its end: one need not look down to an axis."""
    place: Spec = {
        "y": {**_along(chart), "axis": {**_names(chart), "ticks": False, "domain": False, "labelLimit": 130}}
    }
    if len(chart.series) > 1:
        place["yOffset"] = {"field": "series", "type": "ordinal"}
    length = {**_height(chart), "axis": {**_height(chart)["axis"], "tickCount": 3}}
    return [
        {
            "mark": {"type": "bar", "cornerRadiusEnd": 2},
            "encoding": {**place, "x": length, "color": _colours(chart, theme)},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 4, "color": colour("ink", theme)},
            "encoding": {**place, "x": length, "text": {"field": "words", "type": "nominal"}},
        },
    ]


def _target(chart: Chart, theme: Theme) -> list[Spec]:
    if chart.target is None:
        return []
    side = "x" if chart.kind == "rows" else "y"
    ink = colour("ink", theme)
    rule: Spec = {
        "data": {"values": [{"goal": chart.target}]},
        "mark": {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.5, "color": ink},
        "encoding": {side: {"field": "goal", "type": "quantitative"}},
    }
    if side == "x":
        return [rule]
    place: Spec = {"type": "text", "align": "right", "baseline": "bottom", "dy": -3, "x": "width"}
    words: Spec = {
        "data": {"values": [{"goal": chart.target, "words": clean_name(chart.target_words)}]},
        "encoding": {"y": {"field": "goal", "type": "quantitative"}, "text": {"field": "words", "type": "nominal"}},
    }
    paper = colour("paper", theme)  # a seam of it keeps the words apart from the lines that run behind them
    seam: Spec = {**words, "mark": {**place, "color": paper, "stroke": paper, "strokeWidth": 4}}
    return [rule, seam, {**words, "mark": {**place, "color": ink}}]


def _along(chart: Chart) -> Spec:
    return {
        "field": "at",
        "type": "ordinal",
        "scale": {"domain": list(range(len(chart.labels))), "paddingInner": 0.25, "paddingOuter": 0.15}
        if chart.kind != "line"
        else {"domain": list(range(len(chart.labels)))},
        "axis": {**_names(chart), "labelOverlap": "greedy", "labelSeparation": _apart(chart), "labelAngle": 0},
    }


def _apart(chart: Chart) -> int:
    """A long course has labels to spare: the letters of who reads it may be wider than those that were measured."""
    return 4 if len(chart.labels) <= MOST_DOTS else 18


def _names(chart: Chart) -> Spec:
    """Labels are looked up by their place in a list of texts, which the drawing cannot take for anything else."""
    return {"title": None, "labelExpr": f"{_list_of(chart.labels)}[datum.value]"}


def _list_of(texts: tuple[str, ...]) -> str:
    """A list of texts in Vega's expression language: every letter that is not plain is written as its number."""
    return "[" + ",".join(f'"{"".join(map(_letter, clean_name(text)))}"' for text in texts) + "]"


def _letter(letter: str) -> str:
    if letter.isascii() and (letter.isalnum() or letter in " .,:-_/%"):
        return letter
    units = letter.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _height(chart: Chart) -> Spec:
    axis: Spec = {"title": clean_name(chart.unit) or None, "tickCount": 4, "domain": False, "ticks": False}
    if chart.is_whole:
        few = _top(chart) < WHOLE_TICKS  # left alone, the axis would show the halves between them, rounded
        axis |= {"format": "d", **({"values": list(range(WHOLE_TICKS))} if few else {})}
    scale: Spec = {"domainMin": 0, "nice": True, "domainMax": _top(chart)}
    return {"field": "value", "type": "quantitative", "scale": scale, "axis": axis}


def _top(chart: Chart) -> float:
    """Where the axis ends: above the highest column and the target, with room for the words at a bar's end."""
    if chart.kind == "stack":
        heights = [math.fsum(each.values[at] or 0 for each in chart.series) for at in range(len(chart.labels))]
    else:
        heights = [value for each in chart.series for value in each.values if value is not None]
    highest = max([*heights, chart.target or 0, 0])
    return highest * (1.15 if chart.kind == "rows" else 1.05) or 1


def _by_series(chart: Chart, looks: Sequence[str | list[int]]) -> Spec:
    """How each series looks, with a legend that tells them apart; one alone needs none."""
    legend: Spec | None = None
    if len(chart.series) > 1:
        names = f"{_list_of(tuple(each.name for each in chart.series))}[datum.value]"
        longest = max(len(each.name) for each in chart.series)
        columns = next((columns for letters, columns in NAMES_IN_LINE if longest <= letters), 2)
        legend = {"title": None, "orient": "top", "labelExpr": names, "columns": columns, "labelLimit": 150}
    scale = {"domain": list(range(len(chart.series))), "range": list(looks)}
    return {"field": "series", "type": "ordinal", "scale": scale, "legend": legend}


def _colours(chart: Chart, theme: Theme) -> Spec:
    return _by_series(chart, [colour(tone_of(each, place), theme) for place, each in enumerate(chart.series)])


def _config(theme: Theme) -> Spec:
    ink, soft, line = (colour(token, theme) for token in ("ink", "ink-soft", "line"))
    letters: Spec = {"labelFont": FONT, "labelFontSize": LETTERS, "titleFont": FONT, "titleFontSize": LETTERS}
    return {
        "aria": False,
        "font": FONT,
        "view": {"stroke": None},
        "text": {"font": FONT, "fontSize": LETTERS},
        "axis": {
            **letters,
            "labelColor": ink,
            "titleColor": soft,
            "titleFontWeight": "normal",
            "gridColor": line,
            "domainColor": line,
            "tickColor": line,
        },
        "axisBand": {"grid": False},
        "axisPoint": {"grid": False},
        "legend": {**letters, "labelColor": ink, "symbolStrokeWidth": 0},
    }
