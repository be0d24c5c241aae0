"""The report of a month as Markdown, and as one page of HTML that prints well and needs nothing beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import escape

from tocsin.insights.metric_charts import span_words, value_words
from tocsin.insights.report_model import Count, Habit, Report, Timing, Work
from tocsin.kernel.charts import in_words
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.kernel.markdown import render
from tocsin.postmortems.markdown import escaped

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; color: #141b24; background: #fcfcfc;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.9rem; } h2 { font-size: 1.25rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-bottom: 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid #d5d8db; vertical-align: top; }
th + th, td + td { white-space: nowrap; }
figure { margin: 1.5rem 0; break-inside: avoid; } figure svg { width: 100%; max-width: 34rem; height: auto; }
figcaption { color: #505963; }
@media print { body { margin: 0; max-width: none; background: #fff; } h2, h3 { break-after: avoid; }
  @page { margin: 18mm; } }
"""


def month_title(month: str) -> str:
    """`October 2026`"""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def as_markdown(report: Report, *, with_charts: bool = True) -> str:
    """Everything it says; charts as their words and numbers."""
    lines = list(_lines(report))
    if with_charts:
        lines += ["## The last six months", ""]
        for chart in report.charts:
            title, alt, unit, *numbers = in_words(chart).splitlines()
            lines += [f"### {escaped(title)}", "", f"{escaped(alt)} {unit}", ""]
            lines += [*(f"- {escaped(each)}" for each in numbers), ""]
    return "\n".join([*lines, *_counting(report)]) + "\n"


def as_html(report: Report, drawings: Sequence[str]) -> str:
    """`drawings` are the charts as SVG, in their order; for an empty one its words stand."""
    figures = "".join(
        f"<figure><figcaption><strong>{escape(chart.title)}</strong><br>{escape(chart.alt)}</figcaption>{svg}</figure>"
        if svg
        else f"<pre>{escape(in_words(chart))}</pre>"
        for chart, svg in zip(report.charts, drawings, strict=True)
    )
    body = render("\n".join(_lines(report))).html
    counting = render("\n".join(_counting(report))).html
    title = escape(f"{month_title(report.month)} – {report.organisation}")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body>{body}{figures}{counting}</body></html>\n"
    )


def summary(report: Report) -> str:
    """The first sentence: how many, and against the month before."""
    n, before = report.incidents.n, report.incidents.before
    many = "1 incident" if n == 1 else f"{n} incidents"
    name = month_title(report.month_before)
    if n == before:
        return f"{many}, as many as in {name}."
    return f"{many}, {abs(n - before)} {'more' if n > before else 'fewer'} than in {name}."


def _lines(report: Report) -> Iterator[str]:
    now, then = (f"{date.fromisoformat(f'{month}-01'):%B}" for month in (report.month, report.month_before))
    yield from (f"# {month_title(report.month)} – {escaped(report.organisation)}", "", f"**{summary(report)}**", "")
    yield from ("## By level", "", *_table(("Level", now, then), map(_counted, report.levels)), "")
    yield from ("## How fast we responded", "")
    heads = ("Measure", "Mean", "Median", "90th percentile", "In target", "From", "Left out", f"{then} (from)")
    yield from (*_table(heads, map(_timed, report.timings)), "")
    yield from ("## How we worked", "")
    heads = ("Measure", now, "From", "Left out", f"{then} (from)")
    yield from (*_table(heads, map(_practised, report.habits)), "")
    yield from ("## Where they came from", "")
    for head, counts in (("Service", report.services), ("Cause", report.causes)):
        if counts:
            yield from (*_table((head, now, then), map(_counted, counts)), "")
    if not (report.services or report.causes):
        yield from ("There was none in either month.", "")
    yield from ("## Guard rails", "")
    if report.rails:
        yield from (*_table(("Fired", now, then), map(_counted, report.rails)), "")
    else:
        yield from ("None fired.", "")
    yield from ("## What is done about it", "")
    yield from _works("Done", report.done)
    yield from _works("Under way", report.under_way)
    yield from ("## What stands out", "")
    if not report.told:
        yield from ("No pattern: none is told from fewer than five incidents.", "")
    for each in report.told:
        evidence = ", ".join(incident_ref(number) for number in each.evidence)
        yield from (f"### {escaped(each.finding)}", "", f"Told from {evidence}.", "")
        yield from (*(f"- {way}" for way in each.ways), "")


def _works(heading: str, works: Sequence[Work]) -> Iterator[str]:
    if not works:
        yield from (f"{heading}: nothing.", "")
        return
    yield from (f"{heading}, {len(works)} in all:", "")
    yield from (*(f"- {each.ref}, to {each.category}: {escaped(each.text)}" for each in works), "")


def _counting(report: Report) -> Iterator[str]:
    yield from ("## How it is counted", "")
    made = local_of(report.made_at, zone_of(report.zone))
    yield (
        f"Incidents that were detected in the month, on the calendar of {escaped(report.zone)}, as it was known at its "
        "end: what happened later has not happened yet here. Not counted are drills, private incidents, and incidents "
        f"that were merged into another. Targets are those of the severity profile {escaped(report.profile)}. An "
        "incident of two services counts for both. Patterns are looked for in six months."
    )
    yield ""
    yield (
        f"Made on {made.day} {made:%B %Y} from the record as it was then, and kept: a level, a cause or a target that "
        "is changed later changes nothing here."
    )
    yield ""
    yield from (f"- **{each.name}** – {each.words}: {each.formula}." for each in (*report.timings, *report.habits))


def _counted(count: Count) -> tuple[str, ...]:
    return escaped(count.name), str(count.n), str(count.before)


def _timed(timing: Timing) -> tuple[str, ...]:
    return (
        timing.name,
        *map(span_words, (timing.mean, timing.median, timing.p90)),
        f"{timing.in_target} of {timing.with_target}" if timing.with_target else "–",
        str(timing.n),
        str(timing.left_out),
        f"{span_words(timing.before)} ({timing.before_n})",
    )


def _practised(habit: Habit) -> tuple[str, ...]:
    return (
        habit.name,
        value_words(habit.value, habit.unit),
        str(habit.n),
        str(habit.left_out),
        f"{value_words(habit.before, habit.unit)} ({habit.before_n})",
    )


def _table(heads: Sequence[str], body: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join(['---', *('--:' for _ in heads[1:])])} |"
    for row in body:
        yield f"| {' | '.join(row)} |"
