"""PERF-2: durable intake of one new alert a request, beside Alertmanager (in memory) and alerta-server (PostgreSQL)."""

from bench.intake import CONNECTIONS, Load, alerta, alertmanager, post_alerts, post_to_alerta, tocsin
from bench.report import Row, print_rows

WHAT = f"durable intake, 1 new alert a request, {CONNECTIONS} connections"
P99_MS = 20.0


def run() -> list[Row]:
    with alertmanager() as target:
        in_memory = post_alerts(target, 1)
    with alerta() as url:
        post_to_alerta(url, seconds=2)
        durable = post_to_alerta(url)
    with tocsin() as target:
        post_alerts(target, 1, seconds=2)
        ours = post_alerts(target, 1)
    return [
        _row(ours, "Alertmanager 0.25 (in memory)", in_memory, now=0.35, goal=0.5),
        _row(ours, "alerta-server 9.1 (PostgreSQL)", durable, now=25, goal=40),
    ]


def _row(ours: Load, baseline: str, theirs: Load, *, now: float, goal: float) -> Row:
    ratio = ours.requests / theirs.requests
    return Row(
        id="PERF-2",
        what=WHAT,
        figure=f"{ours.requests:.0f} requests/s, p99 {ours.p99_ms:.1f} ms, {ours.refused} refused",
        baseline=baseline,
        baseline_figure=f"{theirs.requests:.0f} requests/s, p99 {theirs.p99_ms:.1f} ms",
        ratio=f"{ratio:.2f} ×",
        goal=f"≥ {now} × now, ≥ {goal} × as the goal; p99 < {P99_MS:.0f} ms",
        met=ratio >= now and ours.p99_ms < P99_MS and ours.refused == 0,
    )


if __name__ == "__main__":
    print_rows(run())
