"""What a look at a room gathers from all who keep records, against a real PostgreSQL (GRD-1)."""

from datetime import timedelta

import pytest

from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service
from tocsin.db.database import Database
from tocsin.incidents import details, facts_of, service, tasks
from tocsin.incidents.model import Declaration, EntryType, Incident
from tocsin.incidents.task_model import TaskDraft
from tocsin.kernel.clock import VirtualClock
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft
from tocsin.room import facts
from tocsin.room.model import RoomFacts


@pytest.fixture
async def checkout(db: Database) -> None:
    async with db.transaction() as tx:
        for name in ("checkout", "search"):
            await put_service(tx, Service(name=name))


async def declare(db: Database, *services: str, cause: str | None = None, **said: object) -> Incident:
    async with db.transaction() as tx:
        incident = await service.declare(
            tx,
            Declaration(title="Checkout fails", severity="SEV-1", services=services, by="@alice", **said),  # type: ignore[arg-type]
        )
        return await details.name_cause(tx, incident.id, cause, "@alice") if cause else incident


async def gather(db: Database, incident: Incident) -> RoomFacts:
    async with db.connection() as conn:
        return await facts.gather(conn, await service.get(conn, incident.id))


async def test_a_new_incident_has_few_facts_and_none_is_missing(db: Database, checkout: None) -> None:
    incident = await declare(db)
    known = await gather(db, incident)
    assert (known.incident, known.level and known.level.name) == (incident, "SEV-1")
    assert (known.counted_from, known.graded_at) == (incident.declared_at, incident.declared_at)
    assert (known.investigating_since, known.commander, known.next_update_at) == (None, None, None)
    assert (known.written, known.mitigations, known.updates, known.tasks, known.alike) == ((), (), (), (), ())
    assert known.has_cleared


async def test_what_people_do_is_known(db: Database, clock: VirtualClock, checkout: None) -> None:
    incident = await declare(db)
    clock.advance(timedelta(minutes=3))
    async with db.transaction() as tx:
        await service.acknowledge(tx, incident.id, "@bob", "web")
        await service.add_note(tx, incident.id, "@bob", "who broke it?", EntryType.QUESTION)
        await mitigation.begin(tx, incident.id, MitigationDraft(what="roll back", strategy="rollback"), "@bob")
        await facts_of.learn_facts(tx, incident.id, {"breach": "no"}, "@bob")
        await tasks.add_task(tx, incident.id, TaskDraft("call the vendor", None), "@bob")
    known = await gather(db, incident)
    assert known.investigating_since == clock.now()
    assert [(entry.by, entry.type, entry.text) for entry in known.written] == [("bob", "question", "who broke it?")]
    assert known.open_questions == known.written
    assert [each.strategy for each in known.mitigations] == ["rollback"]
    assert (known.known.breach, [task.text for task in known.tasks]) == (False, ["call the vendor"])


async def test_the_same_cause_is_that_of_an_earlier_incident_of_its_service_within_90_days(
    db: Database, clock: VirtualClock, checkout: None
) -> None:
    await declare(db, "checkout", cause="capacity")
    clock.advance(timedelta(days=80))
    await declare(db, "checkout", cause="capacity")
    await declare(db, "checkout", cause="deployment")
    await declare(db, "search", cause="capacity")
    await declare(db, "checkout", cause="capacity", is_private=True)
    clock.advance(timedelta(days=11))
    again = await declare(db, "checkout", "search", cause="capacity")
    await declare(db, "checkout", cause="capacity")
    assert (await gather(db, again)).alike == (4, 2)
    assert (await gather(db, await declare(db, "checkout"))).alike == ()
