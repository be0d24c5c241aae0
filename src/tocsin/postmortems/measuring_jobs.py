"""What a worker runs when an incident is over: Prometheus is asked what it cost and how its services were."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from tocsin.incidents import service as incidents
from tocsin.kernel.held import Held, JobKind
from tocsin.postmortems import measurements
from tocsin.postmortems.charting import chart_of
from tocsin.postmortems.measurement_model import Measurement, Query, Span
from tocsin.postmortems.measuring import checked, filled, span_of, step_of, with_margin
from tocsin.postmortems.ports import Measurer

TIMEOUT = timedelta(minutes=5)
ASKING = timedelta(minutes=4)
"""Of that, for the questions; the rest is for reading and writing down."""


def measuring_kinds(measurer: Measurer) -> tuple[JobKind, ...]:
    """Those that ask the world."""
    handler = partial(measure, measurer=measurer)
    return (JobKind(measurements.MEASURE, measurements.LANE, handler, timeout=TIMEOUT),)


async def measure(held: Held, *, measurer: Measurer) -> None:
    """Every query in its turn; the network is touched outside any transaction. One that fails leaves the others."""
    incident_id = int(held.payload["incident_id"])
    async with held.db.connection() as conn:
        incident = await incidents.get(conn, incident_id)
        queries = await measurements.list_queries(conn, incident)
    span = span_of(incident)
    found = await ask_all(measurer, queries, span, held.now()) if span is not None else []
    async with held.finish() as tx:
        if found:
            await measurements.record(tx, incident_id, found)


async def ask_all(
    measurer: Measurer, queries: Sequence[Query], span: Span, now: datetime, *, within: timedelta = ASKING
) -> list[Measurement]:
    """One answer a query, numbered in their order from 1 on. Each has an even share of the time that is left, and what
    the quick ones leave is the others': however many never answer, the job ends in time with what it has."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + within.total_seconds()
    found: list[Measurement] = []
    for n, query in enumerate(queries, 1):
        share = max(ends_at - loop.time(), 0.0) / (len(queries) - n + 1)
        found.append(await _ask_within(share, measurer, _about(n, query, span, now), query, span))
    return found


def _about(n: int, query: Query, span: Span, now: datetime) -> Measurement:
    """The question, as yet without an answer."""
    shown = span if query.figure is not None else with_margin(span, now)
    return Measurement(
        n=n,
        service=query.service,
        figure=query.figure,
        title=query.title,
        query=filled(query.promql, span),
        begins_at=shown.begins_at,
        ends_at=shown.ends_at,
        measured_at=now,
    )


async def _ask_within(share: float, measurer: Measurer, about: Measurement, query: Query, span: Span) -> Measurement:
    """`share`: seconds."""
    try:
        async with asyncio.timeout(share):
            return await _ask(measurer, about, query, span)
    except TimeoutError:
        why = (
            f"Prometheus does not answer: it took longer than {share:.1f} s, this question's share of the time for all"
        )
        return replace(about, trouble=why)


async def _ask(measurer: Measurer, about: Measurement, query: Query, span: Span) -> Measurement:
    if query.figure is not None:
        said = checked(await measurer.value_at(about.query, query.prometheus, span.ends_at))
        return replace(about, value=said.value, trouble=said.trouble)
    shown = Span(about.begins_at, about.ends_at)
    step = step_of(shown)
    course = await measurer.course_of(about.query, query.prometheus, shown.begins_at, shown.ends_at, step)
    if course.trouble or not course.lines:
        return replace(about, trouble=course.trouble or "There is no data")
    return replace(about, chart=chart_of(query, course.lines, shown, span, step))
