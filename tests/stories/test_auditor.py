"""Whatever promise is broken in the database, the auditor finds it, the administrators are paged, and the outgoing ping
stops; mended, it comes back (REL-3). Each case is a mutation: the program itself would never do it.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.sinks import HttpSink, answers
from tests.support.world import World
from tocsin.auditor import service as auditor
from tocsin.auditor.jobs import Heartbeat, audit_kinds
from tocsin.kernel import ledger_months
from tocsin.kernel.addresses import AddressGuard, parse_network_list
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.running import JobParked
from tocsin.reactions import JOB_KINDS

BURNING = {"job": "checkout", "severity": "critical"}
KNOWN = [kind.name for kind in JOB_KINDS] + ["deliver.email", "deliver.webhook", "deliver.ntfy"]


@pytest.fixture
def pings() -> Iterator[HttpSink]:
    """Whoever complains when the ping stays away."""
    with HttpSink() as sink:
        yield sink
        sink.inbox.forget()


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock, pings: HttpSink) -> AsyncIterator[World]:
    """An audited world, in which two incidents are open: alice is called about one, dave about the other by mail, and
    in three minutes by webhook."""
    async with (
        GuardedHttp(AddressGuard(parse_network_list("127.0.0.0/8"))) as http,
        configured_world(
            postgres_server, clock, ORGANISATION, kinds=audit_kinds(KNOWN, Heartbeat(http, pings.url))
        ) as world,
    ):
        async with world.db.transaction() as tx:
            await ledger_months.make_months(tx)
        await world.alert("HighErrorRate", **BURNING)
        world.phone("alice").receives("page")
        await world.alert("SlowSearch", job="search", severity="critical")
        world.phone("dave").receives("page")
        await world.passes(seconds=61)
        pings.inbox.forget()
        yield world


async def do(world: World, statement: str) -> None:
    async with world.db.connection() as conn:
        await conn.execute(statement)  # type: ignore[arg-type]


def forget_calls_of_the_ladder(world: World) -> None:
    """What responders have received meanwhile is not what these stories are about."""
    world.airwaves.unread[:] = [each for each in world.airwaves.unread if each.user_id == world.people["root"]]


class Mutation(NamedTuple):
    """What is done to the database, how it is undone, and what the administrator reads."""

    breaks: str
    mends: str
    says: str


KEPT = "create table kept as select * from job where key like '{0}%'; delete from job where key like '{0}%'"
GIVEN_BACK = "insert into job overriding system value select * from kept; drop table kept"
MUTATIONS = {
    "a lost timer": Mutation(
        KEPT.format("escalation:1:"), GIVEN_BACK, "INC-1 is open and nobody will be called about it"
    ),
    "an escalation that stopped for no reason": Mutation(
        "update escalation_run set state = 'stopped', next_at = null where incident_id = 1",
        "update incident set status = 'resolved' where id = 1",
        "INC-1 is open and nobody will be called about it",
    ),
    "the end of the ladder, unsaid": Mutation(
        "update escalation_run set state = 'exhausted', next_at = null where incident_id = 1",
        "update escalation_run set state = 'acknowledged' where incident_id = 1",
        "INC-1 is open and nobody will be called about it",
    ),
    "no escalation at all": Mutation(
        "delete from page where incident_id = 1; delete from escalation_run where incident_id = 1",
        "update incident set acknowledged_at = declared_at where id = 1",
        "INC-1 is open and nobody will be called about it",
    ),
    "a page that nobody sends": Mutation(
        KEPT.format("delivery:"), GIVEN_BACK, "1 message waits to be sent, and no job will send it"
    ),
    "work that nobody knows": Mutation(
        "insert into job (lane, prio, run_at, kind, payload) values ('x', 0, '2026-11-01', 'tomorrow.fly', '{}')",
        "delete from job where kind = 'tomorrow.fly'",
        "No worker knows how to do 1 job of kind tomorrow.fly",
    ),
    "a lease without a worker": Mutation(
        "update job set holder = 424242, attempts = 1 where key like 'escalation:1:%'",
        "update job set holder = null where holder = 424242",
        "Jobs are held by workers that are dead: 1 of paging.advance",
    ),
    "a month without a partition": Mutation(
        "drop table ledger_2026_12",
        "create table ledger_2026_12 partition of ledger for values from ('2026-12-01Z') to ('2027-01-01Z')",
        "The ledger has no partition for 2026-12",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
async def test_a_broken_promise_pages_the_administrators_and_stops_the_ping(
    world: World, pings: HttpSink, mutation: Mutation
) -> None:
    await world.passes(seconds=60)
    assert pings.inbox.forget(), "it pings while all is well"
    await do(world, mutation.breaks)
    await world.passes(seconds=60)
    page = world.phone("root").receives("page")
    assert mutation.says in page.view.what
    assert page.delivery.urgency == "high"
    assert page.view.lines[0].label == "To do"
    await do(world, mutation.mends)
    pings.inbox.forget()  # one may have left before the look
    await world.passes(seconds=30)
    assert not pings.inbox.forget(), "it does not ping before somebody has looked again"
    await world.passes(seconds=90)
    assert "Nothing else is wrong" in world.phone("root").receives("resolved").view.what
    assert pings.inbox.forget(), "it pings again"
    forget_calls_of_the_ladder(world)


async def test_it_stays_silent_for_as_long_as_it_is_broken_and_tells_again_each_hour(
    world: World, pings: HttpSink
) -> None:
    await world.acknowledge("alice", "INC-1")
    await world.acknowledge("dave", "INC-2")
    await do(world, MUTATIONS["work that nobody knows"].breaks)
    await world.passes(minutes=1)
    world.phone("root").receives("page")
    await world.passes(minutes=1)
    pings.inbox.forget()
    for _ in range(3):
        await world.works("alice", "INC-1")
        await world.works("dave", "INC-2")
        await world.passes(minutes=19)
    world.nobody_else_is_paged()
    await world.passes(minutes=2)
    assert "tomorrow.fly" in world.phone("root").receives("page").view.what
    assert not pings.inbox.forget()


async def test_a_timer_that_nobody_fires_is_overdue(world: World) -> None:
    world.clock.advance(timedelta(minutes=20))
    async with world.db.connection() as conn:
        found = await auditor.look(conn, KNOWN, world.clock.now())
    assert "overdue:paging.advance" in {each.key for each in found}
    await world.worker.drain()
    world.phone("root").receives("page", saying="should have begun")
    forget_calls_of_the_ladder(world)


async def test_a_job_that_is_given_up_is_told_once_an_hour_a_kind(world: World) -> None:
    async def park(kind: str, key: str | None = None) -> None:
        event = JobParked(
            topic="jobs", sentence="parked", job_id=1, key=key, kind=kind, attempts=3, trouble="ValueError: no"
        )
        async with world.db.transaction() as tx:
            await tx.emit(event)
        await world.worker.drain()

    await park("alerts.group")
    what = world.phone("root").receives("page").view
    assert "alerts.group has failed for good and is tried no more: ValueError: no" in what.what
    assert "tocsin admin jobs retry" in what.lines[0].value
    await park("alerts.group")
    world.nobody_else_is_paged()
    await park("paging.advance")
    world.phone("root").receives("page")
    await park("deliver.email", "delivery:01890000-0000-7000-8000-000000000000")
    world.nobody_else_is_paged()


async def test_a_heartbeat_that_is_refused_harms_nothing(world: World, pings: HttpSink) -> None:
    """The next one is a minute away, and what is called is called."""
    pings.behaviour = answers(500)
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    world.phone("dave").receives("page", by="webhook")
