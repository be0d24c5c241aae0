"""What a worker runs for budgets: every five minutes Prometheus is asked how services were since the last answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, Protocol

from tocsin.catalog import service as catalog
from tocsin.catalog.slo import LONGEST, Goal, goals_of
from tocsin.insights import slo_store as store
from tocsin.insights.slo import STEP
from tocsin.insights.slo_model import Sample
from tocsin.kernel.db import Conn
from tocsin.kernel.held import Held, JobKind

TIMEOUT = timedelta(minutes=4)
MOST_STEPS = 8_000
"""Of one question: Prometheus answers at most 11 000 points, and what was missed longer ago is asked the next time."""


class Measurer(Protocol):
    """Asks a PromQL query over a time, both ends included; None: it could not be asked, and will be again."""

    async def measure(
        self, query: str, prometheus: str | None, begin: datetime, end: datetime, step: timedelta, /
    ) -> Sequence[tuple[datetime, float]] | None: ...


class Question(NamedTuple):
    """What is to be asked of one objective of one service."""

    service: str
    goal: Goal
    query: str
    prometheus: str | None
    begin: datetime
    end: datetime


def slo_kinds(measurer: Measurer) -> tuple[JobKind, ...]:
    """Those that ask the world."""
    handler = partial(measure, measurer=measurer)
    return (JobKind("insights.measure_slos", "insights", handler, timeout=TIMEOUT, every=STEP),)


async def measure(held: Held, *, measurer: Measurer) -> None:
    """Every objective that names a query, each in a transaction of its own; the network is touched outside any."""
    now = held.now()
    async with held.db.connection() as conn:
        questions = await list_questions(conn, now)
    for each in questions:
        answer = await measurer.measure(each.query, each.prometheus, each.begin, each.end, STEP)
        if answer:
            async with held.db.transaction() as tx:
                await store.insert_samples(tx.conn, each.service, each.goal.objective, samples_of(each.goal, answer))
    async with held.finish() as tx:
        await store.delete_samples_before(tx.conn, now - LONGEST - STEP)


async def list_questions(conn: Conn, now: datetime) -> list[Question]:
    """From the last sample on, or from the begin of the window; on the clock's multiples of the step."""
    usual = (await catalog.organisation(conn)).prometheus
    end = now - timedelta(seconds=now.timestamp() % STEP.total_seconds())
    found: list[Question] = []
    for service in await catalog.list_services(conn):
        for goal in goals_of(service.slo) if service.slo is not None else ():
            if goal.query is None or service.slo is None:
                continue
            last = await store.find_last_sample(conn, service.name, goal.objective)
            begin = max(last or end - service.slo.window, end - service.slo.window) + STEP
            if begin <= end:
                stop = min(end, begin + MOST_STEPS * STEP)
                prometheus = service.slo.prometheus or usual
                found.append(Question(service.name, goal, goal.query, prometheus, begin, stop))
    return found


def samples_of(goal: Goal, answer: Sequence[tuple[datetime, float]]) -> list[Sample]:
    """The shares that are bad; a value outside 0 to 1, or none (0/0: no request came), is the nearest, or left out."""
    shares = ((at, 1 - value if goal.query_gives_good else value) for at, value in answer if value == value)
    return [Sample(at, min(max(share, 0.0), 1.0)) for at, share in shares]
