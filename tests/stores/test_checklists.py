"""Checklists against a real PostgreSQL: what people tick is kept, told, taken back; the rest ticks itself (GRD-2)."""

import pytest

from tocsin.db.database import Database
from tocsin.incidents import service
from tocsin.incidents.model import Declaration, Incident
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.ledger import list_entries
from tocsin.room import checklists
from tocsin.room.composing import Line, Part


async def declare(db: Database) -> Incident:
    async with db.transaction() as tx:
        return await service.declare(tx, Declaration(title="Checkout fails", severity="SEV-1", by="@alice"))


async def tick(db: Database, incident: Incident, n: int, *, is_ticked: bool = True) -> tuple[Part, ...]:
    async with db.transaction() as tx:
        return await checklists.tick(tx, incident.id, n, "@bob", is_ticked=is_ticked)


def named(parts: tuple[Part, ...], text: str) -> Line:
    return next(line for part in parts for line in part.lines if line.text == text)


async def load(db: Database, incident: Incident) -> tuple[Part, ...]:
    async with db.connection() as conn:
        return await checklists.load_checklist(conn, incident, db.clock.now())


async def told(db: Database, incident: Incident) -> list[str]:
    async with db.connection() as conn:
        return [e.sentence for e in await list_entries(conn, incident.topic) if e.kind == "ChecklistTicked"]


async def test_an_item_is_ticked_by_whom_and_taken_back(db: Database) -> None:
    incident = await declare(db)
    bridge = named(await load(db, incident), "Open the bridge")
    assert not bridge.is_ticked
    after = named(await tick(db, incident, bridge.n), "Open the bridge")
    assert (after.is_ticked, after.by, after.at) == (True, "@bob", db.clock.now())
    assert named(await load(db, incident), "Open the bridge") == after
    assert not named(await tick(db, incident, bridge.n, is_ticked=False), "Open the bridge").is_ticked
    assert await told(db, incident) == [
        "@bob ticked “Open the bridge”.",
        "@bob took the tick back from “Open the bridge”.",
    ]


async def test_saying_it_twice_changes_nothing(db: Database) -> None:
    incident = await declare(db)
    bridge = named(await load(db, incident), "Open the bridge")
    await tick(db, incident, bridge.n, is_ticked=False)
    await tick(db, incident, bridge.n)
    await tick(db, incident, bridge.n)
    assert await told(db, incident) == ["@bob ticked “Open the bridge”."]


async def test_an_item_that_ticks_itself_is_left_to_itself(db: Database) -> None:
    incident = await declare(db)
    parts = await load(db, incident)
    severity, commander = named(parts, "Set the severity"), named(parts, "Name a commander")
    assert (severity.is_ticked, commander.is_ticked) == (True, False)
    with pytest.raises(Refused) as refused:
        await tick(db, incident, commander.n)
    assert refused.value.message == "“Name a commander” ticks itself as soon as somebody commands."
    assert refused.value.field == "item"


@pytest.mark.parametrize("n", [0, -1, 999])
async def test_a_number_that_is_not_on_the_list(db: Database, n: int) -> None:
    incident = await declare(db)
    with pytest.raises(NotFound) as refused:
        await tick(db, incident, n)
    assert refused.value.remedy == "Items are 1 to 56."
