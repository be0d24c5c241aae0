"""A chart as a value: what it asks, its numbers, and the same in words and as a table, for whom a picture says nothing.

How it is drawn stands in `chart_spec`, by whom in `chart_renderer`. Knows nothing of what is counted.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tocsin.kernel.text import one_line

Kind = Literal["line", "bar", "stack", "rows"]
"""`line`: a course over time; `bar`: columns, several series side by side; `stack`: columns that add up; `rows`: lying
bars with their names in front, for names that are long."""

Theme = Literal["light", "dark", "print", "page"]
"""`page` takes its colours from the page that the drawing stands in, and so follows light and dark by itself."""

LONGEST_NAME = 60


class Series(msgspec.Struct, frozen=True):
    """`values`: one a label, None where nothing can be said. `tone` names a colour token (`sev-1`); empty: the next."""

    name: str
    values: tuple[float | None, ...]
    tone: str = ""


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """One question, answered. `alt` says in a sentence or two what is to be seen; `unit` stands at the axis.

    `target` is drawn as a dashed line; `is_whole`: the values are counts, there is nothing between one and two.
    """

    title: str
    alt: str
    kind: Kind
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    target: float | None = None
    target_words: str = "target"
    is_whole: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for each in self.series for value in each.values)


class Row(msgspec.Struct, frozen=True):
    label: str
    values: tuple[str, ...]


def headings(chart: Chart) -> tuple[str, ...]:
    """The heads of the columns of `rows`, without that of the labels."""
    return tuple(f"{each.name}, {chart.unit}" if chart.unit else each.name for each in chart.series)


def rows(chart: Chart) -> tuple[Row, ...]:
    """The numbers of a chart as a table; `–` is a value that cannot be said."""
    return tuple(
        Row(label, tuple(number_words(each.values[at]) for each in chart.series))
        for at, label in enumerate(chart.labels)
    )


def in_words(chart: Chart) -> str:
    """A chart for a reader of plain text: its title, its alternative, and its numbers in lines."""
    named = len(chart.series) > 1
    lines = [chart.title, chart.alt, f"In {chart.unit}:" if chart.unit else ""]
    for row in rows(chart):
        pairs = zip(chart.series, row.values, strict=True)
        said = ", ".join(f"{each.name} {value}" if named else value for each, value in pairs)
        lines.append(f"{row.label}: {said}")
    if chart.target is not None:
        lines.append(f"{chart.target_words}: {number_words(chart.target)}")
    return "\n".join(lines)


def number_words(value: float | None) -> str:
    """At most one place behind the point, and none that is nought: `4`, `4.5`."""
    if value is None:
        return "–"
    return f"{value:.1f}".removesuffix(".0")


def clean_name(text: str) -> str:
    """What people named something, fit to stand in a drawing: one line, no control characters, not too long."""
    return one_line(text, LONGEST_NAME)
