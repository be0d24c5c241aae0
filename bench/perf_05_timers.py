"""PERF-5: how late escalation timers fire, and what they cost, with 100 000 others armed, against none armed.

Also while an old snapshot keeps vacuum from removing what has fired. A virtual machine becomes quicker and slower
within minutes, by more than the goal allows: none armed is measured before and after; the mean is the baseline."""

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.postgres import create_database, server, snapshot_or_not
from bench.report import Row, print_rows
from tocsin.db.embedded import EmbeddedPostgres

SECONDS = float(os.environ.get("BENCH_LONG_SECONDS", "120"))
ARMED = 100_000
A_SECOND = 100
BEGIN = 3.0  # seconds until the first is due, so that the worker stands
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Fired:
    """Milliseconds late, and processor milliseconds of worker and database for each timer."""

    p50: float
    p99: float
    worst: float
    cost: float


def fire(running: EmbeddedPostgres, armed: int, *, held: bool) -> Fired:
    dsn = create_database(running, "bench_timers", migrated=True)
    due = int(SECONDS * A_SECOND)
    with snapshot_or_not(dsn, held), psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(
            "insert into job (kind, lane, prio, run_at, payload)"
            " select 'timer', 'timers', 1, clock_timestamp() + make_interval(days => 1, secs => i), '{}'"
            " from generate_series(1, %s) i",
            (armed,),
        )
        conn.execute("vacuum analyze job")
        conn.execute(
            "insert into job (kind, lane, prio, run_at, payload)"
            " select 'timer', 'timers', 1, clock_timestamp() + make_interval(secs => %s + i / %s::float), '{}'"
            " from generate_series(1, %s) i",
            (BEGIN, A_SECOND, due),
        )
        before = database_seconds(running.pid)
        command = [sys.executable, "-m", "bench.queues.tocsin_timers", dsn, str(BEGIN + SECONDS + 2)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        spent = database_seconds(running.pid) - before
    told = json.loads(done.stdout)
    late = told["late"]
    assert len(late) == due, f"{due} timers were due and {len(late)} fired"
    cost = (told["cpu"] + spent) * 1000 / due
    return Fired(statistics.median(late), statistics.quantiles(late, n=100)[98], max(late), cost)


def mean(before: Fired, after: Fired) -> Fired:
    return Fired(
        (before.p50 + after.p50) / 2,
        (before.p99 + after.p99) / 2,
        max(before.worst, after.worst),
        (before.cost + after.cost) / 2,
    )


def database_seconds(postmaster: int) -> float:
    """Processor seconds of the server's processes, those that have ended included."""
    pids = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return own_seconds(postmaster, ended=True) + sum(own_seconds(int(pid), ended=False) for pid in pids)


def own_seconds(pid: int, *, ended: bool) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11 : 15 if ended else 13]) / TICKS


def compare(what: str, ours: Fired, baseline: str, theirs: Fired) -> Row:
    ratio = ours.cost / theirs.cost
    return Row(
        id="PERF-5",
        what=f"{what}, {A_SECOND} due a second, {SECONDS:.0f} s",
        figure=told(ours),
        baseline=baseline,
        baseline_figure=told(theirs),
        ratio=f"{ratio:.2f} × the cost",
        goal="p99 < 50 ms, cost flat within 20 %",
        met=ours.p99 < 50 and ratio <= 1.2,
    )


def told(fired: Fired) -> str:
    return (
        f"late p50 {fired.p50:.1f}, p99 {fired.p99:.1f}, worst {fired.worst:.1f} ms; "
        f"{fired.cost:.2f} ms of processor a timer"
    )


def run() -> list[Row]:
    with server() as running:
        return [
            row(running, f"{ARMED:,} timers armed", "none armed, before and after", held=False),
            row(running, f"{ARMED:,} timers armed, an old snapshot held", "none armed, the same", held=True),
        ]


def row(running: EmbeddedPostgres, what: str, baseline: str, *, held: bool) -> Row:
    before = fire(running, 0, held=held)
    armed = fire(running, ARMED, held=held)
    after = fire(running, 0, held=held)
    return compare(what, armed, baseline, mean(before, after))


if __name__ == "__main__":
    print_rows(run())
