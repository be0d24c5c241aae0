"""PERF-14: a month with a million alerts played against a configuration, against plainly parsing the same file."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench.report import Row
from tocsin.alerts.model import identity_of
from tocsin.simulation.model import Did, Heard, Recorded

ALERTS = int(os.environ.get("BENCH_ALERTS", "1000000"))
GOAL = 60.0
BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
MONTH = timedelta(days=31)
EXAMPLE = Path(__file__).parent.parent / "examples" / "tocsin.yaml"
TOCSIN = str(Path(sys.executable).with_name("tocsin"))
JOBS = ("checkout", "payments-db", "search", "batch")
SEVERITIES = ("critical", "warning", "warning", "info")


def month(alerts: int) -> Iterator[Recorded]:
    """Alerts of 160 causes on 500 machines, each over within the hour; every hundredth is acknowledged by somebody."""
    chance, step = random.Random(14), MONTH / alerts
    for number in range(alerts):
        at = BEGINS + number * step
        labels = {
            "alertname": f"Alert{chance.randrange(40)}",
            "job": chance.choice(JOBS),
            "severity": chance.choice(SEVERITIES),
            "instance": f"machine-{chance.randrange(500)}",
        }
        heard = Heard(
            at=at,
            integration="prometheus",
            labels=labels,
            identity=identity_of(labels),
            starts_at=at,
            ended_at=at + timedelta(seconds=chance.randrange(60, 3600)),
        )
        yield heard
        if number % 100 == 0:
            yield Did(at=at, deed="acknowledged", by="@alice", integration="prometheus", identity=heard.identity)


def write(history: Path) -> None:
    encode = msgspec.json.Encoder().encode
    with history.open("wb") as file:
        file.writelines(encode(each) + b"\n" for each in month(ALERTS))


def parse(history: Path) -> float:
    began = time.perf_counter()
    with history.open("rb") as file:
        for line in file:
            json.loads(line)
    return time.perf_counter() - began


def replay(history: Path) -> float:
    """The command line as a person runs it, its start included."""
    environ = {**os.environ, "TOCSIN_PROMETHEUS_KEY": "a-key-for-the-bench"}
    command = [TOCSIN, "replay", str(history), "-f", str(EXAMPLE), "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
    taken = time.perf_counter() - began
    played = json.loads(done.stdout)["after"]["alerts"]
    assert played == ALERTS, f"{played} of {ALERTS} alerts were played"
    return taken


def run() -> list[Row]:
    with TemporaryDirectory() as folder:
        history = Path(folder) / "history.jsonl"
        write(history)
        parsed, played = parse(history), replay(history)
    return [
        Row(
            id="PERF-14",
            what=f"replay of a month with {ALERTS:,} alerts",
            figure=f"{played:.1f} s",
            baseline="json.loads of each line of the same file",
            baseline_figure=f"{parsed:.1f} s",
            ratio=f"{played / parsed:.1f} ×",
            goal=f"< {GOAL:.0f} s",
            met=played < GOAL,
        )
    ]


if __name__ == "__main__":
    from bench.report import print_rows

    print_rows(run())
