"""PERF-1: durable intake of requests with 64 new alerts each, beside Alertmanager, which keeps them in memory."""

from bench.intake import CONNECTIONS, alertmanager, post_alerts, tocsin
from bench.report import Row, print_rows

ALERTS = 64
NOW, GOAL = 0.7, 1.0


def run() -> list[Row]:
    with alertmanager() as target:
        theirs = post_alerts(target, ALERTS)
    with tocsin() as target:
        post_alerts(target, ALERTS, seconds=2)
        ours = post_alerts(target, ALERTS)
    ratio = ours.requests / theirs.requests
    return [
        Row(
            id="PERF-1",
            what=f"durable intake, {ALERTS} new alerts a request, {CONNECTIONS} connections",
            figure=f"{ours.requests * ALERTS / 1000:.1f} k alerts/s, p99 {ours.p99_ms:.0f} ms, {ours.refused} refused",
            baseline="Alertmanager 0.25 (in memory)",
            baseline_figure=f"{theirs.requests * ALERTS / 1000:.1f} k alerts/s, p99 {theirs.p99_ms:.0f} ms",
            ratio=f"{ratio:.2f} ×",
            goal=f"≥ {NOW} × now, ≥ {GOAL} × as the goal",
            met=ratio >= NOW and ours.refused == 0,
        )
    ]


if __name__ == "__main__":
    print_rows(run())
