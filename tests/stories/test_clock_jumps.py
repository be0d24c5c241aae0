"""The database's clock is set forward or back: no timer is skipped, none fires twice, and business time never goes back
(REL-10). Whether a local time exists, and once, is the rules' own business.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.keys import KEYRING
from tests.support.stepper import Stepper, stepping
from tests.support.world import World, new_world
from tocsin.db.database import Database
from tocsin.kernel.clock import DatabaseClock, VirtualClock
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.jobs import NewJob, enqueue

START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # half an hour before Berlin's clocks go back
BURNING = {"job": "checkout", "severity": "critical"}


class Machine:
    """A database whose clock somebody sets, and a program that samples it."""

    def __init__(self) -> None:
        self.monotonic = 1000.0
        self.clock = DatabaseClock(START, lambda: self.monotonic)
        self.truth = START

    def passes(self, seconds: float) -> None:
        self.monotonic += seconds
        self.truth += timedelta(seconds=seconds)
        self.clock.sample(self.truth)

    def is_set(self, by: timedelta) -> None:
        self.truth += by
        self.clock.sample(self.truth)


class Timers:
    """Fires are noted with the business time at which they happened; `beat` is a job that runs each minute."""

    def __init__(self) -> None:
        self.fired: list[tuple[str, datetime]] = []

    async def note(self, held: Held) -> None:
        self.fired.append((str(held.payload.get("name", "beat")), held.now()))

    def kinds(self) -> list[JobKind]:
        return [JobKind("note", "x", self.note), JobKind("beat", "x", self.note, every=timedelta(minutes=1))]

    def times_of(self, name: str) -> list[datetime]:
        return [at for fired, at in self.fired if fired == name]


async def arm(db: Database, name: str, after: timedelta) -> None:
    async with db.transaction() as tx:
        await enqueue(tx, NewJob(kind="note", payload={"name": name}, lane="x", run_at=tx.now + after))


async def run(machine: Machine, worker: Stepper, seconds: int) -> None:
    """Ten seconds at a time, as a worker would look."""
    for _ in range(seconds // 10):
        machine.passes(10)
        await worker.drain()


@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(hours=-1), timedelta(minutes=-2), timedelta(days=400)])
async def test_each_timer_fires_once_whatever_is_done_to_the_clock(dsn: str, jump: timedelta) -> None:
    machine, timers = Machine(), Timers()
    async with (
        Database(dsn, clock=machine.clock, keyring=KEYRING) as db,
        stepping(db, machine.clock, timers.kinds()) as worker,  # type: ignore[arg-type]  # it is only drained
    ):
        await arm(db, "soon", timedelta(minutes=1))
        await arm(db, "later", timedelta(minutes=5))
        await run(machine, worker, 120)
        machine.is_set(jump)
        # Set back, business time runs at half speed until the two agree.
        await run(machine, worker, 900)
    assert len(timers.times_of("soon")) == len(timers.times_of("later")) == 1
    assert timers.times_of("soon")[0] >= START + timedelta(minutes=1)
    assert timers.times_of("later")[0] >= START + timedelta(minutes=5), "never before its time"
    beats = timers.times_of("beat")
    assert beats == sorted(set(beats)), "never twice at once, never back"
    assert len(beats) <= 2 + 900 // 60 + 2, "rounds that a jump left out are not made up for"
    assert len(beats) >= 2 + 900 // 60 // 2, "and it does not stand still"


async def test_an_escalation_is_late_after_a_jump_and_not_climbed_twice(dsn: str) -> None:
    """Two hours are missing: the step that was due is called, once, and says so; the next waits its whole time."""
    clock = VirtualClock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    async with new_world(dsn, clock) as world:
        await world.configure(ORGANISATION)
        await world.alert("HighErrorRate", **BURNING)
        world.phone("alice").receives("page")
        clock.advance(timedelta(hours=2))
        await world.worker.drain()
        await _second_step(world)
        await world.passes(minutes=9)
        world.nobody_else_is_paged()
        await world.passes(minutes=1)
        world.phone("alice").receives("page")


async def _second_step(world: World) -> None:
    for name in ("bob", "carol"):
        world.phone(name).receives("page")
    world.nobody_else_is_paged()
    await world.says("This was due at 03:05:00 UTC and goes 1 h 55 min late.")
