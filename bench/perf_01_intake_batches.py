"""PERF-1: durable intake of requests with 64 new alerts each, beside Alertmanager, which keeps them in memory.

Both depend on what the disk and the caches of the machine do in these seconds, so they take turns, and the round with
the median ratio is the row.
"""

from typing import NamedTuple

from bench.intake import CONNECTIONS, Load, alertmanager, post_alerts, tocsin
from bench.report import Row, print_rows

ALERTS = 64
NOW, GOAL = 0.7, 1.0
ROUNDS = 5


class Round(NamedTuple):
    """Both programs, each new and empty, one after the other."""

    theirs: Load
    ours: Load

    @property
    def ratio(self) -> float:
        return self.ours.requests / self.theirs.requests


def play_round() -> Round:
    with alertmanager() as target:
        theirs = post_alerts(target, ALERTS)
    with tocsin() as target:
        post_alerts(target, ALERTS, seconds=2)
        return Round(theirs, post_alerts(target, ALERTS))


def run() -> list[Row]:
    rounds = sorted((play_round() for _ in range(ROUNDS)), key=lambda one: one.ratio)
    theirs, ours = median = rounds[ROUNDS // 2]
    refused = sum(one.ours.refused for one in rounds)
    return [
        Row(
            id="PERF-1",
            what=f"durable intake, {ALERTS} new alerts a request, {CONNECTIONS} connections, median of {ROUNDS} rounds",
            figure=f"{ours.requests * ALERTS / 1000:.1f} k alerts/s, p99 {ours.p99_ms:.0f} ms, {refused} refused",
            baseline="Alertmanager 0.25 (in memory)",
            baseline_figure=f"{theirs.requests * ALERTS / 1000:.1f} k alerts/s, p99 {theirs.p99_ms:.0f} ms",
            ratio=f"{median.ratio:.2f} × ({rounds[0].ratio:.2f}–{rounds[-1].ratio:.2f})",
            goal=f"≥ {NOW} × now, ≥ {GOAL} × as the goal",
            met=median.ratio >= NOW and refused == 0,
        )
    ]


if __name__ == "__main__":
    print_rows(run())
