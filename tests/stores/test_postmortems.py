"""Postmortems against a real PostgreSQL: drafted from what people did, edited, given away, published (PMT-1, PMT-8)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, UserDraft, Viewer
from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service
from tocsin.db.database import Database
from tocsin.incidents import assigning, linking, privacy, redacting, timeline
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, Incident
from tocsin.incidents.roles import RoleName
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ledger import list_entries
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft, Result
from tocsin.postmortems import service
from tocsin.postmortems.model import Postmortem, State
from tocsin.reactions import REACTIONS

ALICE = Viewer(user_id=1, name="alice", role=Role.RESPONDER, scopes=(1,))
STRANGER = Viewer(user_id=3, name="carol", role=Role.RESPONDER, scopes=(7,))


@pytest.fixture
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    async with Database(dsn, clock=clock, reactions=REACTIONS) as database:
        yield database


@pytest.fixture
async def incident(db: Database, clock: VirtualClock) -> Incident:
    """Declared at SEV-1 by Alice, commanded by Bob, rolled back, over after 47 minutes."""
    async with db.transaction() as tx:
        await put_service(tx, Service(name="checkout"))
        for name in ("alice", "bob"):
            await accounts.upsert_user(tx, UserDraft(name, f"{name}@example.com"), managed_by=None, actor="@root")
        made = await incidents.declare(
            tx, Declaration(title="Checkout fails", severity="SEV-1", services=("checkout",), by="@alice")
        )
        await assigning.assign(tx, made.id, RoleName.COMMANDER, "bob", "@alice")
    clock.advance(timedelta(minutes=5))
    async with db.transaction() as tx:
        await incidents.acknowledge(tx, made.id, "@alice", "web")
        await incidents.add_note(tx, made.id, "@alice", "secretword in the log of @bob", "observation")
        await mitigation.begin(tx, made.id, MitigationDraft(what="roll back to v2"), "@alice")
    clock.advance(timedelta(minutes=42))
    async with db.transaction() as tx:
        await mitigation.finish(tx, made.id, 1, Result.HELPED, "@alice", "")
        return await incidents.resolve(tx, made.id, "@bob", root_cause="v3 lost its index")


async def draft(db: Database, incident: Incident, *, again: bool = False, layout: str | None = None) -> Postmortem:
    async with db.transaction() as tx:
        return await service.draft(tx, incident.id, "@alice", again=again, layout=layout)


async def told(db: Database, incident: Incident) -> list[str]:
    async with db.connection() as conn:
        return [e.sentence for e in await list_entries(conn, incident.topic) if e.kind.startswith("Postmortem")]


async def test_the_draft_tells_the_record_and_asks_for_the_rest(db: Database, incident: Incident) -> None:
    made = await draft(db, incident)
    assert (made.state, made.version, made.owner, made.authors) == (State.DRAFT, 1, "bob", ("alice",))
    assert (made.layout, made.template) == ("sre", "general")
    assert incident.resolved_at is not None
    assert made.schedule_by == incident.resolved_at + timedelta(hours=48)
    assert made.publish_by == incident.resolved_at + timedelta(hours=72)
    async with db.connection() as conn:
        entries = await timeline.read_from(conn, incident)
    resolved = next(entry.id for entry in entries if entry.kind == "IncidentResolved")
    assert f"It was resolved after 47 min: roll back to v2. ([record](/incidents/INC-1#entry-{resolved}))" in made.body
    assert f"v3 lost its index. ([record](/incidents/INC-1#entry-{resolved}))" in made.body
    assert "The responder" not in made.body
    assert "A responder noted: secretword in the log of the commander" in made.body
    assert "- **Commander:** bob" in made.body
    assert "**Question:** How many users were affected?" in made.body
    assert await told(db, incident) == ["@alice drafted the postmortem from the record."]


async def test_a_second_draft_is_a_version_that_is_asked_for(db: Database, incident: Incident) -> None:
    first = await draft(db, incident)
    with pytest.raises(Refused) as refused:
        await draft(db, incident)
    assert refused.value.message == "INC-1 has a postmortem already, version 1 by @alice."
    second = await draft(db, incident, again=True, layout="command")
    assert (second.version, second.layout, second.authors) == (2, "command", ("alice",))
    async with db.connection() as conn:
        versions = await service.list_versions(conn, incident.id)
    assert [(each.version, each.note) for each in versions] == [
        (1, "Drafted from the record."),
        (2, "Drafted anew from the record."),
    ]
    assert versions[0].body == first.body


async def test_nobody_overwrites_what_they_have_not_seen(db: Database, incident: Incident) -> None:
    await draft(db, incident)
    async with db.transaction() as tx:
        after = await service.edit(tx, incident.id, "# What we learnt", 1, "@bob", note="all of it")
    assert (after.version, after.body, after.edited_by) == (2, "# What we learnt\n", "@bob")
    with pytest.raises(Refused) as refused:
        async with db.transaction() as tx:
            await service.edit(tx, incident.id, "# Mine", 1, "@alice")
    assert refused.value.message == "@bob has saved version 2; you have edited version 1."
    assert refused.value.field == "version"
    async with db.transaction() as tx:
        assert (await service.edit(tx, incident.id, "# What we learnt", 2, "@alice")).version == 2
    assert (await told(db, incident))[1:] == ["@bob wrote version 2 of the postmortem. all of it."]


@pytest.mark.parametrize(("body", "why"), [(" \n", "tells nothing"), ("x" * 200_001, "at most 200 kB")])
async def test_a_text_that_is_none(db: Database, incident: Incident, body: str, why: str) -> None:
    await draft(db, incident)
    with pytest.raises(Invalid, match=why):
        async with db.transaction() as tx:
            await service.edit(tx, incident.id, body, 1, "@alice")


async def test_the_owner_is_the_commander_until_somebody_is_named(db: Database, incident: Incident) -> None:
    await draft(db, incident)
    async with db.transaction() as tx:
        assert (await service.assign_owner(tx, incident.id, "@alice", "@bob")).owner == "alice"
        await assigning.release(tx, incident.id, RoleName.COMMANDER, "bob", "@bob")
        assert (await service.get(tx.conn, incident.id)).owner == "alice"
        with pytest.raises(NotFound):
            await service.assign_owner(tx, incident.id, "nobody", "@bob")
    assert (await told(db, incident))[1:] == [
        "alice sees to the postmortem from now on, by @bob. Before it was bob.",
    ]


async def test_it_is_published_once_and_not_while_the_incident_is_open(db: Database, incident: Incident) -> None:
    await draft(db, incident)
    async with db.transaction() as tx:
        after = await service.publish(tx, incident.id, "@bob", "the rest is for the review")
    assert (after.state, after.published_at) == (State.PUBLISHED, db.clock.now())
    assert (await told(db, incident))[-1] == ("@bob published the postmortem, version 1. the rest is for the review.")
    with pytest.raises(Refused, match="published already"):
        async with db.transaction() as tx:
            await service.publish(tx, incident.id, "@bob")
    with pytest.raises(Refused, match="not drafted anew"):
        await draft(db, incident, again=True)
    async with db.transaction() as tx:
        other = await incidents.declare(tx, Declaration(title="Search fails", by="@alice"))
        await service.draft(tx, other.id, "@alice")
        with pytest.raises(Refused, match="it is not over yet"):
            await service.publish(tx, other.id, "@alice")


async def test_the_list_shows_what_a_viewer_may_see(db: Database, incident: Incident) -> None:
    await draft(db, incident)
    async with db.transaction() as tx:
        other = await incidents.declare(tx, Declaration(title="Search fails", by="@alice"))
        await service.draft(tx, other.id, "@alice")
    async with db.connection() as conn:
        found = await service.list_postmortems(conn, ALICE)
        assert [(each.incident_number, each.publish_by is None) for each in found] == [(2, True), (1, False)]
        assert [each.incident_number for each in await service.list_postmortems(conn, ALICE, before=2)] == [1]
        assert await service.list_postmortems(conn, ALICE, state=State.PUBLISHED) == []
        assert await service.list_postmortems(conn, STRANGER) == []
        with pytest.raises(Invalid):
            await service.list_postmortems(conn, ALICE, limit=0)


async def test_what_is_redacted_is_gone_from_every_version(db: Database, incident: Incident) -> None:
    await draft(db, incident)
    await draft(db, incident, again=True)
    async with db.transaction() as tx:
        entries = await timeline.read_from(tx.conn, incident)
        noted = next(entry for entry in entries if "secretword" in entry.text)
        await redacting.redact(tx, incident, noted.id, "@alice", "names somebody")
        versions = await service.list_versions(tx.conn, incident.id)
    assert [("secretword" in each.body) for each in versions] == [False, False]


async def test_linked_incidents_are_named_unless_somebody_may_not_see_them(db: Database, incident: Incident) -> None:
    async with db.transaction() as tx:
        other = await incidents.declare(tx, Declaration(title="The database is full", severity="SEV-1", by="@bob"))
        await linking.link(tx, incident.id, other.id, linking.LinkKind.CAUSE, "@bob")
    made = await draft(db, incident)
    assert "[INC-2](/incidents/INC-2) was the cause: The database is full. ([record]" in made.body
    async with db.transaction() as tx:
        await privacy.make_private(tx, other.id, "@bob", "a customer is named")
    assert "The database is full" not in (await draft(db, incident, again=True)).body
