"""Incidents against a real PostgreSQL: declared with their number and timeline, moved, listed, and hidden (LIF-*)."""

from datetime import timedelta

import pytest

from tocsin.accounts.model import Role, Viewer
from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service
from tocsin.db.database import Database
from tocsin.incidents import details, privacy, regrading, service, writing
from tocsin.incidents.model import Declaration, EntryType, Incident, IncidentFilter, Status
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ledger import list_entries

ALICE = Viewer(user_id=1, name="alice", role=Role.RESPONDER, scopes=(1,))
BOB = Viewer(user_id=2, name="bob", role=Role.RESPONDER, scopes=(1,))
CAROL = Viewer(user_id=3, name="carol", role=Role.RESPONDER, scopes=(7,))


@pytest.fixture
async def checkout(db: Database) -> None:
    async with db.transaction() as tx:
        await put_service(tx, Service(name="checkout", escalation_policy="payments"))
        await put_service(tx, Service(name="carts"))


async def declare(db: Database, title: str = "Checkout fails", **said: object) -> Incident:
    async with db.transaction() as tx:
        return await service.declare(tx, Declaration(title=title, by="@alice", **said))  # type: ignore[arg-type]


async def entries(db: Database, ref: str = "INC-1") -> list[tuple[str, str, str]]:
    async with db.connection() as conn:
        incident = await service.get_incident(conn, ALICE, ref)
        return [(entry.kind, entry.actor, entry.sentence) for entry in await list_entries(conn, incident.topic)]


async def see(db: Database, ref: str = "INC-1", viewer: Viewer = ALICE) -> Incident:
    async with db.connection() as conn:
        return await service.get_incident(conn, viewer, ref)


async def test_declaring_is_one_line_and_leaves_the_first_entries(db: Database, checkout: None) -> None:
    incident = await declare(db, severity="sev2", services=("checkout", "carts"), reason="Customers call")
    assert (incident.number, incident.status, incident.severity) == (1, Status.TRIGGERED, "SEV-2")
    assert (incident.services, incident.policy) == (("carts", "checkout"), "payments")
    assert await see(db) == incident
    assert await entries(db) == [
        (
            "IncidentDeclared",
            "@alice",
            "INC-1 declared at SEV-2: Checkout fails. Services carts and checkout. Customers call.",
        )
    ]


async def test_an_unclassified_incident_is_said_to_be_one(db: Database) -> None:
    await declare(db)
    assert ("TimelineNoted", "tocsin", "The severity is not set") in [
        (kind, by, sentence[:23]) for kind, by, sentence in await entries(db)
    ]


@pytest.mark.parametrize(
    ("said", "refusal", "field"),
    [
        ({"title": "  "}, Invalid, "title"),
        ({"title": "x" * 301}, Invalid, "title"),
        ({"severity": "SEV-9"}, NotFound, "severity"),
        ({"services": ("nowhere",)}, NotFound, "service"),
    ],
)
async def test_a_wrong_declaration_is_refused_by_field_and_leaves_nothing(
    db: Database, said: dict[str, object], refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as raised:
        await declare(db, **{"title": "Checkout fails"} | said)  # type: ignore[arg-type]
    assert raised.value.field == field  # type: ignore[attr-defined]
    async with db.connection() as conn:
        assert (await service.list_incidents(conn, ALICE, IncidentFilter())).incidents == ()


async def test_numbers_ascend_and_a_refused_declaration_may_leave_a_gap(db: Database) -> None:
    assert [(await declare(db)).number for _ in range(3)] == [1, 2, 3]


async def test_the_whole_life_of_an_incident(db: Database, clock: VirtualClock) -> None:
    incident = await declare(db, severity="SEV-2")
    for move, minutes in ((Status.IDENTIFIED, 5), (Status.MONITORING, 10)):
        clock.advance(timedelta(minutes=minutes))
        async with db.transaction() as tx:
            await service.change_status(tx, incident.id, move, "@bob", "rolled back")
    async with db.transaction() as tx:
        await service.resolve(tx, incident.id, "@bob", resolution="roll-back of v17", root_cause="bad index")
    async with db.transaction() as tx:
        await details.name_cause(tx, incident.id, "deployment", "@bob")
        await service.close(tx, incident.id, "@bob", "learnt in another one", override=True)
    after = await see(db)
    assert (after.acknowledged_by, after.acknowledged_at) == ("@bob", incident.declared_at + timedelta(minutes=5))
    assert after.identified_at == after.acknowledged_at
    assert after.mitigated_at == after.resolved_at == incident.declared_at + timedelta(minutes=15)
    assert (after.resolution, after.root_cause) == ("roll-back of v17", "bad index")
    assert [kind for kind, _, _ in await entries(db)] == [
        "IncidentDeclared",
        "IncidentAcknowledged",
        "StatusChanged",
        "StatusChanged",
        "IncidentResolved",
        "CauseNamed",
        "IncidentClosed",
    ]


async def test_an_illegal_move_names_the_legal_ones_and_changes_nothing(db: Database) -> None:
    incident = await declare(db)
    async with db.transaction() as tx:
        await service.change_status(tx, incident.id, Status.IDENTIFIED, "@bob")
    with pytest.raises(Refused) as refusal:
        async with db.transaction() as tx:
            await service.change_status(tx, incident.id, Status.INVESTIGATING, "@bob")
    assert refusal.value.remedy == "Allowed from here: monitoring, resolved, closed."
    assert (await see(db)).status is Status.IDENTIFIED


async def test_reopening_takes_a_reason_and_takes_the_resolution_back(db: Database) -> None:
    incident = await declare(db)
    async with db.transaction() as tx:
        await service.resolve(tx, incident.id, "@bob")
    for attempt in (service.reopen, service.acknowledge):
        with pytest.raises(Refused):
            async with db.transaction() as tx:
                await attempt(tx, incident.id, "@bob", "")
    async with db.transaction() as tx:
        await service.change_status(tx, incident.id, Status.INVESTIGATING, "@bob", "errors are back")
    after = await see(db)
    assert (after.status, after.resolved_at) == (Status.INVESTIGATING, None)
    assert (await entries(db))[-1] == ("IncidentReopened", "@bob", "Reopened by @bob: errors are back.")


async def test_closing_what_is_open_resolves_it_first(db: Database) -> None:
    incident = await declare(db)
    async with db.transaction() as tx:
        await service.close(tx, incident.id, "@bob", "a duplicate")
    assert [kind for kind, _, _ in await entries(db)][-2:] == ["IncidentResolved", "IncidentClosed"]
    with pytest.raises(Refused, match="closed"):
        async with db.transaction() as tx:
            await service.close(tx, incident.id, "@bob")


async def test_a_severity_changes_with_a_reason(db: Database) -> None:
    incident = await declare(db, severity="SEV-3")
    for severity, reason, refusal in (("SEV-3", "because", Refused), ("SEV-1", " ", Invalid), ("X", "y", NotFound)):
        with pytest.raises(refusal):
            async with db.transaction() as tx:
                await regrading.change_severity(tx, incident.id, severity, "@bob", reason)
    async with db.transaction() as tx:
        await regrading.change_severity(tx, incident.id, "SEV-1", "@bob", "everybody is affected")
    assert (await see(db)).severity == "SEV-1"
    assert (await entries(db))[-1][2] == (
        "Severity SEV-3 → SEV-1, by @bob: everybody is affected. From now on: whoever"
        " has it is called again after 15m without a sign of work; a postmortem is required; stakeholders are told."
    )


async def test_a_note_is_kept_as_it_was_written(db: Database) -> None:
    incident = await declare(db)
    async with db.transaction() as tx:
        await service.add_note(tx, incident.id, "@bob", " restarted the pods ", "action")
        with pytest.raises(Invalid):
            await service.add_note(tx, incident.id, "@bob", "  ")
    assert (await entries(db))[-1] == ("TimelineNoted", "@bob", "restarted the pods")


async def test_what_lies_outside_a_viewers_scopes_does_not_exist_for_them(db: Database) -> None:
    await declare(db)
    async with db.connection() as conn:
        with pytest.raises(NotFound):
            await service.get_incident(conn, CAROL, "INC-1")
        assert (await service.list_incidents(conn, CAROL, IncidentFilter())).incidents == ()
        with pytest.raises(NotFound, match="INC-99"):
            await service.get_incident(conn, ALICE, "INC-99")


async def test_a_list_is_filtered_and_paged_from_the_newest(db: Database, checkout: None, clock: VirtualClock) -> None:
    await declare(db, "old", services=("carts",))
    clock.advance(timedelta(days=2))
    await declare(db, "bad", severity="SEV-1", services=("checkout",))
    gone = await declare(db, "gone", services=("checkout",))
    async with db.transaction() as tx:
        await service.resolve(tx, gone.id, "@bob")

    async def titles(**wanted: object) -> list[str]:
        async with db.connection() as conn:
            page = await service.list_incidents(conn, ALICE, IncidentFilter(**wanted))  # type: ignore[arg-type]
        return [incident.title for incident in page.incidents]

    assert await titles() == ["gone", "bad", "old"]
    assert await titles(open_only=True) == ["bad", "old"]
    assert await titles(status=Status.RESOLVED) == ["gone"]
    assert await titles(severity="SEV-1") == ["bad"]
    assert await titles(service="checkout") == ["gone", "bad"]
    assert await titles(since=clock.now() - timedelta(days=1)) == ["gone", "bad"]
    async with db.connection() as conn:
        first = await service.list_incidents(conn, ALICE, IncidentFilter(limit=2))
        rest = await service.list_incidents(conn, ALICE, IncidentFilter(limit=2, before_number=first.next_before))
        with pytest.raises(Invalid, match="limit"):
            await service.list_incidents(conn, ALICE, IncidentFilter(limit=201))
    assert ([i.number for i in first.incidents], first.next_before) == ([3, 2], 2)
    assert ([i.number for i in rest.incidents], rest.next_before) == ([1], None)


async def test_what_is_written_while_it_becomes_private_is_private(db: Database) -> None:
    """Whoever writes has looked the incident up before it is closed to others, and comes after."""
    incident = await declare(db)
    async with db.transaction() as tx:
        (first,) = await writing.write(tx, incident, "@bob", "the key is out", EntryType.NOTE)
    async with db.transaction() as tx:
        private = await privacy.make_private(tx, incident.id, "@alice", "a customer is named")
    async with db.transaction() as tx:
        written = await writing.write(tx, incident, "@bob", "it is that of Jane Doe", EntryType.NOTE)
        await writing.correct(tx, BOB, incident, first.id, "the key of Jane Doe is out")
        await service.add_note(tx, incident.id, "@bob", "Jane Doe is told")
    assert [entry.stored.scope_id for entry in written] == [private.scope_id]
    async with db.connection() as conn:
        assert {entry.scope_id for entry in await list_entries(conn, incident.topic)} == {private.scope_id}
