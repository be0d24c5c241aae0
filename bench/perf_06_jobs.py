"""PERF-6: no-op jobs a second through one worker, two minutes of churn, also while an old snapshot is held.

Each queue is kept fed by inserts into its own table from the side, so that claiming, running and removing are what is
measured; its rows, triggers and defaults are its own. One server, one database each, one after the other.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from bench.envs import environment
from bench.postgres import create_database, server, snapshot_or_not
from bench.report import Row, print_rows
from tocsin.db.embedded import EmbeddedPostgres

SECONDS = float(os.environ.get("BENCH_LONG_SECONDS", "120"))
BACKLOG = 20_000
PORTION = 5_000
WARM_UP = 2.0
QUEUES = Path(__file__).parent / "queues"


@dataclass(frozen=True)
class Queue:
    name: str
    command: Callable[[], list[str]]
    prepare: Callable[[str], None]
    insert: LiteralString


@dataclass(frozen=True)
class Churn:
    """Jobs a second over the whole time, and over its first and last quarter."""

    mean: float
    first: float
    last: float


def prepare_pgqueuer(dsn: str) -> None:
    script = subprocess.run(
        [environment("pgqueuer") / "pgq", "install", "--dry-run"], capture_output=True, text=True, check=True
    ).stdout
    run_script(dsn, script)


def prepare_procrastinate(dsn: str) -> None:
    done = subprocess.run(
        [
            environment("procrastinate") / "python",
            "-c",
            "from procrastinate.schema import SchemaManager; print(SchemaManager.get_schema())",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    run_script(dsn, done.stdout)


def run_script(dsn: str, script: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(script.encode())


TOCSIN = Queue(
    "tocsin",
    lambda: [sys.executable, "-m", "bench.queues.tocsin_worker"],
    lambda dsn: None,
    "insert into job (kind, lane, prio, run_at, payload)"
    " select 'noop', 'noop', 1, clock_timestamp(), '{}' from generate_series(1, %s)",
)
PGQUEUER = Queue(
    "pgqueuer",
    lambda: [str(environment("pgqueuer") / "python"), str(QUEUES / "pgqueuer_worker.py")],
    prepare_pgqueuer,
    "insert into pgqueuer (priority, status, entrypoint) select 0, 'queued', 'noop' from generate_series(1, %s)",
)
PROCRASTINATE = Queue(
    "procrastinate",
    lambda: [str(environment("procrastinate") / "python"), str(QUEUES / "procrastinate_worker.py")],
    prepare_procrastinate,
    "insert into procrastinate_jobs (queue_name, task_name) select 'default', 'noop' from generate_series(1, %s)",
)


def churn(running: EmbeddedPostgres, queue: Queue, seconds: float, *, held: bool) -> Churn:
    """Feeds one queue and watches its worker for `seconds`."""
    dsn = create_database(running, f"bench_{queue.name}", migrated=queue is TOCSIN)
    queue.prepare(dsn)
    points: list[tuple[float, int]] = []
    with snapshot_or_not(dsn, held), psycopg.connect(dsn, autocommit=True) as feeder:
        feeder.execute(queue.insert, (BACKLOG,))
        fed = BACKLOG
        worker = subprocess.Popen([*queue.command(), dsn], stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        try:
            for line in worker.stdout:
                at, done = float(line.split()[0]), int(line.split()[1])
                while fed - done < BACKLOG:
                    feeder.execute(queue.insert, (PORTION,))
                    fed += PORTION
                if done:
                    points.append((at, done))
                if points and at > points[0][0] + WARM_UP + seconds:
                    break
        finally:
            worker.kill()
            worker.wait()
    measured = [(at, done) for at, done in points if at >= points[0][0] + WARM_UP]
    return Churn(rate(measured, 0, 1), rate(measured, 0, 0.25), rate(measured, 0.75, 1))


def rate(points: Sequence[tuple[float, int]], begin: float, end: float) -> float:
    """Jobs a second between two shares of the time."""
    last = len(points) - 1
    (began, before), (ended, after) = points[round(last * begin)], points[round(last * end)]
    return (after - before) / (ended - began)


def told(churned: Churn) -> str:
    return f"{churned.mean:,.0f} jobs/s (first quarter {churned.first:,.0f}, last {churned.last:,.0f})"


def compare(what: str, ours: Churn, name: str, theirs: Churn) -> Row:
    ratio = ours.mean / theirs.mean
    return Row(
        id="PERF-6",
        what=what,
        figure=told(ours),
        baseline=name,
        baseline_figure=told(theirs),
        ratio=f"{ratio:.2f} ×",
        goal="≥ pgqueuer",
        met=ratio >= 1,
    )


def run() -> list[Row]:
    with server() as running:
        ours = churn(running, TOCSIN, SECONDS, held=False)
        theirs = churn(running, PGQUEUER, SECONDS, held=False)
        others = churn(running, PROCRASTINATE, min(SECONDS, 30), held=False)
        ours_held = churn(running, TOCSIN, SECONDS, held=True)
        theirs_held = churn(running, PGQUEUER, SECONDS, held=True)
    what = f"no-op jobs a second, 1 worker, {SECONDS:.0f} s"
    return [
        compare(what, ours, "pgqueuer 1.6", theirs),
        compare(what, ours, "procrastinate 3.10", others),
        compare(f"{what}, an old snapshot held", ours_held, "pgqueuer 1.6, the same", theirs_held),
    ]


if __name__ == "__main__":
    print_rows(run())
