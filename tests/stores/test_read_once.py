"""What a transaction decides by is read once, unless it changes it itself (PERF-4)."""

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.db.database import Database
from tocsin.kernel.db import Conn
from tocsin.kernel.questions import Question, ask


async def test_a_row_is_read_once_for_all_that_ask_in_a_transaction(db: Database) -> None:
    reads: list[str] = []

    async def load(conn: Conn) -> str:
        reads.append("read")
        return "row"

    async with db.transaction() as tx:
        assert [await tx.once(load), await tx.once(load)] == ["row", "row"]
        tx.forget(load)
        assert await tx.once(load) == "row"
    async with db.transaction() as tx:
        assert await tx.once(load) == "row"
    assert len(reads) == 3


async def test_whoever_changes_the_organisation_decides_by_it_as_it_is_then(db: Database) -> None:
    async with db.transaction() as tx:
        before = await catalog.organisation_in(tx)
        await catalog.put_organisation(tx, replace(before, severity_profile="sre"))
        assert (await catalog.organisation_in(tx)).severity_profile == "sre"
        assert await catalog.is_worst_level(tx, "SEV-1")


async def test_what_was_handed_over_is_known_by_its_type(db: Database) -> None:
    async with db.transaction() as tx:
        assert tx.handed(str) is None
        tx.hand_over("one")
        tx.hand_over("two")
        assert (tx.handed(str), tx.handed(int)) == ("two", None)


async def test_an_answer_that_was_asked_for_ahead_is_there_once(db: Database) -> None:
    two: Question[int] = Question("select 2", (), lambda rows: int(rows[0][0]))
    async with db.transaction() as tx:
        assert await ask(tx.conn, two, tx.ahead("two", two)) == (2, None)
        assert (tx.is_ahead(int, "two"), tx.is_ahead(int, "three"), tx.is_ahead(str, "two")) == (True, False, False)
        assert (tx.take(int, "two"), tx.take(int, "two")) == (2, None)


async def test_a_service_that_is_asked_for_ahead_is_found_as_it_is(db: Database) -> None:
    one: Question[int] = Question("select 1", (), lambda rows: int(rows[0][0]))
    async with db.transaction() as tx:
        await catalog.put_service(tx, Service(name="api"))
        for name in ("api", "api", "nobody's"):
            assert await catalog.ask_along(tx, one, name) == 1
        assert await catalog.ask_along(tx, one, None) == 1
        assert await catalog.find_service_in(tx, "api") == Service(name="api")
        await catalog.put_service(tx, Service(name="api", tier=1))
        assert await catalog.find_service_in(tx, "api") == Service(name="api", tier=1)
        assert await catalog.find_service_in(tx, "nobody's") is None
