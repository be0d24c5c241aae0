"""The metrics of incidents in a terminal: each number with its unit, and with how many incidents are behind it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.wire import metrics as wire

SECONDS = "seconds"
_UNIT_WORDS = {"count": "", "per week": " a week", "per person": " each", "percent": " %"}
_GROUPED = ("detect", "acknowledge", "mitigate", "resolve")
"""The times that find room in one line of a group."""
_MTTR_FROM = {"started": "the start of the impact", "detected": "detection"}


def show(found: wire.Metrics, *, verbose: bool) -> None:
    """All figures of the whole, or a line for each group; with `verbose` everything, and what it means."""
    output.show(*_heading(found))
    if not found.incidents:
        output.say("No incident was detected in that time.")
    elif not found.by:
        output.show(Text(), *_whole(found, found.figures))
    else:
        output.show(Text(), *(_each_group(found) if verbose else _groups(found)))
    if verbose:
        output.show(Text(), *_meanings(found))


def span(seconds: float | None) -> str:
    """`45 s`, `4 min`, `2 h 40`, `3.1 d`; `–` is what cannot be said."""
    if seconds is None:
        return "–"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02}" if minutes < 1440 else f"{seconds / 86400:.1f} d"


def amount(number: float | None, unit: str) -> str:
    """A number with its unit; of counts no place behind the point."""
    if unit == SECONDS or number is None:
        return span(number)
    return f"{number:.0f}" if unit == "count" else f"{number:.1f}".removesuffix(".0") + _UNIT_WORDS[unit]


def _heading(found: wire.Metrics) -> Iterator[Text]:
    zone = ZoneInfo(found.time_zone)
    since, until = found.since.astimezone(zone), found.until.astimezone(zone)
    head = Text(f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M %Z}", style="bold")
    yield head.append(f"  {found.incidents} incident{'' if found.incidents == 1 else 's'}", style="not bold")
    profile = f"targets of {output.line(found.profile)}; " if found.profile else ""
    of = f"of {', '.join(map(output.line, found.services))}; " if found.services else ""
    yield Text(f"{of}{profile}MTTR counts from {_MTTR_FROM.get(found.mttr_from, found.mttr_from)}", style="dim")


def _whole(found: wire.Metrics, figures: Sequence[wire.Figure]) -> Iterator[RenderableType]:
    """Times with mean, median and p90, then what has one value."""
    said = {each.measure: each for each in found.definitions}
    times = [each for each in figures if said[each.measure].unit == SECONDS]
    heads = ("time", "mean", "median", "p90", "n", "left out", "in target", "before")
    yield _table(heads, [(said[each.measure].name, *_time_cells(each)) for each in times])
    yield Text()
    others = [each for each in figures if said[each.measure].unit != SECONDS]
    rows = [
        (
            said[each.measure].name,
            amount(each.value, said[each.measure].unit),
            str(each.n),
            str(each.left_out),
            _before(each, said[each.measure].unit),
        )
        for each in others
    ]
    yield _table(("figure", "value", "n", "left out", "before"), rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Without the columns at the end in which nothing stands."""
    width = max(place + 1 for row in [heads[:2], *rows] for place, cell in enumerate(row) if cell)
    return output.table(heads[:width], [row[:width] for row in rows], flexible=0)


def _time_cells(each: wire.Figure) -> tuple[str, ...]:
    return (
        span(each.value),
        span(each.median),
        span(each.p90),
        str(each.n),
        str(each.left_out),
        f"{each.in_target} of {each.with_target}" if each.with_target else "",
        _before(each, SECONDS),
    )


def _before(each: wire.Figure, unit: str) -> str:
    return amount(each.before, unit) if each.before is not None else ""


def _groups(found: wire.Metrics) -> Iterator[RenderableType]:
    """A line for each group: the medians of the times, with how many incidents are behind each; then the rest."""
    said = {each.measure: each for each in found.definitions}
    grouped = [(key, {each.measure: each for each in figures}) for key, figures in _by_group(found)]
    names = [said[measure].name for measure in _GROUPED]
    lines = [
        (*key, amount(of["incidents"].value, "count"), *(_median(of[measure]) for measure in _GROUPED))
        for key, of in grouped
    ]
    yield output.table((*found.by, "incidents", *names), lines, flexible=0)
    yield Text()
    others = [measure for measure in said if measure not in (*_GROUPED, "incidents", "detected_to_mitigated")]
    kept = [measure for measure in others if any(of[measure].value is not None for _, of in grouped if measure in of)]
    if kept:
        yield _others(found, kept, grouped)
        yield Text()
    yield Text("Times are medians; in brackets, how many incidents are behind each. --verbose shows all.", style="dim")
    if found.counted_again:
        again = f"Incidents of several groups count in each: {found.counted_again} were counted again."
        yield Text(again, style="dim")


def _others(
    found: wire.Metrics, measures: Sequence[str], grouped: Sequence[tuple[tuple[str, ...], dict[str, wire.Figure]]]
) -> Table:
    said = {each.measure: each for each in found.definitions}
    rows = [(*key, *(amount(of[each].value, said[each].unit) for each in measures)) for key, of in grouped]
    return output.table((*found.by, *(said[each].name for each in measures)), rows, flexible=0)


def _median(each: wire.Figure) -> str:
    return f"{span(each.median)} ({each.n})" if each.n else "–"


def _by_group(found: wire.Metrics) -> Iterator[tuple[tuple[str, ...], list[wire.Figure]]]:
    """The names of each group as one line each, and its figures."""
    for key, figures in groupby(found.figures, key=lambda each: tuple(each.group[by] for by in found.by)):
        yield tuple(map(output.line, key)), list(figures)


def _each_group(found: wire.Metrics) -> Iterator[RenderableType]:
    for key, figures in _by_group(found):
        yield Text(", ".join(key), style="bold")
        yield from _whole(found, figures)
        yield Text()


def _meanings(found: wire.Metrics) -> Iterator[Text]:
    """What each number is, and of how many incidents it says nothing, with the reason."""
    for each in found.definitions:
        yield Text.assemble((each.name, "bold"), f": {each.words}.")
        yield Text(f"  = {each.formula}", style="dim")
        for why, n in _reasons(figure for figure in found.figures if figure.measure == each.measure):
            yield Text(f"  left out: {n} {why}", style="dim")


def _reasons(figures: Iterable[wire.Figure]) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for figure in figures:
        for reason in figure.reasons:
            counted[reason.why] = counted.get(reason.why, 0) + reason.incidents
    return list(counted.items())
