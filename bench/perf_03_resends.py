"""PERF-3: ten thousand unchanged firing alerts, sent again each minute, as Prometheus does in batches of 64.

Processor time is that of web, worker and PostgreSQL together, over whole minutes, beside the same processes at rest.
Tables are compared row by row and byte by byte before and after; the warm-up has written each alert down as seen
twice, as any alert is after a few minutes.
"""

import asyncio
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from bench.intake import Target, tocsin
from bench.perf_04_first_byte import Poster, posting
from bench.report import Row, print_rows

ALERTS, BATCH = 10_000, 64
MINUTE = 60.0
ROUNDS = max(2, round(float(os.environ.get("BENCH_LONG_SECONDS", "120")) / MINUTE))
IDLE_SECONDS = 30.0
WARM_UP = (timedelta(seconds=30), timedelta(seconds=65), timedelta(seconds=135))
"""How long each warm-up round says the alerts last: each uses half of the one before, so that each is written down."""
RESEND_LASTS = timedelta(minutes=4)
"""Four times Prometheus's resend delay, which is what it puts into `endsAt`."""
MOST_PERCENT = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Table:
    name: str
    rows: int
    size: int


async def send_all(poster: Poster, starts: str, lasts: timedelta) -> None:
    ends = f"{datetime.now(UTC) + lasts:%Y-%m-%dT%H:%M:%S.000Z}"
    for first in range(0, ALERTS, BATCH):
        await poster.post([alert(number, starts, ends) for number in range(first, min(first + BATCH, ALERTS))])


def alert(number: int, starts: str, ends: str) -> dict[str, object]:
    return {
        "labels": {
            "alertname": f"Slow{number % 10}",
            "instance": f"host-{number}",
            "job": "bench",
            "severity": "warning",
        },
        "annotations": {"summary": f"host-{number} is slow", "description": "It answers in more than a second."},
        "startsAt": starts,
        "endsAt": ends,
        "generatorURL": "http://prometheus.example.com/graph?g0.expr=up",
    }


def processor_seconds(family: set[int]) -> float:
    return sum(_stat(pid)[1] for pid in family)


def _stat(pid: int) -> tuple[int, float]:
    """The parent and the processor time of a process; a process that has ended took none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0, 0.0
    return int(fields[1]), (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / _TICKS


def descendants(of: int) -> set[int]:
    parents = {int(path.name): _stat(int(path.name))[0] for path in Path("/proc").iterdir() if path.name.isdigit()}
    found: set[int] = set()
    wanted = {of}
    while wanted:
        wanted = {pid for pid, parent in parents.items() if parent in wanted} - found
        found |= wanted
    return found


@contextmanager
def percent_of_a_core(into: list[float]) -> Generator[None]:
    """What everything that this process has started takes meanwhile."""
    began, before = time.monotonic(), processor_seconds(descendants(os.getpid()))
    yield
    took = processor_seconds(descendants(os.getpid())) - before
    into.append(100 * took / (time.monotonic() - began))


def tables(dsn: str) -> list[Table]:
    """Every table of ours, without what vacuum keeps about it."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        names = conn.execute(
            "select relname, pg_total_relation_size(oid) from pg_class where relkind = 'r' "
            "and relnamespace = 'public'::regnamespace order by relname"
        ).fetchall()
        count = sql.SQL("select count(*) from {}")
        rows = [conn.execute(count.format(sql.Identifier(name))).fetchone() for name, _ in names]
    return [Table(name, row[0] if row else 0, size) for (name, size), row in zip(names, rows, strict=True)]


async def measure(target: Target, dsn: str) -> tuple[float, float, list[Table], list[Table]]:
    """Percent of a core at rest and under resends, the tables before and after."""
    starts = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
    idle: list[float] = []
    busy: list[float] = []
    async with posting(target.url, target.authorization) as poster:
        for lasts in WARM_UP:
            await send_all(poster, starts, lasts)
            await asyncio.sleep(5)
        with percent_of_a_core(idle):
            await asyncio.sleep(IDLE_SECONDS)
        before = tables(dsn)
        with percent_of_a_core(busy):
            for _ in range(ROUNDS):
                began = time.monotonic()
                await send_all(poster, starts, RESEND_LASTS)
                await asyncio.sleep(MINUTE - (time.monotonic() - began))
        return idle[0], busy[0], before, tables(dsn)


def run() -> list[Row]:
    with tocsin(worker=True) as target:
        idle, busy, before, after = asyncio.run(measure(target, target.dsn))
    grown = [f"{b.name} +{b.rows - a.rows} rows" for a, b in zip(before, after, strict=True) if b.rows > a.rows]
    size, was = sum(table.size for table in after), sum(table.size for table in before)
    return [
        Row(
            id="PERF-3",
            what=f"{ALERTS:,} unchanged firing alerts sent again each minute, {ROUNDS} minutes",
            figure=f"{busy:.1f} % of one core; tables {was / 1e6:.1f} → {size / 1e6:.1f} MB, {grown or 'no row more'}",
            baseline="the same processes at rest",
            baseline_figure=f"{idle:.1f} % of one core",
            ratio=f"{busy - idle:+.1f} %",
            goal=f"< {MOST_PERCENT:.0f} % of one core, no growth of any table",
            met=busy < MOST_PERCENT and not grown and size <= was * 1.01,
        )
    ]


if __name__ == "__main__":
    print_rows(run())
