"""An acknowledgement and the escalation in the same instant, in each order: the lock decides, nothing is doubled."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.stories.conftest import ORGANISATION
from tests.support.world import EVERYTHING, World
from tocsin.alerts import clients, reading
from tocsin.alerts.model import Says
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.kernel.outbound import FailureReason
from tocsin.paging import ack_timeout
from tocsin.paging import service as paging
from tocsin.paging.model import RunState

BURNING = {"job": "checkout", "severity": "critical"}
_SECOND = timedelta(seconds=1)


async def fire(world: World, run_id: int, armed: int) -> None:
    """The timer in the hands of a worker that had claimed it before anybody answered."""
    async with world.db.transaction() as tx:
        await paging.advance(tx, run_id, armed)


async def test_the_acknowledgement_comes_first(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=4, seconds=59)
    world.clock.advance(_SECOND)
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await incidents.acknowledge(tx, incident.id, "@alice", "cli")
        firing = asyncio.create_task(fire(world, run_id, armed))
        await world.until_blocked()
    await firing
    await world.passes(minutes=29)
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    world.nobody_else_is_paged()


async def test_the_escalation_comes_first(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=4, seconds=59)
    world.clock.advance(_SECOND)
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    async with world.db.transaction() as tx:
        await paging.advance(tx, run_id, armed)
        answering = asyncio.create_task(world.acknowledge("alice"))
        await world.until_blocked()
    await answering
    await world.passes(minutes=29)
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    # Their pages had not left yet: they are called off, and nobody is told of something they never heard about.
    world.nobody_else_is_paged()
    assert {call.outcome for call in (await world.explain()).calls} == {"answered, by this person or another"}


async def test_a_timer_that_fires_twice_pages_once(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    for stale in (armed, armed - 1):
        async with world.db.transaction() as tx:
            await paging.advance(tx, run_id, stale)
    await world.worker.drain()
    world.nobody_else_is_paged()


async def test_a_timer_that_fires_early_waits_for_its_minute(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    async with world.db.transaction() as tx:
        await paging.advance(tx, run_id, armed)
    await world.worker.drain()
    world.nobody_else_is_paged()
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_two_people_answer_at_once(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await incidents.acknowledge(tx, incident.id, "@alice", "cli")
        second = asyncio.create_task(world.acknowledge("bob", via="web"))
        await world.until_blocked()
    await second
    world.phone("bob").receives("acknowledged", saying="@alice")
    world.phone("carol").receives("acknowledged", saying="@alice")
    assert (await world.see()).acknowledged_by == "@bob"


async def give_back(world: World, by: str) -> None:
    """The client of the tool that sent the first alert says that nobody has it any more."""
    async with world.db.transaction() as tx:
        alert = await reading.get_alert(tx.conn, EVERYTHING, 1)
        assert await clients.take_back_acknowledgement(tx, alert, by=by)


async def test_what_is_given_back_before_it_was_taken_is_nobodys(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.signal(Says.ACKNOWLEDGED, "HighErrorRate", by="ann", **BURNING)
    await give_back(world, "ann")
    await world.worker.drain()
    assert (await world.see()).acknowledged_by is None
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_what_is_taken_and_given_back_and_taken_is_taken(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.signal(Says.ACKNOWLEDGED, "HighErrorRate", by="ann", **BURNING)
    await give_back(world, "ann")
    await world.signal(Says.ACKNOWLEDGED, "HighErrorRate", by="bea", **BURNING)
    await world.worker.drain()
    world.phone("alice").receives("acknowledged", saying="bea")
    assert (await world.see()).acknowledged_by == "bea"
    await world.passes(minutes=20)
    world.nobody_else_is_paged()


async def test_what_was_taken_at_its_source_before_it_was_grouped_calls_nobody(world: World) -> None:
    smoulders = {"job": "checkout", "severity": "warning"}  # what does not burn is worked on together
    await world.signal(Says.FIRING, "HighErrorRate", starts_at=world.clock.now(), **smoulders)
    await world.signal(Says.ACKNOWLEDGED, "HighErrorRate", by="ann", **smoulders)
    assert await world.rows("select prio from job where kind = 'alerts.group'") == [(1,), (1,)]
    await world.worker.drain()
    assert (await world.see()).acknowledged_by == "ann"
    await world.passes(minutes=20)
    world.nobody_else_is_paged()


async def taken_for_half_an_hour(world: World) -> int:
    """Alice has had it for a second less than the time-out; the incident's id."""
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=29, seconds=59)
    world.clock.advance(_SECOND)
    return (await world.see()).id


async def time_out(world: World, incident_id: int) -> None:
    """The time-out of an acknowledgement in the hands of a worker that had claimed it before."""
    async with world.db.transaction() as tx:
        await ack_timeout.look(tx, incident_id)


async def test_a_sign_of_work_comes_before_the_time_out(world: World) -> None:
    incident_id = await taken_for_half_an_hour(world)
    async with world.db.transaction() as tx:
        await incidents.add_note(tx, incident_id, "@alice", "found it")
    await time_out(world, incident_id)
    await world.passes(minutes=29)
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    world.nobody_else_is_paged()


async def test_an_acknowledgement_meets_the_time_out(world: World) -> None:
    incident_id = await taken_for_half_an_hour(world)
    async with world.db.transaction() as tx:
        await incidents.acknowledge(tx, incident_id, "@bob", "cli")
        firing = asyncio.create_task(time_out(world, incident_id))
        await world.until_blocked()
    await firing
    await world.passes(minutes=29)
    assert (await world.see()).acknowledged_by == "@bob"
    world.nobody_else_is_paged()


async def test_a_time_out_that_fires_twice_pages_once(world: World) -> None:
    incident_id = await taken_for_half_an_hour(world)
    for _ in range(3):
        await time_out(world, incident_id)
    await world.worker.drain()
    world.phone("alice").receives("page", saying="nobody has acted")
    await world.passes(minutes=4)
    world.nobody_else_is_paged()


async def test_a_resolution_meets_the_end_of_a_hold(world: World) -> None:
    hours = 'severity_profile: sre, business_hours: {days: mon-fri, from: "09:00", to: "18:00"}}'
    await world.configure(ORGANISATION.replace("severity_profile: sre}", hours))
    await world.declare("A typo", severity="SEV-4", services=("checkout",))
    await world.passes(hours=5, minutes=59, seconds=59)
    world.clock.advance(_SECOND)
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    async with world.db.transaction() as tx:
        await incidents.resolve(tx, (await world.see()).id, "@carol", "mended")
        firing = asyncio.create_task(fire(world, run_id, armed))
        await world.until_blocked()
    await firing
    await world.passes(hours=12)
    assert (await world.explain()).calls == ()


async def test_a_hold_over_the_night_in_which_the_clock_goes_back_ends_once(world: World) -> None:
    """Berlin leaves summer time on Sunday 31 October 2027: Monday 09:00 there is 08:00 UTC (REL-10)."""
    hours = 'business_hours: {days: mon-fri, from: "09:00", to: "18:00"}}'
    world.clock.set(datetime(2027, 10, 30, 12, 0, tzinfo=UTC))
    await world.configure(ORGANISATION.replace("UTC, severity_profile: sre}", f"Europe/Berlin, {hours}"))
    await world.declare("A typo", severity="SEV-4", services=("checkout",))
    await world.says("held until Monday 2027-11-01 09:00 CET")
    await world.passes(hours=43, minutes=59)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    assert world.phone("alice").receives("page").at == datetime(2027, 11, 1, 8, 0, tzinfo=UTC)
    await world.passes(minutes=4)
    world.nobody_else_is_paged()


async def test_a_way_that_fails_waits_for_the_others_with_empty_hands(world: World) -> None:
    """Two ways of one person that fail at once, and an answer that takes both back: whoever held its own while waiting
    for one before it would be waited for itself."""
    async with world.db.transaction() as tx:
        declaration = Declaration(title="Slow", by="@alice", severity="SEV-2", policy="dave-first")
        await incidents.declare(tx, declaration)
    (one, _), (failing, kind) = await world.rows("select id, kind from delivery order by id")
    world.airwaves.break_down(kind, FailureReason.UNREACHABLE)
    if kind == "webhook":  # the second way, three minutes after the first
        await world.passes(minutes=2, seconds=59)
        world.phone("dave").receives("page", by="email")
    locked = "select from delivery where id = %s for update nowait"
    async with world.db.transaction() as tx:
        await tx.conn.execute(locked, (one,))
        working = asyncio.create_task(world.passes(seconds=1))
        await world.until_blocked()
        await tx.conn.execute(locked, (failing,))
    await working
    ((state, attempts),) = await world.rows("select state, attempts from delivery where id = %s", failing)
    assert (state, attempts > 0) == ("waiting", True)
    if kind == "email":  # whose failure has brought the second way forward
        world.phone("dave").receives("page", by="webhook")
    world.nobody_else_is_paged()
