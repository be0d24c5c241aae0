"""Who looks at an incident is known for as long as their room says so, and for a few seconds more (WAR-1)."""

from collections.abc import Mapping
from datetime import timedelta

from tocsin.db.database import Database
from tocsin.incidents import presence, service
from tocsin.incidents.model import Declaration
from tocsin.kernel.clock import VirtualClock


async def declare(db: Database) -> int:
    async with db.transaction() as tx:
        return (await service.declare(tx, Declaration(title="Checkout fails", by="@alice"))).id


async def look(db: Database, incident_id: int, *names: str) -> None:
    for name in names:
        async with db.transaction() as tx:
            await presence.look(tx, incident_id, name)


async def see(db: Database) -> Mapping[int, tuple[str, ...]]:
    async with db.connection() as conn:
        return await presence.list_onlookers(conn, db.clock.now())


async def test_each_incident_has_its_own_onlookers_and_each_person_counts_once(db: Database) -> None:
    first, second = await declare(db), await declare(db)
    await look(db, first, "bob", "alice", "bob")
    await look(db, second, "carol")
    assert await see(db) == {first: ("alice", "bob"), second: ("carol",)}


async def test_who_is_silent_for_45_seconds_is_gone_and_who_speaks_every_30_stays(
    db: Database, clock: VirtualClock
) -> None:
    incident = await declare(db)
    await look(db, incident, "alice", "bob")
    clock.advance(timedelta(seconds=30))
    assert await see(db) == {incident: ("alice", "bob")}
    await look(db, incident, "bob")
    clock.advance(timedelta(seconds=15))
    assert await see(db) == {incident: ("bob",)}


async def test_no_row_outlives_its_use(db: Database, clock: VirtualClock) -> None:
    first, second = await declare(db), await declare(db)
    await look(db, first, "alice", "bob")
    clock.advance(timedelta(minutes=1))
    await look(db, second, "carol")
    await look(db, first, "bob")
    async with db.connection() as conn:
        rows = await (await conn.execute("select user_name from incident_onlooker order by 1")).fetchall()
    assert rows == [("bob",), ("carol",)]
