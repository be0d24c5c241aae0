"""A week on call ends: the draft before, the signature, the acceptance; and what happens when nobody signs (ONC-5)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World, new_world
from tocsin.incidents import privacy
from tocsin.insights import handoff
from tocsin.insights.handoff_jobs import handoff_kinds
from tocsin.insights.handoff_model import EntryDraft, EntryKind, Handoff, Stage
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Forbidden, Refused

ORGANISATION = """
organisation: {name: Example, time_zone: UTC, severity_profile: sre}
users:
  - {name: root, email: root@example.com, role: admin}
  - {name: alice, email: alice@example.com}
  - {name: bob, email: bob@example.com}
  - {name: carol, email: carol@example.com}
  - {name: lea, email: lea@example.com}
teams:
  - {name: payments, members: [alice, bob], leads: [lea]}
  - {name: search, members: [carol]}
schedules:
  - name: primary
    team: payments
    time_zone: UTC
    layers: [{name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [alice, bob]}]
escalation_policies:
  - name: payments
    steps: [{notify: ["schedule:primary"], wait: 5m}]
vendors:
  - {name: db-support, phone: "+49 30 1", contract: C-1}
services:
  - {name: checkout, team: payments, escalation_policy: payments}
  - {name: ledger, team: payments}
  - {name: finder, team: search}
integrations:
  - {name: prometheus, type: prometheus, key: "0123456789abcdef0123456789abcdef"}
routes:
  - {match: ['job="checkout"'], service: checkout, severity: SEV-3}
default_route: {service: finder, urgency: low}
"""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    """Monday, 2 November, 03:00: alice's week ends at 09:00, then it is bob's."""
    async with configured_world(postgres_server, clock, ORGANISATION, kinds=handoff_kinds(timedelta(hours=4))) as world:
        yield world


async def see(world: World) -> Handoff:
    async with world.db.connection() as conn:
        return await handoff.get_handoff(conn, "primary", world.clock.now())


async def write(world: World, who: str, note: str) -> None:
    async with world.db.transaction() as tx:
        await handoff.write_note(tx, "primary", note, await world.viewer(who))


async def add(world: World, who: str, kind: EntryKind, text: str, **more: str) -> int:
    async with world.db.transaction() as tx:
        draft = EntryDraft(kind=kind, text=text, **more)  # type: ignore[arg-type]
        return (await handoff.add_entry(tx, "primary", draft, await world.viewer(who))).id


async def sign(world: World, who: str) -> None:
    async with world.db.transaction() as tx:
        await handoff.sign(tx, "primary", await world.viewer(who))
    await world.worker.drain()


async def accept(world: World, who: str) -> Handoff:
    async with world.db.transaction() as tx:
        return await handoff.accept(tx, "primary", await world.viewer(who))


async def test_a_week_is_handed_over(world: World) -> None:
    await world.alert("CheckoutErrors", job="checkout")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.work_on("ledger", minutes=480)
    for _ in range(6):
        await world.passes(minutes=20)
        await world.works("alice")

    # 05:00
    draft = world.phone("alice").receives("notice", saying="Your shift ends Mon 2 Nov 09:00 UTC")
    said = {line.label: line.value for line in draft.view.lines}
    assert said["Not healthy"] == "checkout: INC-1, 1 alert fires"
    assert said["Healthy"] == "ledger"
    assert "CheckoutErrors (acknowledged, @alice)" in said["Open incidents"]
    assert "ledger: minor upgrade" in said["Maintenance under way"]
    assert "vendor db-support: +49 30 1" in said["Contacts"]
    assert draft.view.url == "https://tocsin.example.com/oncall/primary/handoff"

    await write(world, "alice", "Checkout is slow in the mornings.")
    ticket = "https://tickets.example.com/1"
    issue = await add(world, "bob", EntryKind.ISSUE, "Slow disk on db-2", owner="alice", link=ticket)
    await world.passes(minutes=5)
    await sign(world, "alice")
    told = world.phone("bob").receives("notice", saying="@alice has signed the hand-off")
    assert ("Notes", "Checkout is slow in the mornings.") in [(line.label, line.value) for line in told.view.lines]

    await world.passes(minutes=5)
    await add(world, "alice", EntryKind.UPCOMING, "Spring sale")
    assert (await see(world)).stage is Stage.CHANGED
    with pytest.raises(Refused, match="changed after"):
        await accept(world, "bob")
    await world.passes(minutes=5)
    await sign(world, "alice")
    world.phone("bob").receives("notice", saying="has signed")

    for _ in range(12):
        await world.works("alice")
        await world.passes(minutes=20)
    # 09:15, it is bob's week
    accepted = await accept(world, "bob")
    assert accepted.signature is not None
    assert (accepted.signature.signed_by, accepted.signature.accepted_by) == ("@alice", "@bob")
    assert [each.text for each in accepted.report.issues] == ["Slow disk on db-2"]

    async with world.db.transaction() as tx:
        await handoff.strike_entry(tx, "primary", issue, await world.viewer("bob"))
    following = await see(world)
    assert (following.handover.outgoing, following.handover.incoming) == (("bob",), ("alice",))
    assert following.report.issues == ()
    assert following.report.note == ""
    assert [each.text for each in following.report.upcoming] == ["Spring sale"]
    async with world.db.connection() as conn:
        kept = await handoff.get_past(conn, "primary", accepted.handover.ends_at)
    assert kept == accepted
    kinds = [row[0] for row in await world.rows("select kind from ledger where kind like 'Handoff%%' order by id")]
    assert kinds == [
        *("HandoffEdited", "HandoffEdited", "HandoffSigned", "HandoffEdited", "HandoffSigned", "HandoffAccepted"),
        "HandoffEdited",
    ]


async def test_a_hand_off_that_nobody_signs_is_told_to_both_once_and_to_the_lead_next_morning(world: World) -> None:
    await world.passes(hours=6)
    world.phone("alice").receives("notice", saying="Your shift ends")
    for who in ("alice", "bob"):
        world.phone(who).receives("notice", saying="Hand-off of primary is not signed")
    await world.passes(hours=23)
    world.nobody_else_is_paged()
    await world.passes(hours=1, minutes=5)
    world.phone("lea").receives("notice", saying="alice did not sign the hand-off to bob")
    await world.passes(hours=24)


async def test_strangers_write_sign_and_accept_nothing(world: World) -> None:
    for deed in (
        lambda: write(world, "carol", "hello"),
        lambda: write(world, "bob", "the notes are alice's"),
        lambda: add(world, "carol", EntryKind.WATCH, "hello"),
        lambda: sign(world, "bob"),
        lambda: sign(world, "carol"),
    ):
        with pytest.raises(Forbidden):
            await deed()
    await sign(world, "alice")
    world.phone("bob").receives("notice")
    for who in ("alice", "carol"):
        with pytest.raises(Forbidden):
            await accept(world, who)


async def test_the_lead_may_sign_for_somebody_and_nobody_accepts_what_they_signed(world: World) -> None:
    await sign(world, "lea")
    world.phone("bob").receives("notice", saying="@lea has signed")
    with pytest.raises(Refused, match="signed themselves"):
        await accept(world, "lea")
    assert (await accept(world, "bob")).stage is Stage.ACCEPTED
    with pytest.raises(Refused, match="was accepted by @bob"):
        await write(world, "alice", "one thing more")
    await world.passes(hours=6, minutes=5)
    await write(world, "bob", "for next week")
    assert (await see(world)).report.note == "for next week"


async def test_a_note_goes_along_when_the_hand_over_moves(world: World) -> None:
    await write(world, "alice", "keep this")
    await world.configure(
        ORGANISATION.replace(
            "users: [alice, bob]}]\n",
            "users: [alice, bob]}]\n    overrides: [{user: alice, from: 2026-11-02T09:00, to: 2026-11-03T09:00}]\n",
        )
    )
    for who in ("alice", "bob"):
        world.phone(who).receives("notice")  # their shifts have moved
    moved = await see(world)
    assert moved.handover.ends_at == datetime(2026, 11, 3, 9, tzinfo=UTC)
    await add(world, "alice", EntryKind.WATCH, "the disk")
    assert (await see(world)).report.note == "keep this"


async def test_without_the_setting_nobody_is_reminded(dsn: str, clock: VirtualClock) -> None:
    async with new_world(dsn, clock, kinds=handoff_kinds(None)) as world:
        await world.configure(ORGANISATION)
        await world.passes(hours=12)


async def test_what_becomes_private_is_gone_from_what_was_signed(world: World) -> None:
    incident = await world.declare("A key leaked", by="alice", services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await sign(world, "alice")
    world.airwaves.unread.clear()
    await accept(world, "bob")
    assert "A key leaked" in str((await see(world)).report)
    async with world.db.transaction() as tx:
        await privacy.make_private(tx, incident.id, "@alice", "a customer is named")
    world.airwaves.unread.clear()
    report = (await see(world)).report
    assert "A key leaked" not in str(report)
    assert "INC-1" not in str(report)
