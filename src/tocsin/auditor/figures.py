"""How the whole installation stands at this moment, in figures: what a monitoring system asks for (OPS-1)."""

from datetime import datetime

from msgspec import Struct

from tocsin.auditor import figure_store, store
from tocsin.delivery import service as delivery
from tocsin.delivery.bulkheads import TRIPS_AT
from tocsin.delivery.spending import Spent
from tocsin.kernel import worker_store
from tocsin.kernel.db import Conn


class LaneFigures(Struct, frozen=True, kw_only=True):
    """`due`: could run now and nobody holds them; `waiting`: timers of later; `running`: held by a worker.
    `oldest_due_at`: the instant of the oldest that is due."""

    lane: str
    due: int
    waiting: int
    running: int
    oldest_due_at: datetime | None


class Figures(Struct, frozen=True, kw_only=True):
    """All of it. `failing`: hosts that have not answered so many sends in a row, enough for their circuit to open.
    `spent`: on texts and calls. `looked_at` is the auditor's last look, None: it has never looked."""

    lanes: tuple[LaneFigures, ...]
    parked: dict[str, int]
    workers: int
    incidents: dict[str, int]
    held: int
    alerts: int
    unsent: dict[str, int]
    taken: dict[str, int]
    failing: dict[str, int]
    spent: tuple[Spent, ...]
    findings: int
    looked_at: datetime | None


async def read_figures(conn: Conn, now: datetime) -> Figures:
    lanes = await figure_store.count_jobs(conn, now)
    peers = await delivery.list_endpoints(conn, now)
    return Figures(
        lanes=tuple(
            LaneFigures(lane=lane, due=due, waiting=waiting, running=running, oldest_due_at=oldest)
            for lane, due, waiting, running, oldest in lanes
        ),
        parked=await figure_store.count_parked(conn),
        workers=await worker_store.count_alive(conn),
        incidents=await figure_store.count_open_incidents(conn),
        held=await figure_store.count_held(conn),
        alerts=await figure_store.count_firing(conn),
        unsent=await figure_store.count_unfinished_deliveries(conn),
        taken=await figure_store.count_taken_deliveries(conn),
        failing={each.endpoint: each.failures for each in peers if each.failures >= TRIPS_AT},
        spent=tuple(await delivery.read_spent(conn, now)),
        findings=len(await store.list_findings(conn)),
        looked_at=await store.find_look(conn),
    )
