"""PERF-11: how long a person waits for the command line, against an interpreter that does nothing."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.report import Row

RUNS = int(os.environ.get("BENCH_RUNS", "40"))
TOCSIN = str(Path(sys.executable).with_name("tocsin"))
NOTHING = [sys.executable, "-c", "pass"]
ASSESS = [TOCSIN, "assess", "--users-affected", "30%"]


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def medians(*commands: list[str]) -> list[float]:
    """In turn, so that a machine that slows down slows all of them."""
    for command in commands:
        seconds(command)
    taken = [[seconds(command) for command in commands] for _ in range(RUNS)]
    return [statistics.median(each) for each in zip(*taken, strict=True)]


def run() -> list[Row]:
    nothing, helped, assessed = medians(NOTHING, [TOCSIN, "--help"], ASSESS)
    return [row("tocsin --help", helped, nothing, 8), row("tocsin assess", assessed, nothing, 12)]


def row(what: str, measured: float, nothing: float, goal: int) -> Row:
    return Row(
        id="PERF-11",
        what=f"{what}, median of {RUNS}",
        figure=f"{measured * 1000:.0f} ms",
        baseline="python -c pass",
        baseline_figure=f"{nothing * 1000:.0f} ms",
        ratio=f"{measured / nothing:.1f} ×",
        goal=f"< {goal} ×",
        met=measured < goal * nothing,
    )


if __name__ == "__main__":
    from bench.report import print_rows

    print_rows(run())
