"""A transaction commits the fact together with what follows from it, or neither."""

from tocsin.db.database import Database
from tocsin.kernel.ledger import Event, list_entries


class Rang(Event):
    bell: str


async def test_an_event_is_in_the_ledger_after_the_commit(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.emit(Rang(topic="bell/1", sentence="The bell rang.", bell="brass"))
    async with db.connection() as conn:
        entries = await list_entries(conn, "bell/1")
    assert [(e.kind, e.sentence, e.data) for e in entries] == [("Rang", "The bell rang.", {"bell": "brass"})]
