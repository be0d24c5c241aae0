"""How the whole installation stands at this moment, in figures: what a monitoring system asks for (OPS-1)."""

from datetime import datetime

from msgspec import Struct

from tocsin.auditor import figure_store, store
from tocsin.kernel.db import Conn


class LaneFigures(Struct, frozen=True, kw_only=True):
    """`due`: could run now and nobody holds them; `waiting`: timers of later; `running`: held by a worker.
    `oldest_due_at`: the instant of the oldest that is due."""

    lane: str
    due: int
    waiting: int
    running: int
    oldest_due_at: datetime | None


class FailingEndpoint(Struct, frozen=True, kw_only=True):
    """A host that has not answered the last sends to it: how many in a row, within ten minutes."""

    endpoint: str
    failures: int


class Figures(Struct, frozen=True, kw_only=True):
    """All of it; `looked_at` is the auditor's last look, None: it has never looked."""

    lanes: tuple[LaneFigures, ...]
    parked: dict[str, int]
    workers: int
    incidents: dict[str, int]
    held: int
    alerts: int
    unsent: dict[str, int]
    failing: tuple[FailingEndpoint, ...]
    findings: int
    looked_at: datetime | None


async def read_figures(conn: Conn, now: datetime) -> Figures:
    lanes = await figure_store.count_jobs(conn, now)
    failing = await figure_store.list_failing_endpoints(conn, now)
    return Figures(
        lanes=tuple(
            LaneFigures(lane=lane, due=due, waiting=waiting, running=running, oldest_due_at=oldest)
            for lane, due, waiting, running, oldest in lanes
        ),
        parked=await figure_store.count_parked(conn),
        workers=await figure_store.count_workers(conn),
        incidents=await figure_store.count_open_incidents(conn),
        held=await figure_store.count_held(conn),
        alerts=await figure_store.count_firing(conn),
        unsent=await figure_store.count_unfinished_deliveries(conn),
        failing=tuple(FailingEndpoint(endpoint=name, failures=count) for name, count in failing),
        findings=len(await store.list_findings(conn)),
        looked_at=await store.find_look(conn),
    )
