"""Handing a role on (ROL-3) against a real PostgreSQL: offered, accepted, declined, taken back."""

from collections.abc import AsyncIterator

import pytest

from tests.stores.test_roles import assign, declare, held, sentences, told
from tests.support.keys import KEYRING
from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, UserDraft
from tocsin.db.database import Database
from tocsin.incidents import assigning, handoffs, redacting, service
from tocsin.incidents.redaction import MARK
from tocsin.incidents.roles import RoleName
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ledger import list_entries
from tocsin.reactions import REACTIONS

COMMANDER = RoleName.COMMANDER


@pytest.fixture
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    """alice commands INC-1, carol is its scribe."""
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as database:
        async with database.transaction() as tx:
            for name in ("alice", "bob", "carol", "vera"):
                role = Role.VIEWER if name == "vera" else Role.RESPONDER
                draft = UserDraft(name=name, email=f"{name}@example.com", role=role)
                await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
        await declare(database)
        await assign(database, COMMANDER, "alice")
        await assign(database, RoleName.SCRIBE, "carol", "@carol")
        yield database


async def offer(db: Database, to: str = "bob", by: str = "@alice", brief: str = "We roll back.") -> None:
    async with db.transaction() as tx:
        await handoffs.offer_handoff(tx, 1, to, by, brief)


async def accept(db: Database, by: str = "@bob", words: str = "") -> None:
    async with db.transaction() as tx:
        await handoffs.accept_handoff(tx, 1, by, words)


async def waiting(db: Database) -> list[tuple[str, str, str]]:
    async with db.connection() as conn:
        return [(each.role, each.giver, each.taker) for each in await handoffs.list_offers(conn, 1)]


async def test_an_offer_changes_nothing_until_it_is_accepted(db: Database) -> None:
    await offer(db)
    assert await waiting(db) == [("commander", "alice", "bob")]
    assert await held(db) == [("commander", "alice"), ("scribe", "carol")]
    assert (await sentences(db))[
        -1
    ] == "@alice offers bob the role of commander; it stays with @alice until bob accepts."
    ((name, what),) = [each for each in await told(db) if "offers you" in each[1]]
    assert name == "bob"
    assert what.endswith("It is yours when you accept, in the room or by: tocsin handoff INC-1 --accept")


async def test_the_new_holder_tells_the_room_and_the_old_one_stays_available(db: Database) -> None:
    await offer(db)
    await accept(db, words="next update at 14:30")
    async with db.connection() as conn:
        holdings = await assigning.list_holdings(conn, 1)
        entries = await list_entries(conn, "incident/1")
    assert sorted((each.role, each.user, each.state) for each in holdings) == [
        ("commander", "alice", "available"),
        ("commander", "bob", "holds"),
        ("scribe", "carol", "holds"),
    ]
    assert entries[-1].sentence == (
        "@bob has taken over as commander from alice, who stays available. next update at 14:30."
    )
    assert (entries[-1].actor, entries[-1].kind, entries[-1].data["before"]) == ("@bob", "RoleAssigned", "alice")
    assert [each.kind for each in entries].count("RoleAssigned") == 3, "one line, beside those of the two roles before"
    assert [each.data["brief"] for each in entries if each.kind == "HandoffOffered"] == ["We roll back."]
    said = [name for name, what in await told(db) if what.startswith("@bob has taken over")]
    assert sorted(said) == ["alice", "carol"]
    assert await waiting(db) == []


async def test_whoever_is_available_and_takes_a_role_is_listed_once(db: Database) -> None:
    await offer(db)
    await accept(db)
    await assign(db, RoleName.TECH_LEAD, "alice", "@bob")
    assert await held(db) == [("scribe", "carol"), ("commander", "bob"), ("tech-lead", "alice")]


async def test_who_cannot_take_it_declines_and_the_giver_is_told(db: Database) -> None:
    await offer(db)
    async with db.transaction() as tx:
        await handoffs.decline_handoff(tx, 1, "@bob", "on a train")
    assert ("alice", "@bob cannot take over as commander: on a train. alice still has it.") in await told(db)
    assert (await held(db), await waiting(db)) == ([("commander", "alice"), ("scribe", "carol")], [])
    with pytest.raises(Refused, match="Nothing is offered to you in INC-1"):
        await accept(db)
    await offer(db, "carol")
    assert await waiting(db) == [("commander", "alice", "carol")]


async def test_an_offer_is_taken_back(db: Database) -> None:
    await offer(db)
    with pytest.raises(Refused, match="You have offered it to bob, who has not answered"):
        await offer(db, "carol")
    async with db.transaction() as tx:
        await handoffs.withdraw_handoff(tx, 1, "@alice")
    assert ("bob", "@alice takes the offer to bob back and stays commander.") in await told(db)
    with pytest.raises(Refused, match="You have offered nothing in INC-1"):
        async with db.transaction() as tx:
            await handoffs.withdraw_handoff(tx, 1, "@alice")


async def test_whoever_loses_the_role_meanwhile_has_nothing_to_offer(db: Database) -> None:
    await offer(db)
    await assign(db, COMMANDER, "carol", "@carol")
    assert await waiting(db) == []
    with pytest.raises(Refused):
        await accept(db)


async def test_what_cannot_be_offered_is_refused(db: Database) -> None:
    with pytest.raises(Refused, match="You hold no role in INC-1"):
        await offer(db, "carol", "@bob")
    with pytest.raises(Refused, match="You are not the tech lead of INC-1"):
        async with db.transaction() as tx:
            await handoffs.offer_handoff(tx, 1, "bob", "@alice", "x", role=RoleName.TECH_LEAD)
    with pytest.raises(Refused, match="You hold it already"):
        await offer(db, "alice")
    with pytest.raises(Refused, match="vera may not act on this incident"):
        await offer(db, "vera")
    with pytest.raises(NotFound, match="nobody named 'mallory'"):
        await offer(db, "mallory")
    with pytest.raises(Invalid, match="The brief has 1 to 10000 characters"):
        await offer(db, brief="  ")
    async with db.transaction() as tx:
        await service.resolve(tx, 1, "@alice")
    with pytest.raises(Refused, match="INC-1 is resolved: there is nothing to hand on"):
        await offer(db)


async def test_a_responder_hands_on_as_well(db: Database) -> None:
    await assign(db, RoleName.EXPERT, "bob", "@bob")
    await offer(db, "carol", "@bob")
    await accept(db, "@carol")
    assert await held(db) == [("commander", "alice"), ("scribe", "carol"), ("expert", "bob"), ("expert", "carol")]


async def test_war_6_what_is_redacted_is_gone_from_the_brief_too(db: Database) -> None:
    async with db.transaction() as tx:
        entry_id = await service.add_note(tx, 1, "@alice", "the key is hunter2")
        await handoffs.offer_handoff(tx, 1, "bob", "@alice", "We roll back.\n- the key is hunter2")
    async with db.transaction() as tx:
        await redacting.redact(tx, await service.get(tx.conn, 1), entry_id, "@carol", "a key was written down")
    async with db.connection() as conn:
        (waits,) = await handoffs.list_offers(conn, 1)
        entries = await list_entries(conn, "incident/1")
    assert waits.brief == f"We roll back.\n- {MARK}"
    assert "hunter2" not in str(entries)
