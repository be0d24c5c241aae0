"""A schedule changes by its file: those whose shifts move are told old and new, one message each, and nobody else."""

from datetime import datetime, time

from msgspec.structs import replace

from tests.support.world import World
from tocsin.kernel import ledger
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Handover, Layer, Member, Rotation, Schedule
from tocsin.oncall.rescheduling import drop_schedule, replace_schedule

WEEK = Layer(
    name="week",
    rotation=Rotation.WEEKLY,
    handover=Handover(at=time(9), weekday=0),
    starts=datetime.fromisoformat("2026-11-02T09:00"),
    users=(("alice",), ("bob",), ("carol",)),
)
ROTA = Schedule(name="rota", time_zone="UTC", layers=(WEEK,), managed_by="rota.yaml")


async def put(world: World, schedule: Schedule, by: str = "@dave") -> bool:
    async with world.db.transaction() as tx:
        changed = await replace_schedule(tx, schedule, by)
    await world.passes(minutes=1)
    return changed


async def test_who_leaves_and_who_takes_over_are_told_and_nobody_else(world: World) -> None:
    assert await put(world, ROTA)  # new: nobody had a shift in it
    leaving = Member(user="bob", until=datetime.fromisoformat("2026-11-12T12:00"))
    assert await put(world, replace(ROTA, layers=(replace(WEEK, ends=datetime.fromisoformat("2026-11-23T09:00")),)))
    for name in ("alice", "bob", "carol"):
        world.phone(name).receives("notice", saying="Your shifts in rota change")
    ended = replace(WEEK, members=(leaving,), ends=datetime.fromisoformat("2026-11-23T09:00"))
    assert await put(world, replace(ROTA, layers=(ended,)))
    lost = world.phone("bob").receives("notice", saying="shifts of alice, bob, carol move").view
    assert [(line.label, line.value) for line in lost.lines] == [
        ("No longer", "Thu 2026-11-12 12:00 to Mon 2026-11-16 09:00 (UTC)")
    ]
    gained = world.phone("carol").receives("notice", saying="shifts of alice, bob, carol move").view
    # She finishes the turn, and the hand-over passes it on: nobody serves twice in a row because of it.
    assert [(line.label, line.value) for line in gained.lines] == [
        ("You are on call", "Thu 2026-11-12 12:00 to Mon 2026-11-16 09:00 (UTC)"),
        ("No longer", "Mon 2026-11-16 09:00 to Mon 2026-11-23 09:00 (UTC)"),
    ]
    alice = world.phone("alice").receives("notice", saying="shifts of").view
    assert [line.label for line in alice.lines] == ["You are on call"]
    assert not await put(world, replace(ROTA, layers=(ended,)))


async def test_when_a_schedule_goes_its_people_are_told(world: World) -> None:
    await put(world, replace(ROTA, layers=(replace(WEEK, ends=datetime.fromisoformat("2026-11-16T09:00")),)))
    async with world.db.transaction() as tx:
        await drop_schedule(tx, "rota", "@dave")
    await world.passes(minutes=1)
    for name in ("alice", "bob"):
        lost = world.phone(name).receives("notice", saying="@dave removed the schedule rota").view
        assert lost.title == "Your shifts in rota end"
        assert [line.label for line in lost.lines] == ["No longer"]


async def test_each_change_is_in_the_ledger_of_the_schedule(world: World) -> None:
    await put(world, ROTA)
    await put(world, replace(ROTA, holidays="DE-BE"))
    async with world.db.connection() as conn:
        await oncall.get_schedule(conn, "rota", world.clock.now())
        row = await (await conn.execute("SELECT id FROM schedule WHERE name = 'rota'")).fetchone()
        assert row is not None
        entries = await ledger.list_entries(conn, f"schedule/{row[0]}")
    assert [entry.sentence for entry in entries] == [
        "@dave made the schedule rota by rota.yaml",
        "@dave changed the schedule rota by rota.yaml: no shift of the coming 90 days moves",
    ]
