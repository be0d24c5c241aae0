"""What is known of an incident against a real PostgreSQL: given, learnt, taken back, and what people kept (CLS-3)."""

import pytest

from tests.stores.test_incidents import declare, entries, see
from tocsin.catalog.facts import Facts
from tocsin.db.database import Database
from tocsin.incidents import facts_of, facts_store, regrading
from tocsin.incidents.facts_store import Assessed
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, Refused


async def history(db: Database) -> list[Assessed]:
    async with db.connection() as conn:
        return await facts_store.list_assessed(conn, (await see(db)).id)


async def learn(db: Database, **facts: str) -> facts_of.Proposal:
    async with db.transaction() as tx:
        return await facts_of.learn_facts(tx, (await see(db)).id, facts, "@bob")


async def test_what_is_known_at_the_declaration_grades_it_and_is_kept(db: Database) -> None:
    incident = await declare(db, users_affected="3%", facts={"sla_at_risk": "maybe"})
    assert (incident.severity, incident.users_affected) == ("SEV-2", "3%")
    assert "SLA at risk: maybe" in incident.reason
    (row,) = await history(db)
    assert row.facts == {"users_affected": "3%", "sla_at_risk": "maybe"}
    assert (row.suggested, row.criteria, row.kept, row.kept_by) == ("SEV-2", ("sla_at_risk",), "SEV-2", "tocsin")
    async with db.connection() as conn:
        known = await facts_of.get_known_facts(conn, incident.id)
    assert known == Facts(users_affected_share=3.0, sla_at_risk="maybe")


async def test_a_person_who_names_another_level_has_changed_the_suggestion(db: Database) -> None:
    await declare(db, severity="SEV-1", facts={"users_affected": "3%"})
    (row,) = await history(db)
    assert (row.suggested, row.kept, row.kept_by) == ("SEV-3", "SEV-1", "@alice")
    assert (await see(db)).users_affected == "3%"


async def test_nothing_known_leaves_no_row(db: Database) -> None:
    await declare(db, severity="SEV-1")
    assert await history(db) == []


@pytest.mark.parametrize("facts", [{"breach": "perhaps"}, {"userz": "3"}, {"revenue_per_hour": "5 EUR"}])
async def test_a_fact_that_cannot_be_read_is_refused_by_name(db: Database, facts: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        await declare(db, facts=facts)
    assert refused.value.field in facts
    await declare(db)
    with pytest.raises(Invalid) as refused:
        await learn(db, **facts)
    assert refused.value.field in facts
    with pytest.raises(Invalid, match="Nothing has become known"):
        await learn(db)
    assert await history(db) == []


async def test_learning_proposes_and_taking_it_is_a_change_with_its_reason(db: Database) -> None:
    await declare(db, severity="SEV-3")
    proposal = await learn(db, users_affected="30%")
    assert (proposal.level, proposal.is_raise) == ("SEV-2", True)
    assert ((await see(db)).severity, (await see(db)).users_affected) == ("SEV-3", "30%")
    kind, by, sentence = (await entries(db))[-1]
    assert (kind, by) == ("FactsLearnt", "@bob")
    assert sentence.startswith("Known now, by @bob: users affected: 30%. What is known assesses to SEV-2:")
    async with db.transaction() as tx:
        await regrading.change_severity(tx, (await see(db)).id, "SEV-2", "@bob", "as proposed")
    (row,) = await history(db)
    assert (row.kept, row.kept_by, row.reason) == ("SEV-2", "@bob", "as proposed")


async def test_keeping_the_level_needs_a_proposal_and_a_reason_and_is_said_once(db: Database) -> None:
    incident = await declare(db, severity="SEV-3")
    await learn(db, users_affected="30%")
    async with db.transaction() as tx:
        with pytest.raises(Invalid, match="reason"):
            await regrading.change_severity(tx, incident.id, "SEV-3", "@bob", " ")
        await regrading.change_severity(tx, incident.id, "SEV-3", "@bob", "only the old app")
    assert (await entries(db))[-1] == (
        "SeverityKept",
        "@bob",
        "Severity stays SEV-3 and does not become SEV-2, by @bob: only the old app.",
    )
    async with db.transaction() as tx:
        with pytest.raises(Refused, match="SEV-3 already"):
            await regrading.change_severity(tx, incident.id, "SEV-3", "@bob", "again")
    assert (await learn(db, breach="no")).level == "SEV-2"  # what is learnt asks anew


async def test_what_fits_asks_nobody_and_unknown_takes_a_fact_back(db: Database, clock: VirtualClock) -> None:
    await declare(db, severity="SEV-2")
    assert (await learn(db, users_affected="30%", breach="no")).level is None
    assert (await history(db))[-1].kept == "SEV-2"
    assert (await learn(db, users_affected="unknown")).level is None
    assert (await history(db))[-1].facts == {"breach": "no"}
    assert (await see(db)).users_affected is None
    assert (await entries(db))[-1][2] == "Known now, by @bob: what was known is not sure any more."
