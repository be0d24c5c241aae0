"""The ledger: what is written, who reads what, its months and the audit chain."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.patience import PATIENCE
from tests.support.stepper import stepping
from tocsin.db.database import Database
from tocsin.kernel import ledger_seal
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.ledger import (
    PAGE,
    Event,
    count_entries,
    iterate_entries,
    list_entries,
    list_entries_about,
    list_recent,
)
from tocsin.kernel.ledger_months import list_months, make_months
from tocsin.kernel.tx import JobKindRef, Reaction, Tx
from tocsin.kernel.upkeep import UPKEEP


class Rang(Event, frozen=True):
    bell: str
    at_tower: datetime


class Audited(Event, frozen=True):
    detail: str = ""


def rang(topic: str = "bell/1", scope_id: int = 1) -> Rang:
    return Rang(topic=topic, sentence="The bell rang.", scope_id=scope_id, bell="brass", at_tower=datetime.now(UTC))


def audited(n: int) -> Audited:
    return Audited(topic="audit", sentence=f"@alice did {n}", actor="@alice", detail=str(n))


async def test_a_fact_with_its_sentence_and_its_own_fields(db: Database, clock: VirtualClock) -> None:
    event = rang()
    async with db.transaction() as tx:
        event_id = await tx.emit(event)
    async with db.connection() as conn:
        (entry,) = await list_entries(conn, "bell/1")
        assert (entry.id, entry.at, entry.kind, entry.sentence) == (event_id, clock.now(), "Rang", "The bell rang.")
        assert entry.data == {"bell": "brass", "at_tower": event.at_tower.isoformat().replace("+00:00", "Z")}
        assert await list_entries(conn, "bell/1", after_id=event_id) == []


async def test_a_viewer_reads_only_the_scopes_they_have(db: Database, clock: VirtualClock) -> None:
    async with db.transaction() as tx:
        await tx.emit(rang(scope_id=1))
        await tx.emit(rang("bell/2", scope_id=7))
    async with db.connection() as conn:
        assert [each.scope_id for each in await list_recent(conn, since=clock.now(), scopes=[7, 8])] == [7]
        assert await list_recent(conn, since=clock.now(), scopes=[7], topic="bell/1") == []
        assert await list_recent(conn, since=clock.now() + timedelta(seconds=1), scopes=[1, 7]) == []


async def test_reactions_in_the_same_transaction_and_as_jobs(dsn: str, clock: VirtualClock) -> None:
    happened, seen = rang(), list[Rang]()

    async def note(tx: Tx, event: Rang) -> None:
        seen.append(event)

    reactions = {Rang: Reaction((note,), (JobKindRef("bell.answer", "mail", 0), JobKindRef("bell.count", "upkeep")))}
    async with Database(dsn, clock=clock, reactions=reactions) as db:
        async with db.transaction() as tx:
            event_id = await tx.emit(happened)
            assert tx.armed == {"mail": clock.now(), "upkeep": clock.now()}
        async with db.connection() as conn:
            rows = await (await conn.execute("select kind, prio, key, payload->>'event_id' from job")).fetchall()
    assert seen == [happened]
    assert sorted(rows) == [
        ("bell.answer", 0, f"ev:{event_id}:bell.answer", str(event_id)),
        ("bell.count", 1, f"ev:{event_id}:bell.count", str(event_id)),
    ]


async def test_who_needs_no_entry_reacts_before_it_is_written(dsn: str, clock: VirtualClock) -> None:
    written: list[int] = []

    async def look(tx: Tx, event: Rang) -> None:
        written.append(await count_entries(tx.conn, event.topic, "Rang"))

    async with Database(dsn, clock=clock, reactions={Rang: Reaction(unwritten=(look,))}) as db:
        async with db.transaction() as tx:
            await tx.tell(rang())
            await tx.emit(rang())
        async with db.connection() as conn:
            assert await count_entries(conn, rang().topic, "Rang") == 2
    assert written == [0, 2]


async def test_what_is_told_is_written_first_where_a_reaction_reads_it(dsn: str, clock: VirtualClock) -> None:
    seen: list[int] = []

    async def note(tx: Tx, event: Rang) -> None:
        seen.extend(entry.id for entry in await list_entries(tx.conn, event.topic))

    async with Database(dsn, clock=clock, reactions={Rang: Reaction((note,))}) as db, db.transaction() as tx:
        await tx.tell(rang())
    assert len(seen) == 1


async def test_an_entry_on_its_way_while_its_month_is_made_is_written_all_the_same(db: Database) -> None:
    async def write() -> None:
        async with db.transaction() as tx:
            await tx.emit(rang("bell/9"))

    async with db.transaction() as tx:
        await make_months(tx)
        writing = asyncio.create_task(write())
        await until_somebody_waits(db)
    await writing
    async with db.connection() as conn:
        assert len(await list_entries(conn, "bell/9")) == 1


async def until_somebody_waits(db: Database) -> None:
    """For a lock of this database."""
    async with asyncio.timeout(PATIENCE), db.connection() as conn:
        while True:
            cursor = await conn.execute(
                "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            if await cursor.fetchone():
                return
            await asyncio.sleep(0.01)


async def test_months_are_made_ahead_over_the_turn_of_the_year(db: Database, clock: VirtualClock) -> None:
    clock.set(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    async with db.transaction() as tx:
        assert await make_months(tx) == ["2026_11", "2026_12", "2027_01", "2027_02"]
        assert await make_months(tx) == []
        await tx.emit(rang())
    async with db.connection() as conn:
        assert await (await conn.execute("select count(*) from ledger_2026_11")).fetchone() == (1,)


async def test_a_missing_month_loses_nothing_is_made_and_is_an_alarm(db: Database, clock: VirtualClock) -> None:
    async with db.transaction() as tx:
        await make_months(tx)
    clock.set(datetime(2026, 9, 9, tzinfo=UTC))
    async with db.transaction() as tx:
        await tx.emit(rang())
    async with db.transaction() as tx:
        assert await make_months(tx) == ["2026_09", "2026_10", "2026_11", "2026_12"]
    async with db.connection() as conn:
        assert len(await list_entries(conn, "bell/1")) == 1
        (alarm,) = await list_entries(conn, "engine")
        assert alarm.data == {"month": "2026_09", "entries": 1}
        assert await (await conn.execute("select count(*) from ledger_default")).fetchone() == (0,)


async def test_entries_written_before_the_first_month_was_made_are_no_alarm(db: Database, clock: VirtualClock) -> None:
    async with db.transaction() as tx:
        await tx.emit(rang())
        await make_months(tx)
    async with db.connection() as conn:
        assert len(await list_entries(conn, "bell/1")) == 1
        assert await list_entries(conn, "engine") == []


async def write_sealed(db: Database, clock: VirtualClock) -> None:
    """Two seals, of two and of one audit entry, made by the job itself."""
    async with stepping(db, clock, UPKEEP) as worker:
        for batch in ([1, 2], [3]):
            async with db.transaction() as tx:
                for n in batch:
                    await tx.emit(audited(n))
                    await tx.emit(rang())
            await worker.passes(timedelta(minutes=15))


async def test_audit_entries_are_sealed_in_batches(db: Database, clock: VirtualClock) -> None:
    await write_sealed(db, clock)
    async with db.connection() as conn:
        seals = await (await conn.execute("select cardinality(entry_ids) from ledger_seal order by id")).fetchall()
        assert seals == [(2,), (1,)]
        assert await ledger_seal.verify(conn) == []
        assert len(await list_months(conn)) == 4


@pytest.mark.parametrize(
    ("forgery", "trouble"),
    [
        ("update ledger set sentence = 'nothing happened' where topic = 'audit'", "was changed after it was sealed"),
        ("update ledger set data = '{}' where topic = 'audit'", "was changed after it was sealed"),
        ("delete from ledger where topic = 'audit'", "was removed after it was sealed"),
        ("update ledger set topic = 'audit' where id = 2", "Audit entry 2 was slipped in after its time."),
        ("update ledger_seal set seal = sha256('x') where id = 1", "Seal 1 was changed after it was written."),
        ("delete from ledger_seal where id = 1", "Seal 2 does not follow the seal before it"),
    ],
)
async def test_a_forgery_is_found(db: Database, clock: VirtualClock, forgery: str, trouble: str) -> None:
    await write_sealed(db, clock)
    async with db.connection() as conn:
        await conn.execute(forgery)  # pyright: ignore[reportArgumentType]
        assert any(trouble in each for each in await ledger_seal.verify(conn))


async def test_nothing_is_sealed_while_an_older_transaction_may_still_add_to_it(
    db: Database, clock: VirtualClock
) -> None:
    async with stepping(db, clock, UPKEEP) as worker:
        await worker.drain()
        async with db.transaction() as slow:
            await slow.emit(audited(1))
            async with db.transaction() as tx:
                await tx.emit(audited(2))
            await worker.passes(timedelta(minutes=20))
            async with db.connection() as conn:
                assert await (await conn.execute("select count(*) from ledger_seal")).fetchone() == (0,)
        await worker.passes(timedelta(minutes=20))
    async with db.connection() as conn:
        assert await (await conn.execute("select entry_ids from ledger_seal")).fetchall() == [([1, 2],)]
        assert await ledger_seal.verify(conn) == []


class AlarmsRang(Event):
    numbers: tuple[int, ...]


FLOOD = """
    insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
    select %s, 'Flooded', 'bell/1', 1, 'tocsin', 'A flood.', '{}' from generate_series(1, %s)
"""


async def test_what_comes_after_a_flood_is_read_too(db: Database, clock: VirtualClock) -> None:
    async with db.transaction() as tx:
        await tx.conn.execute(FLOOD, (clock.now(), 2 * PAGE + 1))
        await tx.emit(rang())
    async with db.connection() as conn:
        everything = [entry.kind async for entry in iterate_entries(conn, "bell/1")]
        stopped = [entry.kind async for entry in iterate_entries(conn, "bell/1", limit=PAGE + 7)]
        told = [entry.kind async for entry in iterate_entries(conn, "bell/1", without=["Flooded"])]
        assert len(await list_recent(conn, since=clock.now(), scopes=[1])) == PAGE
        assert await count_entries(conn, "bell/1", "Flooded") == 2 * PAGE + 1
    assert (len(everything), everything[-1]) == (2 * PAGE + 2, "Rang")
    assert len(stopped) == PAGE + 7
    assert told == ["Rang"]


async def test_entries_about_one_of_many(db: Database) -> None:
    async with db.transaction() as tx:
        for numbers in ((1, 2), (2, 3), (12,)):
            await tx.emit(AlarmsRang(topic="bell/1", sentence=f"{numbers} rang.", numbers=numbers))
    async with db.connection() as conn:
        found = await list_entries_about(conn, "bell/1", "numbers", 2)
    assert [entry.data["numbers"] for entry in found] == [[1, 2], [2, 3]]
