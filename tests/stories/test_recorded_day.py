"""Simulating a recorded day yields its ledger with no difference (PAG-8): the whole program lives through a day, then
the simulation plays what was heard and done, and must call the same people at the same times for the same reasons.
"""

from datetime import datetime, timedelta

from tests.rules.simulation.test_simulate import HOURS
from tests.stories.conftest import ORGANISATION
from tests.stories.test_worse import GRADED
from tests.support.world import World
from tocsin.alerts import silences
from tocsin.alerts.history import list_periods
from tocsin.alerts.model import Says
from tocsin.alerts.silencing import WantedSilence
from tocsin.config.setup import load_setups
from tocsin.incidents.history import list_deeds
from tocsin.kernel.matchers import parse_matcher
from tocsin.simulation.model import Did, Heard, Recorded
from tocsin.simulation.setup import Setup
from tocsin.simulation.stage import Stage
from tocsin.surfaces.wire import history as wire

COMPARED = frozenset(
    {
        "IncidentDeclared",
        "IncidentRelapsed",
        "IncidentReopened",
        "IncidentAcknowledged",
        "IncidentResolved",
        "AlertsAttached",
        "AlertsCleared",
        "AlertsHeld",
        "AlertsDropped",
        "AlertsRerouted",
        "EscalationHeld",
        "EscalationPostponed",
        "EscalationStarted",
        "EscalationGoesOn",
        "EscalationStopped",
        "EscalationExhausted",
        "PersonPaged",
        "PersonNotPaged",
        "StepReachedNobody",
        "AdministratorsTold",
        "PageAcknowledged",
    }
)
"""What decides who is called. Messages that ask for nothing, and how a message travelled, are not simulated."""

CHECKOUT = {"job": "checkout", "severity": "critical"}


class Recorder:
    """Does things in the world and keeps what was heard and done, as an export would. Nothing else happens at the very
    instant of a deed, since an export could not tell which came first.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.history: list[Recorded] = []

    async def fires(self, name: str, **labels: str) -> None:
        self._heard(Says.FIRING, name, labels)
        await self._world.alert(name, starts_at=self._world.clock.now(), **labels)

    async def clears(self, name: str, **labels: str) -> None:
        self._heard(Says.RESOLVED, name, labels)
        await self._world.clears(name, **labels)

    async def acknowledges(self, by: str, ref: str, name: str, **labels: str) -> None:
        self._did("acknowledged", by, name, labels)
        await self._world.acknowledge(by, ref)
        await self._world.passes(seconds=1)

    async def resolves(self, by: str, ref: str, name: str, **labels: str) -> None:
        self._did("resolved", by, name, labels)
        await self._world.resolve(by, ref)
        await self._world.passes(seconds=1)

    def _heard(self, says: Says, name: str, labels: dict[str, str]) -> None:
        now = self._world.clock.now()
        starts_at = now if says is Says.FIRING else None
        known = {"alertname": name, **labels}
        self.history.append(
            Heard(at=now, integration="prometheus", labels=known, says=says, group=name, starts_at=starts_at)
        )

    def _did(self, deed: str, by: str, name: str, labels: dict[str, str]) -> None:
        identity = Heard(at=self._world.clock.now(), labels={"alertname": name, **labels}).as_signal().identity
        self.history.append(
            Did(at=self._world.clock.now(), deed=deed, by=f"@{by}", integration="prometheus", identity=identity)
        )


VARIANT = """    last_resort: ["team:payments"]
    when:
      - {during: outside-business-hours, severity: [SEV-3], hold_until: business-hours}
"""
MAINTENANCE = """
maintenance:
  - {services: [search], from: 2026-11-02T05:00, to: 2026-11-02T06:00, reason: upgrade}
"""
QUIET = (
    ORGANISATION.replace("time_zone: UTC", HOURS, 1).replace('    last_resort: ["team:payments"]\n', VARIANT, 1)
    + MAINTENANCE
)


async def test_a_simulated_day_is_the_recorded_one(world: World) -> None:
    recorder, began = Recorder(world), world.clock.now()
    await live_through_a_day(world, recorder)
    assert await pages_of(world, recorder, began) > 20


async def test_a_simulated_day_of_silences_maintenance_and_holding_is_the_recorded_one(world: World) -> None:
    await world.configure(QUIET)
    recorder, began = Recorder(world), world.clock.now()
    await live_through_a_quiet_day(world, recorder)
    assert await pages_of(world, recorder, began) > 10


async def test_what_is_worse_than_what_somebody_has_taken_comes_out_the_same(world: World) -> None:
    await world.configure(GRADED)
    recorder, began = Recorder(world), world.clock.now()
    for instance in ("a", "b"):
        await recorder.fires("Failing", job="graded", severity="warning", instance=instance)
    await recorder.acknowledges("alice", "INC-1", "Failing", job="graded", severity="warning", instance="a")
    await world.passes(minutes=1)
    for severity in ("critical", "page", "critical"):
        await recorder.fires("Failing", job="graded", severity=severity, instance=severity)
        await world.passes(minutes=7)
    await world.passes(hours=1)
    assert await pages_of(world, recorder, began) > 5


async def pages_of(world: World, recorder: Recorder, began: datetime) -> int:
    """How many, once what was recorded, and what the database remembers, both come out as the ledger has it."""
    async with world.db.connection() as conn:
        setup = (await load_setups(conn, None, world.clock.now())).live
    recorded = await ledger_of(world)
    assert simulated(setup, recorder.history, began, world) == recorded
    assert simulated(setup, await exported(world, began), began, world) == recorded
    world.airwaves.unread.clear()
    return len([line for line in recorded if line[1] == "PersonPaged"])


async def live_through_a_quiet_day(world: World, recorder: Recorder) -> None:
    """What nobody is called for at once: silenced, held until business hours, in maintenance before and during it."""
    async with world.db.transaction() as tx:
        wanted = WantedSilence(
            matchers=(parse_matcher('alertname="Known"'),),
            starts_at=tx.now,
            ends_at=tx.now + timedelta(minutes=30),
            created_by="@carol",
            comment="cleaning up",
        )
        await silences.set_silence(tx, wanted)
    await world.worker.drain()
    await recorder.fires("Known", **CHECKOUT)
    await recorder.fires("Slow", job="checkout", severity="warning")
    await world.passes(minutes=42)
    await recorder.acknowledges("bob", "INC-2", "Known", **CHECKOUT)
    await world.passes(minutes=10)
    await recorder.resolves("bob", "INC-2", "Known", **CHECKOUT)
    await world.passes(hours=1)  # 04:52
    await recorder.fires("Stale", job="search", severity="critical")
    await world.passes(minutes=20)
    await recorder.fires("Other", job="search", severity="critical")
    await world.passes(hours=8)


async def live_through_a_day(world: World, recorder: Recorder) -> None:
    """Climbs that are answered early, late and never; what is dropped by nobody; relapses; steps that reach nobody."""
    await recorder.fires("HighErrorRate", **CHECKOUT)
    await world.passes(minutes=7)
    await recorder.acknowledges("bob", "INC-1", "HighErrorRate", **CHECKOUT)
    await recorder.fires("HighErrorRate", **CHECKOUT, instance="b")
    await world.passes(minutes=20)
    await recorder.clears("HighErrorRate", **CHECKOUT)
    await recorder.clears("HighErrorRate", **CHECKOUT, instance="b")
    await world.passes(hours=1)
    await recorder.fires("HighErrorRate", **CHECKOUT)
    await world.passes(minutes=3)
    await recorder.resolves("carol", "INC-1", "HighErrorRate", **CHECKOUT)
    await world.passes(hours=2)
    await recorder.fires("Slow", job="checkout", severity="warning")
    await world.passes(minutes=6)
    await recorder.clears("Slow", job="checkout", severity="warning")
    await world.passes(minutes=4)
    await recorder.fires("Slow", job="checkout", severity="warning")
    await world.passes(minutes=2)
    await recorder.clears("Slow", job="checkout", severity="warning")
    await world.passes(hours=3)
    await recorder.fires("Stuck", job="batch", severity="critical")
    await recorder.fires("Dusty", job="attic", severity="critical")
    await recorder.fires("Stale", job="search", severity="critical")
    await world.passes(hours=2)
    await recorder.fires("Odd", job="elsewhere", severity="info")
    await recorder.fires("Loud", job="elsewhere", severity="critical")
    await recorder.fires("Graded", job="graded", severity="warning")
    await world.passes(hours=6)
    for _ in range(4):  # it flaps: held as one, and its group is clear only when it has been quiet
        await recorder.fires("Nervous", job="search", severity="warning")
        await world.passes(minutes=2)
        await recorder.clears("Nervous", job="search", severity="warning")
        await world.passes(minutes=1)
    await world.passes(hours=2)
    await recorder.fires("Taken", **CHECKOUT)
    await world.passes(minutes=1)
    await recorder.acknowledges("alice", await latest(world), "Taken", **CHECKOUT)
    await world.passes(hours=6)  # nobody works on it: it is paged again


async def latest(world: World) -> str:
    ((number,),) = await world.rows("select max(number) from incident")
    return f"INC-{number}"


async def ledger_of(world: World) -> list[tuple[str, str, str]]:
    rows = await world.rows("select at, kind, sentence from ledger order by id")
    return [(f"{at:%H:%M:%S}", kind, sentence) for at, kind, sentence in rows if kind in COMPARED]


def simulated(setup: Setup, history: list[Recorded], began: datetime, world: World) -> list[tuple[str, str, str]]:
    stage = Stage(setup, began)
    stage.play(history)
    stage.timers.run_until(world.clock.now())
    return [(f"{line.at:%H:%M:%S}", line.kind, line.sentence) for line in stage.climbing.lines if line.kind in COMPARED]


async def exported(world: World, began: datetime) -> list[Recorded]:
    """As `tocsin alerts export` writes it: what the database remembers is enough."""
    until = world.clock.now()
    async with world.db.connection() as conn:
        periods = await list_periods(conn, [1], since=began, until=until, limit=1000)
        deeds = await list_deeds(conn, [1], since=began, until=until)
    alerts: list[Recorded] = [wire.heard(each) for each in periods]
    return sorted([*alerts, *(wire.did(each) for each in deeds)], key=lambda each: each.at)
