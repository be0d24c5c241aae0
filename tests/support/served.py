"""A night on call that was recorded: alice and bob take turns by the week, and alice is paged at ten past two."""

from datetime import datetime, time, timedelta

from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.insights.recording import note_schedules
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Handover, Layer, Rotation, Schedule
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy

PRIMARY = Schedule(
    name="payments-primary",
    time_zone="UTC",
    team="payments",
    holidays="DE-BE",
    layers=(
        Layer(
            name="week",
            rotation=Rotation.WEEKLY,
            handover=Handover(at=time(9), weekday=0),
            starts=datetime(2026, 1, 5, 9),  # noqa: DTZ001  local to the schedule's zone
            users=(("alice",), ("bob",)),
        ),
    ),
)


async def begin_recording(db: Database) -> None:
    """The schedule, its policy and the service, as from the clock's now: Monday 2026-03-02 10:00 UTC, alice's week."""
    ladder = (Step((parse_target("schedule:payments-primary"),), timedelta(minutes=5)),)
    async with db.transaction() as tx:
        await oncall.put_schedule(tx, PRIMARY)
        await put_policy(tx, Policy("payments", ladder), None)
        await catalog.put_service(tx, Service(name="checkout", team="payments", escalation_policy="payments"))
        await note_schedules(tx)


async def page_at_night(db: Database, clock: VirtualClock) -> None:
    """INC-1 pages alice on 2026-03-03 at 02:10, she takes it at 02:15 and resolves it at 02:55."""
    clock.set(datetime.fromisoformat("2026-03-03T02:10Z"))
    async with db.transaction() as tx:
        incident = await incidents.declare(tx, Declaration(title="Checkout is down", services=("checkout",)))
    clock.advance(timedelta(minutes=5))
    async with db.transaction() as tx:
        await incidents.acknowledge(tx, incident.id, "@alice", "cli")
    clock.advance(timedelta(minutes=40))
    async with db.transaction() as tx:
        await incidents.resolve(tx, incident.id, "@alice", "restarted")
