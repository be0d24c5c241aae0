"""People and teams against a real PostgreSQL: who is there, who may be changed by whom, what a change ends."""

import pytest

from tocsin.accounts import service, sign_in, store
from tocsin.accounts.model import ORGANISATION_SCOPE, Role, User, UserDraft
from tocsin.db.database import Database
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ledger import list_entries


async def add(db: Database, name: str, role: Role = Role.RESPONDER, managed_by: str | None = None) -> User:
    draft = UserDraft(name=name, email=f"{name}@example.com", role=role)
    async with db.transaction() as tx:
        return await service.upsert_user(tx, draft, managed_by=managed_by, actor="@root")


async def test_adding_twice_changes_nothing_and_writes_one_audit_line(db: Database) -> None:
    first = await add(db, "alice")
    second = await add(db, "alice")
    assert first == second
    async with db.connection() as conn:
        lines = await list_entries(conn, "audit")
    assert [line.sentence for line in lines] == ["@root added the user alice (responder)."]
    assert lines[0].data["action"] == "added the user"


async def test_what_a_file_manages_is_changed_by_that_file_only(db: Database) -> None:
    await add(db, "alice", managed_by="tocsin.yaml")
    with pytest.raises(Refused, match=r"managed by tocsin\.yaml"):
        await add(db, "alice", Role.ADMIN)
    async with db.transaction() as tx:
        with pytest.raises(Refused):
            await service.disable_user(tx, "alice", managed_by=None, actor="@root")


async def test_a_file_may_adopt_somebody_who_is_in_no_file(db: Database) -> None:
    await add(db, "alice")
    assert (await add(db, "alice", managed_by="tocsin.yaml")).managed_by == "tocsin.yaml"


async def test_a_disabled_person_is_nobody_until_they_are_named_again(db: Database) -> None:
    await add(db, "root", Role.ADMIN)
    alice = await add(db, "alice")
    async with db.transaction() as tx:
        token = await sign_in.create_token(tx, alice, "laptop", actor="@alice")
        await service.disable_user(tx, "alice", managed_by=None, actor="@root")
        await service.disable_user(tx, "alice", managed_by=None, actor="@root")
    async with db.connection() as conn:
        assert await service.find_viewer(conn, alice.id) is None
        assert (await service.get_user_by_name(conn, "@alice")).is_disabled
        with pytest.raises(sign_in.Unauthenticated):
            await sign_in.authenticate_token(conn, token.secret, db.clock.now())
    await add(db, "alice")
    async with db.connection() as conn:
        assert await service.find_viewer(conn, alice.id) is not None


async def test_the_last_administrator_can_be_neither_demoted_nor_disabled(db: Database) -> None:
    await add(db, "root", Role.ADMIN)
    with pytest.raises(Refused, match="last administrator"):
        await add(db, "root", Role.VIEWER)
    async with db.transaction() as tx:
        with pytest.raises(Refused, match="last administrator"):
            await service.disable_user(tx, "root", managed_by=None, actor="@root")
    await add(db, "second", Role.ADMIN)
    assert (await add(db, "root", Role.VIEWER)).role is Role.VIEWER


async def test_two_people_cannot_share_an_address_but_a_successor_may_have_it(db: Database) -> None:
    await add(db, "alice")
    double = UserDraft(name="alicia", email="ALICE@example.com")
    async with db.transaction() as tx:
        with pytest.raises(Invalid, match="address of alice") as refused:
            await service.upsert_user(tx, double, managed_by=None, actor="@root")
    assert refused.value.field == "email"
    async with db.transaction() as tx:
        await service.disable_user(tx, "alice", managed_by=None, actor="@root")
        await service.upsert_user(tx, double, managed_by=None, actor="@root")


async def test_a_team_is_exactly_what_is_said(db: Database) -> None:
    for name in ("alice", "bob", "carol"):
        await add(db, name)
    async with db.transaction() as tx:
        await service.upsert_team(tx, "payments", ["alice", "bob"], ["carol", "alice"], managed_by=None, actor="@root")
        await service.upsert_team(tx, "payments", ["alice", "bob"], ["carol", "alice"], managed_by=None, actor="@root")
    async with db.connection() as conn:
        team = await service.find_team(conn, "payments")
        assert team is not None
        assert (team.members, team.leads) == (("alice", "bob"), ("alice", "carol"))
        assert [each.name for each in await service.list_team_members(conn, "payments")] == ["alice", "bob"]
        assert [each.name for each in await service.list_team_leads(conn, "payments")] == ["alice", "carol"]
        lines = [line.sentence for line in await list_entries(conn, "audit")]
    assert lines[-1] == "@root added the team payments."
    async with db.transaction() as tx:
        await service.delete_team(tx, "payments", actor="@root")
    async with db.connection() as conn:
        assert await service.list_teams(conn) == []
        assert await service.list_team_members(conn, "payments") == []


async def test_a_team_of_strangers_is_refused_by_name_and_nothing_is_kept(db: Database) -> None:
    await add(db, "alice")
    with pytest.raises(Invalid, match="mallory") as refused:
        async with db.transaction() as tx:
            await service.upsert_team(tx, "payments", ["alice", "mallory"], [], managed_by=None, actor="@root")
    assert refused.value.field == "members"
    async with db.connection() as conn:
        assert await service.list_teams(conn) == []


async def test_a_viewer_reads_the_organisation_and_the_circles_they_are_in(db: Database) -> None:
    alice, bob = await add(db, "alice"), await add(db, "bob")
    async with db.transaction() as tx:
        circle = await service.open_scope(tx, "incident 1", [alice.id])
    async with db.connection() as conn:
        insider, outsider = await store.find_viewer(conn, alice.id), await store.find_viewer(conn, bob.id)
    assert insider is not None
    assert outsider is not None
    assert insider.scopes == (ORGANISATION_SCOPE, circle)
    assert not outsider.may_read(circle)
    async with db.transaction() as tx:
        await service.add_to_scope(tx, circle, [bob.id])
        await service.remove_from_scope(tx, circle, alice.id)
    async with db.connection() as conn:
        outsider = await store.find_viewer(conn, alice.id)
        assert outsider is not None
        assert not outsider.may_read(circle)


async def test_nobody_by_that_name(db: Database) -> None:
    async with db.connection() as conn:
        with pytest.raises(NotFound, match="mallory"):
            await service.get_user_by_name(conn, "mallory")
        assert await service.find_user(conn, 12345) is None
        with pytest.raises(NotFound, match="payments"):
            await service.get_team(conn, "payments")
        assert await service.list_users(conn) == []


async def test_several_people_at_once(db: Database) -> None:
    alice, bob = await add(db, "alice"), await add(db, "bob")
    async with db.connection() as conn:
        assert await service.list_users_by_name(conn, ["bob", "mallory", "alice"]) == [alice, bob]
        assert await service.list_users_by_id(conn, [bob.id, 999_999]) == [bob]
        assert await service.list_users_by_id(conn, []) == []
