"""`tocsin metrics --plot`: the times of incidents as one chart, drawn on this machine into a file."""

import asyncio
from pathlib import Path

from tocsin.kernel.chart_renderer import render_png, render_svg
from tocsin.kernel.charts import Chart, Series
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.cli.parsing import WrongUsage
from tocsin.surfaces.wire import metrics as wire

SHOWN = ("acknowledge", "resolve")
"""The times that are drawn for each group; without groups all times are."""
_COURSE = frozenset({"week", "month"})


def plot(found: wire.Metrics, file: Path) -> None:
    """Raises WrongUsage for another ending than .svg and .png, Invalid for a file that cannot be written."""
    chart = chart_of(found)
    if file.suffix == ".svg":
        drawn = asyncio.run(render_svg(chart)).encode()
    elif file.suffix == ".png":
        drawn = asyncio.run(render_png(chart))
    else:
        raise WrongUsage(f"{file.name} is neither .svg nor .png.", "Say for example: --plot metrics.svg")
    try:
        file.write_bytes(drawn)
    except OSError as wrong:
        what = f"{file} cannot be written: {wrong.strerror}."
        raise Invalid(what, "Name a file in a folder that exists.", field="plot") from None


def chart_of(found: wire.Metrics) -> Chart:
    """Medians in minutes: of every time of the whole, or of two of them for each group."""
    names = {each.measure: each.name for each in found.definitions}
    times = [each.measure for each in found.definitions if each.unit == "seconds" and each.measure != "between"]
    period = f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}, {found.incidents} incidents"
    if not found.by:
        whole = {each.measure: each for each in found.figures}
        series = (
            Series("median", tuple(_minutes(whole[measure].median) for measure in times)),
            Series("90th percentile", tuple(_minutes(whole[measure].p90) for measure in times)),
        )
        labels = tuple(names[measure] for measure in times)
    else:
        groups = dict.fromkeys(tuple(each.group.values()) for each in found.figures)
        of = {(each.measure, tuple(each.group.values())): each for each in found.figures}
        series = tuple(
            Series(f"{names[measure]}, median", tuple(_minutes(of[measure, group].median) for group in groups))
            for measure in SHOWN
        )
        labels = tuple(" · ".join(group) for group in groups)
    return Chart(
        title="How long do incidents take?",
        alt=f"Times of incidents in minutes, {period}.",
        kind="line" if found.by and set(found.by) <= _COURSE else "bar",
        labels=labels,
        series=series,
        unit="minutes",
    )


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)
