"""PERF-9: the metrics of incidents by week and service over a long history, and those of an exported file."""

import asyncio
import csv
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from bench.perf_11_command_line import RUNS, TOCSIN, medians
from bench.postgres import create_database, server
from bench.report import Row, print_rows
from tocsin.accounts.model import Role, Viewer
from tocsin.insights.metric_model import Dimension, Question
from tocsin.insights.metrics import metrics
from tocsin.kernel.db import connect

INCIDENTS = int(os.environ.get("BENCH_INCIDENTS", "1000000"))
EXPORTED = 100_000
SERVICES = 20
SINCE = datetime(2025, 1, 6, tzinfo=UTC)
UNTIL = SINCE + timedelta(weeks=52)
VIEWER = Viewer(user_id=1, name="alice", role=Role.VIEWER, scopes=(1,))
ASKED = Question(since=SINCE, until=UNTIL, by=(Dimension.WEEK, Dimension.SERVICE))
EXPORT_COLUMNS = (
    *("id", "title", "status", "severity", "service", "is_drill"),
    *("started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at"),
)

FILL = """
    insert into incident (number, title, status, severity, urgency, source, reason, declared_by, alerts, scope_id,
        is_private, is_drill, started_at, detected_at, declared_at, acknowledged_at, mitigated_at, resolved_at,
        has_sync)
    select n, 'Something fails', 'resolved', 'SEV-' || 1 + n %% 4, 'high', 'monitoring_alert', '', 'tocsin', 1, 1,
        false, n %% 50 = 0, at - interval '1 second' * (n %% 600), at, at, at + interval '1 second' * (n %% 900),
        at + interval '1 second' * (900 + n %% 3000), at + interval '1 second' * (3900 + n %% 9000), true
    from (select n, %(since)s::timestamptz + (%(until)s::timestamptz - %(since)s) * random() as at
        from generate_series(1, %(incidents)s) n) made
"""
NAME = "insert into incident_service select id, 'service-' || id %% %(services)s from incident"

PLAIN = """
    select date_trunc('week', i.detected_at at time zone 'UTC') as week, s.service, count(*),
        avg(i.detected_at - i.started_at),
        percentile_cont(array[0.5, 0.9]) within group (order by i.detected_at - i.started_at),
        avg(i.acknowledged_at - i.detected_at),
        percentile_cont(array[0.5, 0.9]) within group (order by i.acknowledged_at - i.detected_at),
        avg(i.mitigated_at - i.acknowledged_at),
        percentile_cont(array[0.5, 0.9]) within group (order by i.mitigated_at - i.acknowledged_at),
        avg(i.mitigated_at - i.detected_at),
        percentile_cont(array[0.5, 0.9]) within group (order by i.mitigated_at - i.detected_at),
        avg(i.resolved_at - i.started_at),
        percentile_cont(array[0.5, 0.9]) within group (order by i.resolved_at - i.started_at)
    from incident i join incident_service s on s.incident_id = i.id
    where i.detected_at >= %(since)s and i.detected_at < %(until)s and not i.is_drill
    group by week, s.service
"""


def run() -> list[Row]:
    with server() as running:
        dsn = create_database(running, "metrics", migrated=True)
        fill(dsn)
        plain, ours, figures = asyncio.run(measure(dsn))
    return [history_row(plain, ours, figures), *file_rows()]


def fill(dsn: str) -> None:
    span = {"since": SINCE, "until": UNTIL, "incidents": INCIDENTS, "services": SERVICES}
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("select setseed(0.5)")
        conn.execute(FILL, span)
        conn.execute(NAME, span)
        conn.execute("vacuum analyze")


async def measure(dsn: str) -> tuple[float, float, int]:
    """The best of three of each, in turn: seconds of plain SQL, seconds of the whole answer, its figures."""
    conn = await connect(dsn)
    try:
        plain: list[float] = []
        ours: list[float] = []
        figures = 0

        async def by_hand() -> None:
            cursor = await conn.execute(PLAIN, {"since": SINCE, "until": UNTIL})
            await cursor.fetchall()

        async def by_product() -> None:
            nonlocal figures
            figures = len((await metrics(conn, VIEWER, ASKED, UNTIL)).figures)

        for _ in range(3):
            plain.append(await seconds(by_hand))
            ours.append(await seconds(by_product))
        return min(plain), min(ours), figures
    finally:
        await conn.close()


async def seconds(work: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def history_row(plain: float, ours: float, figures: int) -> Row:
    return Row(
        id="PERF-9",
        what=f"metrics by week × service over {INCIDENTS} incidents, {figures} figures with what was left out and why",
        figure=f"{ours:.2f} s",
        baseline="plain SQL: mean, median and p90 of the same five times",
        baseline_figure=f"{plain:.2f} s",
        ratio=f"{ours / plain:.2f} ×",
        goal="< 2 ×",
        met=ours < 2 * plain,
    )


def file_rows() -> list[Row]:
    """The command on an exported file, against an interpreter that reads the same file and does nothing with it."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.csv"
        write_export(export)
        command = [TOCSIN, "metrics", "--file", str(export)]
        only_read = f"import csv; print(sum(1 for row in csv.reader(open({str(export)!r}))))"
        ours, reading = medians(command, [sys.executable, "-c", only_read])
    return [
        Row(
            id="PERF-9",
            what=f"tocsin metrics --file of {EXPORTED} incidents, median of {RUNS}",
            figure=f"{ours:.2f} s",
            baseline="python: the rows of that file, counted",
            baseline_figure=f"{reading:.2f} s",
            ratio=f"{ours / reading:.1f} ×",
            goal="< 1 s",
            met=ours < 1,
        )
    ]


def write_export(file: Path) -> None:
    """With the columns that the API has, and a year of plausible times."""
    chance = random.Random(9)
    with file.open("w", newline="") as written:
        rows = csv.writer(written)
        rows.writerow(EXPORT_COLUMNS)
        for number in range(1, EXPORTED + 1):
            detected = SINCE + timedelta(seconds=chance.randrange(52 * 7 * 86_400))
            minutes = (
                -chance.randrange(10),
                0,
                chance.randrange(15),
                15 + chance.randrange(50),
                65 + chance.randrange(150),
            )
            instants = [f"{detected + timedelta(minutes=each):%Y-%m-%dT%H:%M:%SZ}" for each in minutes]
            level, service = f"SEV-{1 + number % 4}", f"service-{number % SERVICES}"
            rows.writerow([f"INC-{number}", "Something fails", "resolved", level, service, "false", *instants])


if __name__ == "__main__":
    print_rows(run())
