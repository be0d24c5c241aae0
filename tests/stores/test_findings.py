"""Findings against a real PostgreSQL: each occurrence once, settled once, told on the timeline (GRD-1)."""

from tocsin.db.database import Database
from tocsin.incidents import findings, service
from tocsin.incidents.model import Declaration, Incident
from tocsin.kernel.ledger import LedgerEntry, list_entries
from tocsin.kernel.questions import ask_all, ask_one

SAID = {"text": "Nobody commands.", "remedy": "Take it: tocsin role INC-1 commander @you."}


async def declare(db: Database, title: str = "Checkout fails") -> Incident:
    async with db.transaction() as tx:
        return await service.declare(tx, Declaration(title=title, severity="SEV-1", by="@alice"))


async def raise_it(db: Database, incident: Incident, occurrence: str = "first") -> bool:
    async with db.transaction() as tx:
        return await findings.raise_finding(tx, incident, rule="nobody-commands", occurrence=occurrence, **SAID)


async def told(db: Database, incident: Incident, kind: str) -> list[LedgerEntry]:
    async with db.connection() as conn:
        return [entry for entry in await list_entries(conn, incident.topic) if entry.kind == kind]


async def open_of(db: Database, *incidents: Incident) -> dict[int, list[str]]:
    async with db.connection() as conn:
        found = await findings.list_open_findings(conn, [incident.id for incident in incidents])
    return {number: [finding.occurrence for finding in each] for number, each in found.items()}


async def test_a_finding_is_said_once_with_its_remedy(db: Database) -> None:
    incident = await declare(db)
    assert [await raise_it(db, incident), await raise_it(db, incident)] == [True, False]
    (entry,) = await told(db, incident, "FindingRaised")
    assert entry.sentence == "Nobody commands. Take it: tocsin role INC-1 commander @you."
    assert (entry.data["rule"], entry.data["remedy"]) == ("nobody-commands", SAID["remedy"])


async def test_it_is_settled_once_and_not_said_again_while_another_occurrence_is(db: Database) -> None:
    incident = await declare(db)
    await raise_it(db, incident)
    async with db.transaction() as tx:
        held = (await findings.list_open_findings(tx.conn, [incident.id]))[incident.id]
        await findings.settle_findings(tx, incident, held)
        await findings.settle_findings(tx, incident, [])
    assert await open_of(db, incident) == {}
    assert [entry.sentence for entry in await told(db, incident, "FindingSettled")] == [
        "No longer so: nobody commands."
    ]
    assert [await raise_it(db, incident), await raise_it(db, incident, "second")] == [False, True]
    assert await open_of(db, incident) == {incident.id: ["second"]}
    async with db.connection() as conn:
        everything = await findings.list_findings(conn, incident.id)
    assert [(each.occurrence, each.settled_at is None) for each in everything] == [("first", False), ("second", True)]


async def test_whether_anything_that_a_rule_found_still_holds(db: Database) -> None:
    incident, other = await declare(db), await declare(db, "Search is slow")
    await raise_it(db, incident)
    of_rule, of_another, elsewhere = (
        findings.open_by_rule(incident.id, "nobody-commands"),
        findings.open_by_rule(incident.id, "impact-unknown"),
        findings.open_by_rule(other.id, "nobody-commands"),
    )
    async with db.transaction() as tx:
        assert await ask_all(tx.conn, [of_rule, of_another, elsewhere]) == [True, False, False]
        await findings.settle_findings(
            tx, incident, (await findings.list_open_findings(tx.conn, [incident.id]))[incident.id]
        )
        assert not await ask_one(tx.conn, of_rule)


async def test_open_findings_are_those_of_the_incidents_that_were_asked_for(db: Database) -> None:
    one, other, third = await declare(db), await declare(db, "Search is slow"), await declare(db, "Calm")
    await raise_it(db, one, "a")
    await raise_it(db, other, "b")
    assert await open_of(db, one, other, third) == {one.id: ["a"], other.id: ["b"]}
    assert await open_of(db, third) == {}
