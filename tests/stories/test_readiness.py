"""A day before a shift its people are reminded and looked at; two hours before, the lead hears of what is missing."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.sinks import HttpSink, answers
from tests.support.world import World, new_world
from tocsin.accounts.service import get_user_by_name
from tocsin.delivery import contacts
from tocsin.delivery import service as delivery
from tocsin.incidents import privacy
from tocsin.incidents import service as incidents
from tocsin.insights import readiness
from tocsin.insights.readiness_jobs import readiness_kinds
from tocsin.insights.readiness_model import Readiness, State
from tocsin.insights.readiness_probes import COMMAND_TAKES, Prober
from tocsin.kernel.addresses import AddressGuard
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.commands import run_command
from tocsin.kernel.errors import Forbidden, Refused
from tocsin.kernel.http import GuardedHttp
from tocsin.postmortems import actions, readers
from tocsin.postmortems import service as postmortems
from tocsin.postmortems.action_model import ActionDraft

ORGANISATION = """
organisation: {name: Example, time_zone: UTC, severity_profile: sre}
users:
  - {name: root, email: root@example.com, role: admin}
  - {name: alice, email: alice@example.com}
  - name: bob
    email: bob@example.com
    contacts: [{webhook: "https://hooks.example.com/bob"}]
    notify: {high: [{webhook: 0m}], low: [{email: 0m}]}
  - {name: carol, email: carol@example.com}
  - {name: lea, email: lea@example.com}
teams:
  - name: payments
    members: [alice, bob]
    leads: [lea]
    access_probes:
      - {name: grafana, url: "URL"}
      - {name: database, command: ["true"]}
schedules:
  - name: primary
    team: payments
    time_zone: UTC
    layers: [{name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [alice, bob]}]
"""


@pytest.fixture
def clock() -> VirtualClock:
    """Sunday, 1 November, 08:00: bob's week begins in 25 hours."""
    return VirtualClock(datetime(2026, 11, 1, 8, 0, tzinfo=UTC))


@pytest.fixture
async def world(dsn: str, clock: VirtualClock, http_sink: HttpSink) -> AsyncIterator[World]:
    async with GuardedHttp(AddressGuard().with_private()) as http:
        kinds = readiness_kinds(Prober(http, may_run=True), timedelta(hours=24))
        async with new_world(dsn, clock, kinds=kinds) as world:
            await world.configure(ORGANISATION.replace("URL", http_sink.url))
            yield world


@pytest.fixture
def http_sink() -> Iterator[HttpSink]:
    with HttpSink() as sink:
        yield sink
        sink.inbox.forget()


async def look(world: World, who: str = "bob") -> Readiness:
    async with world.db.connection() as conn:
        (found,) = await readiness.check_schedule(conn, "primary", await world.viewer(who), world.clock.now())
    return found


def missing(found: Readiness) -> list[str]:
    return [item.name for item in found.items if item.state is State.MISSING]


async def answer(world: World, delivery_url: str | None) -> None:
    assert delivery_url is not None
    async with world.db.transaction() as tx:
        await delivery.use_ack_token(tx, world.links, delivery_url.rpartition("/")[2])


async def send_test(world: World, who: str, to: str) -> None:
    async with world.db.transaction() as tx:
        await readiness.send_test_page(tx, to, await world.viewer(who))
    await world.worker.drain()


async def test_bob_is_reminded_gets_ready_and_nobody_hears_of_it_again(world: World) -> None:
    await world.passes(hours=1)
    told = world.phone("bob").receives("notice", saying="You are on call for primary from Mon 2 Nov 09:00 UTC")
    assert [line.label for line in told.view.lines] == ["Contact 1, webhook", "Contact 2, email", "Test page"]
    found = await look(world)
    assert [item.state for item in found.items if item.name.startswith("access")] == [State.READY, State.READY]

    await send_test(world, "bob", "bob")
    page = world.phone("bob").receives("test", by="webhook", saying="Test page for bob")
    assert missing(await look(world)) == ["contact 1, webhook", "contact 2, email", "test page"]
    await answer(world, page.delivery.ack_url)
    assert missing(await look(world)) == ["contact 2, email"]
    async with world.db.transaction() as tx:
        await contacts.send_test(tx, await get_user_by_name(tx.conn, "bob"), None, "@bob")
    await world.worker.drain()
    await answer(world, world.phone("bob").receives("test", by="email").delivery.ack_url)
    assert (await look(world)).is_ready
    await world.passes(hours=25)


async def test_two_hours_before_the_lead_hears_of_what_is_missing(world: World) -> None:
    await world.passes(hours=1)
    world.phone("bob").receives("notice")
    await world.passes(hours=21, minutes=55)
    world.nobody_else_is_paged()
    await world.passes(minutes=10)
    for who in ("bob", "lea"):
        message = world.phone(who).receives("notice", saying="bob is not ready for primary")
        assert "Contact 2, email" in [line.label for line in message.view.lines]
    await world.passes(hours=3)


async def test_a_probe_that_fails_is_named(world: World, http_sink: HttpSink) -> None:
    http_sink.behaviour = answers(403)
    async with world.db.transaction() as tx:
        assert await readiness.ask_for_probes(tx, "primary", await world.viewer("alice")) == 2
    await world.worker.drain()
    found = await look(world)
    grafana = next(item for item in found.items if item.name == "access to grafana")
    assert (grafana.state, grafana.sentence) == (State.MISSING, "Answered with HTTP 403 just now.")


async def test_what_was_published_is_to_be_read_until_somebody_says_so(world: World, http_sink: HttpSink) -> None:
    await world.configure(
        ORGANISATION.replace("URL", http_sink.url)
        + """
escalation_policies: [{name: payments, steps: [{notify: ["schedule:primary"], wait: 5m}]}]
services: [{name: checkout, team: payments, escalation_policy: payments}, {name: search}]
"""
    )
    made = [await world.declare("Nobody can pay", services=(name,)) for name in ("checkout", "search", "checkout")]
    async with world.db.transaction() as tx:
        for incident in made:
            await incidents.resolve(tx, incident.id, "@alice", reason="it works")
            await postmortems.draft(tx, incident.id, "@alice")
            await postmortems.publish(tx, incident.id, "@alice")
        await privacy.make_private(tx, made[2].id, "@alice", "a customer is named")
        draft = ActionDraft(text="Add a canary.", owner="bob", due_on=world.clock.now().date() - timedelta(days=1))
        await actions.add_item(tx, made[0].id, draft, "@alice")
    noted = {item.name: item.sentence for item in (await look(world)).items if item.state is State.NOTE}
    assert noted["unread postmortem"] == "INC-1 Nobody can pay."
    assert noted["overdue action items"] == "INC-1 1 Add a canary (bob, due 2026-10-31)."
    async with world.db.transaction() as tx:
        await readers.mark_read(tx, made[0].id, world.people["bob"])
    assert not any(item.name == "unread postmortem" for item in (await look(world)).items)
    world.airwaves.unread.clear()


async def test_strangers_learn_nothing_and_have_nobody_paged(world: World) -> None:
    with pytest.raises(Forbidden):
        await look(world, "carol")
    async with world.db.connection() as conn:
        with pytest.raises(Forbidden):
            await readiness.check_own(conn, "bob", await world.viewer("carol"), world.clock.now())
        (known,) = await readiness.check_own(conn, "bob", await world.viewer("alice"), world.clock.now())
    assert known.person == "bob"
    for somebody in ("carol", "alice", "lea"):
        with pytest.raises(Forbidden):
            await send_test(world, somebody, "bob")
    await send_test(world, "root", "bob")
    world.phone("bob").receives("test")
    with pytest.raises(Refused, match="a moment ago"):
        await send_test(world, "bob", "bob")


async def test_commands_run_only_where_the_setting_says_so(dsn: str, clock: VirtualClock, http_sink: HttpSink) -> None:
    async with (
        GuardedHttp(AddressGuard().with_private()) as http,
        new_world(dsn, clock, kinds=readiness_kinds(Prober(http), None)) as world,
    ):
        await world.configure(ORGANISATION.replace("URL", http_sink.url))
        async with world.db.transaction() as tx:
            await readiness.ask_for_probes(tx, "primary", await world.viewer("bob"))
        await world.worker.drain()
        command = next(item for item in (await look(world)).items if item.name == "access to database")
        assert (command.state, "TOCSIN_ALLOW_COMMANDS" in command.sentence) == (State.NOTE, True)
        await world.passes(hours=30)


@pytest.mark.parametrize(
    ("command", "is_ok", "detail"),
    [
        (("true",), True, "Ended with status 0"),
        (("false",), False, "Ended with status 1"),
        (("no-such-program-here",), False, "It could not be started (No such file or directory)"),
        (("sh", "-c", 'test -z "$HOME$TOCSIN_SECRET_KEY"'), True, "Ended with status 0"),
    ],
)
async def test_a_command_is_judged_by_its_status_and_sees_no_environment(
    command: tuple[str, ...], is_ok: bool, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SECRET_KEY", "secret")
    assert await run_command(command, COMMAND_TAKES) == (is_ok, detail)


async def test_a_command_that_hangs_is_killed() -> None:
    assert await run_command(("sleep", "60"), takes=0.05) == (False, "It did not end within 0.05 seconds")
