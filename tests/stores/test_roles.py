"""Roles against a real PostgreSQL: taken, given, given back, and one holder where there can be one (ROL-1, ROL-2)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.support.keys import KEYRING
from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, UserDraft
from tocsin.db.database import Database
from tocsin.incidents import assigning, regrading, service
from tocsin.incidents.model import Declaration, Incident, TeamSize
from tocsin.incidents.roles import RoleName, commander_of
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.ledger import list_entries
from tocsin.reactions import REACTIONS

COMMANDER, EXPERT = RoleName.COMMANDER, RoleName.EXPERT


@pytest.fixture
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    """With the reactions, and four people; dave is senior."""
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as database:
        async with database.transaction() as tx:
            for name, role in {"alice": Role.RESPONDER, "bob": Role.RESPONDER, "vera": Role.VIEWER}.items():
                draft = UserDraft(name=name, email=f"{name}@example.com", role=role)
                await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
            senior = UserDraft(name="dave", email="dave@example.com", senior=True)
            await accounts.upsert_user(tx, senior, managed_by=None, actor="tocsin")
        yield database


async def declare(db: Database, **said: object) -> Incident:
    async with db.transaction() as tx:
        return await service.declare(tx, Declaration(title="Checkout fails", by="@alice", **said))  # type: ignore[arg-type]


async def assign(db: Database, role: RoleName, user: str, by: str = "@alice", incident_id: int = 1) -> str:
    async with db.transaction() as tx:
        return (await assigning.assign(tx, incident_id, role, user, by)).warning


async def acknowledge(db: Database, by: str) -> None:
    async with db.transaction() as tx:
        await service.acknowledge(tx, 1, by, "cli")


async def held(db: Database, incident_id: int = 1) -> list[tuple[str, str]]:
    async with db.connection() as conn:
        return [(each.role, each.user) for each in await assigning.list_holdings(conn, incident_id)]


async def sentences(db: Database) -> list[str]:
    async with db.connection() as conn:
        return [entry.sentence for entry in await list_entries(conn, "incident/1")]


async def told(db: Database) -> list[tuple[str, str]]:
    """Whom a message about it went to, and what it says, oldest first."""
    async with db.connection() as conn:
        cursor = await conn.execute(
            "select user_name, message ->> 'what' from delivery where purpose = 'info' order by requested_at, user_name"
        )
        return await cursor.fetchall()  # type: ignore[return-value]


async def test_a_role_is_given_and_its_holder_told_what_it_is_for(db: Database) -> None:
    await declare(db)
    await assign(db, COMMANDER, "@bob")
    assert await held(db) == [("commander", "bob")]
    assert (await sentences(db))[-1] == "bob is the commander now, by @alice."
    assert await told(db) == [("bob", "@alice made you the commander of INC-1.")]


async def test_who_takes_a_role_needs_no_message(db: Database) -> None:
    await declare(db)
    await assign(db, RoleName.SCRIBE, "alice")
    assert (await sentences(db))[-1] == "@alice is the scribe now."
    assert await told(db) == []


async def test_there_is_one_commander_and_whoever_was_is_told(db: Database) -> None:
    await declare(db)
    await assign(db, COMMANDER, "bob", "@bob")
    await assign(db, COMMANDER, "dave")
    assert await held(db) == [("commander", "dave")]
    assert (await sentences(db))[-1] == "dave is the commander now, by @alice. Before it was bob."
    assert ("bob", "dave is the commander now, by @alice. You need not do it any more.") in await told(db)


async def test_there_may_be_several_experts_and_each_goes_by_name(db: Database) -> None:
    await declare(db)
    await assign(db, EXPERT, "bob")
    await assign(db, EXPERT, "dave")
    assert await held(db) == [("expert", "bob"), ("expert", "dave")]
    async with db.transaction() as tx:
        with pytest.raises(Refused) as refused:
            await assigning.release(tx, 1, EXPERT, None, "@alice")
        assert refused.value.remedy == "Name one of bob, dave."
        assert await assigning.release(tx, 1, EXPERT, "@bob", "@alice") == "bob"
    assert await held(db) == [("expert", "dave")]
    assert (await sentences(db))[-1] == "bob is no longer an expert, by @alice."
    async with db.transaction() as tx:
        assert await assigning.release(tx, 1, EXPERT, None, "@dave") == "dave"
    assert (await sentences(db))[-1] == "@dave is no longer an expert. Nobody is now."


async def test_a_role_that_one_has_already_or_may_not_have_is_refused(db: Database) -> None:
    await declare(db)
    await assign(db, COMMANDER, "bob")
    with pytest.raises(Refused, match="bob is the commander of INC-1 already"):
        await assign(db, COMMANDER, "bob")
    with pytest.raises(Refused, match="vera may not act on this incident"):
        await assign(db, COMMANDER, "vera")
    with pytest.raises(NotFound, match="nobody named 'mallory'"):
        await assign(db, COMMANDER, "mallory")
    async with db.transaction() as tx:
        await service.close(tx, 1, "@alice")
    with pytest.raises(Refused, match="INC-1 is closed"):
        await assign(db, EXPERT, "dave")
    assert await held(db) == [("commander", "bob")]


async def test_rol_2_who_commands_another_open_incident_is_warned_and_not_refused(db: Database) -> None:
    await declare(db)
    await declare(db)
    assert await assign(db, COMMANDER, "bob", incident_id=2) == ""
    warning = await assign(db, COMMANDER, "bob")
    assert warning.startswith("bob commands INC-2 as well")
    assert warning in await sentences(db)
    async with db.transaction() as tx:
        await service.resolve(tx, 2, "@bob")
    await assign(db, COMMANDER, "alice")
    assert await assign(db, COMMANDER, "bob") == ""


async def test_rol_2_the_first_senior_to_acknowledge_a_top_incident_commands(db: Database) -> None:
    await declare(db, severity="SEV-1")
    await acknowledge(db, "@alice")
    assert await held(db) == []
    await acknowledge(db, "@dave")
    assert await held(db) == [("commander", "dave")]
    assert "dave is the commander now. The first senior responder to acknowledge commands" in (await sentences(db))[-1]
    assert await told(db) == [("dave", "Tocsin made you the commander of INC-1.")]


async def test_rol_2_who_was_named_stays(db: Database) -> None:
    await declare(db, severity="SEV-1", commander="bob")
    await acknowledge(db, "@dave")
    assert await held(db) == [("commander", "bob")]


async def test_rol_2_also_when_it_turns_out_to_be_that_bad(db: Database) -> None:
    await declare(db, severity="SEV-3")
    await acknowledge(db, "@dave")
    assert await held(db) == [("responder", "dave")]
    async with db.transaction() as tx:
        await regrading.change_severity(tx, 1, "SEV-1", "@alice", "nobody can pay")
    assert await held(db) == [("responder", "dave"), ("commander", "dave")]


async def test_rol_1_who_has_it_alone_is_the_responder(db: Database) -> None:
    await declare(db, severity="SEV-3")
    await acknowledge(db, "@alice")
    assert await held(db) == [("responder", "alice")]
    await acknowledge(db, "@bob")
    assert await held(db) == [("responder", "bob")]


async def test_lif_5_a_declaration_names_commander_and_size_or_leaves_nothing(db: Database) -> None:
    incident = await declare(db, team_size=TeamSize.LARGE, commander="alice")
    assert incident.team_size is TeamSize.LARGE
    assert await held(db) == [("commander", "alice")]
    with pytest.raises(NotFound):
        await declare(db, commander="mallory")
    async with db.connection() as conn:
        assert [each.number for each in await service.list_incidents_by_id(conn, [1, 2, 3])] == [1]


async def test_the_size_of_the_team_can_be_said_later(db: Database) -> None:
    await declare(db, severity="SEV-3")
    async with db.transaction() as tx:
        assert (await assigning.set_team_size(tx, 1, TeamSize.LARGE, "@bob")).team_size is TeamSize.LARGE
        with pytest.raises(Refused, match="is large already"):
            await assigning.set_team_size(tx, 1, TeamSize.LARGE, "@bob")
    assert (await sentences(db))[-1] == "Team size solo → large (five people or more), by @bob."


async def test_holdings_of_a_page_are_read_at_once(db: Database, clock: VirtualClock) -> None:
    await declare(db)
    await declare(db)
    await assign(db, COMMANDER, "bob")
    clock.advance(timedelta(minutes=5))
    await assign(db, RoleName.SCRIBE, "dave")
    await assign(db, COMMANDER, "alice", incident_id=2)
    async with db.connection() as conn:
        found = await assigning.list_holdings_of(conn, [1, 2, 3])
    assert {number: commander_of(holdings) for number, holdings in found.items()} == {1: "bob", 2: "alice"}
    assert found[1][1].since - found[1][0].since == timedelta(minutes=5)
