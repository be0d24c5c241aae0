"""Credentials against a real PostgreSQL: the first administrator, links, passwords, sessions, tokens (SEC-2, SEC-3)."""

from datetime import timedelta

import pytest

from tests.stores.accounts.test_people import add
from tests.support.passwords import SERIOUS
from tocsin.accounts import passwords, rules, secrets, service, sign_in
from tocsin.accounts.model import NewSession, Purpose, Role, SignIn, User, UserDraft
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, NotFound, TooManyAttempts, Unauthenticated
from tocsin.kernel.ledger import list_entries

PASSWORD = "correct horse battery staple"


async def redeem(db: Database, secret: str) -> SignIn:
    async with db.transaction() as tx:
        return await sign_in.redeem_one_time_link(tx, secret, "127.0.0.1")


async def knock(db: Database, login: str, password: str, client: str = "192.0.2.1") -> SignIn:
    return await passwords.sign_in(db, login, password, client)


async def choose_password(db: Database, user: User, password: str = PASSWORD) -> NewSession:
    return await passwords.set_password(db, user.id, password)


async def is_open(db: Database, session: NewSession | None) -> bool:
    assert session is not None
    async with db.connection() as conn:
        return await sign_in.find_session(conn, session.cookie, db.clock.now()) is not None


def passes(db: Database, length: timedelta) -> None:
    assert isinstance(db.clock, VirtualClock)
    db.clock.advance(length)


async def bootstrap(db: Database) -> str | None:
    async with db.transaction() as tx:
        return await sign_in.bootstrap_administrator(tx)


async def test_the_first_administrator_comes_in_by_the_newest_printed_link_once(db: Database) -> None:
    older, newer = await bootstrap(db), await bootstrap(db)
    assert older is not None
    assert newer is not None
    assert (await redeem(db, older)).refusal is not None
    entered = (await redeem(db, newer)).session
    assert entered is not None
    assert (entered.user.name, entered.user.role) == ("admin", Role.ADMIN)
    assert isinstance((await redeem(db, newer)).refusal, Unauthenticated)
    assert await bootstrap(db) is None


async def test_the_first_link_lasts_a_day(db: Database) -> None:
    secret = await bootstrap(db)
    assert secret is not None
    passes(db, timedelta(days=1))
    assert (await redeem(db, secret)).session is None


async def test_a_person_named_admin_who_is_none_does_not_bar_the_door(db: Database) -> None:
    await add(db, "admin", Role.VIEWER)
    secret = await bootstrap(db)
    assert secret is not None
    entered = (await redeem(db, secret)).session
    assert entered is not None
    assert entered.user.role is Role.ADMIN


async def test_a_new_link_a_new_password_and_disabling_make_the_old_links_worthless(db: Database) -> None:
    await add(db, "root", Role.ADMIN)
    alice = await add(db, "alice")

    async def link() -> str:
        async with db.transaction() as tx:
            return await sign_in.issue_one_time_link(tx, alice.id, Purpose.INVITATION)

    first, second = await link(), await link()
    assert (await redeem(db, first)).session is None
    await choose_password(db, alice)
    assert (await redeem(db, second)).session is None
    third = await link()
    async with db.transaction() as tx:
        await service.disable_user(tx, "alice", managed_by=None, actor="@root")
        with pytest.raises(NotFound):
            await sign_in.issue_one_time_link(tx, alice.id, Purpose.INVITATION)
    assert (await redeem(db, third)).session is None


async def test_password_and_name_or_address_in_any_case_open_a_session(db: Database) -> None:
    alice = await add(db, "alice")
    await choose_password(db, alice)
    for login in ("alice", "alice@example.com", " Alice@Example.com "):
        entered = (await knock(db, login, PASSWORD)).session
        assert await is_open(db, entered)


@pytest.mark.parametrize(
    ("login", "password"), [("alice", "wrong"), ("bob", PASSWORD), ("mallory", PASSWORD), ("", "")]
)
async def test_whatever_is_wrong_the_answer_is_the_same(db: Database, login: str, password: str) -> None:
    await choose_password(db, await add(db, "alice"))
    await add(db, "bob")
    refusal = (await knock(db, login, password)).refusal
    assert isinstance(refusal, Unauthenticated)
    assert refusal.message == "The name or the password is wrong."


async def test_hostile_logins_are_only_wrong(db: Database) -> None:
    for login in ("a\0b", "x" * 10_000, "' or 1=1 --", "\ud800"):
        assert isinstance((await knock(db, login, PASSWORD)).refusal, Unauthenticated)


async def test_hostile_passwords_are_only_wrong(db: Database) -> None:
    await choose_password(db, await add(db, "alice"))
    for password in ("a\0b", "\ud800", "x" * 1_000_000, PASSWORD + "\0"):
        assert isinstance((await knock(db, "alice", password)).refusal, Unauthenticated)


async def test_an_account_is_shut_after_ten_failures_by_any_of_its_names_and_opens_again(db: Database) -> None:
    await choose_password(db, await add(db, "alice"))
    for number in range(rules.ATTEMPTS_PER_ACCOUNT):
        await knock(db, ("alice", "alice@example.com", "ALICE@example.com")[number % 3], "wrong", f"192.0.2.{number}")
    assert isinstance((await knock(db, "alice", PASSWORD, "198.51.100.1")).refusal, TooManyAttempts)
    passes(db, rules.ATTEMPT_WINDOW + timedelta(seconds=1))
    assert (await knock(db, "alice", PASSWORD)).session is not None


async def test_an_address_is_shut_whatever_account_it_tries(db: Database) -> None:
    for number in range(rules.ATTEMPTS_PER_ADDRESS):
        await knock(db, f"user{number}", "wrong")
    assert isinstance((await knock(db, "somebody-else", "wrong")).refusal, TooManyAttempts)
    assert isinstance((await knock(db, "somebody-else", "wrong", "198.51.100.1")).refusal, Unauthenticated)


async def test_the_next_address_of_the_same_connection_is_shut_too(db: Database) -> None:
    for number in range(rules.ATTEMPTS_PER_ADDRESS):
        await knock(db, f"user{number}", "wrong", f"2001:db8:1:2::{number:x}")
    assert isinstance((await knock(db, "somebody-else", "wrong", "2001:db8:1:2:9::1")).refusal, TooManyAttempts)
    assert isinstance((await knock(db, "somebody-else", "wrong", "2001:db8:1:3::1")).refusal, Unauthenticated)


async def test_success_forgets_the_failures_of_the_account(db: Database) -> None:
    await choose_password(db, await add(db, "alice"))
    for _ in range(rules.ATTEMPTS_PER_ACCOUNT - 1):
        await knock(db, "alice", "wrong")
    assert (await knock(db, "alice", PASSWORD)).session is not None
    assert isinstance((await knock(db, "alice", "wrong")).refusal, Unauthenticated)


async def test_refused_attempts_are_on_the_audit_log_with_their_address(db: Database) -> None:
    await knock(db, "alice", "wrong", "192.0.2.7")
    await redeem(db, "never-existed")
    async with db.connection() as conn:
        lines = await list_entries(conn, "audit")
    assert [(line.data["outcome"], line.data["client"]) for line in lines] == [
        ("refused", "192.0.2.7"),
        ("refused", "127.0.0.1"),
    ]
    assert "wrong" not in "".join(line.sentence for line in lines)


async def test_a_flood_of_unknown_links_leaves_a_bounded_number_of_lines(db: Database) -> None:
    async with db.transaction() as tx:
        for number in range(rules.REFUSALS_WRITTEN + 50):
            await sign_in.redeem_one_time_link(tx, f"never-existed-{number}", "192.0.2.1")
    async with db.connection() as conn:
        lines = await list_entries(conn, "audit")
    assert len(lines) == rules.REFUSALS_WRITTEN + 1
    assert "leaves out refused sign-ins until" in lines[-1].sentence


async def test_sessions_end_by_time_sign_out_password_role_and_disabling(db: Database) -> None:
    await add(db, "root", Role.ADMIN)
    alice = await add(db, "alice")
    first = await choose_password(db, alice)
    second = await choose_password(db, alice, PASSWORD + "!")
    assert not await is_open(db, first)
    assert await is_open(db, second)

    async with db.transaction() as tx:
        await sign_in.sign_out(tx, second.cookie)
        await sign_in.sign_out(tx, second.cookie)
    assert not await is_open(db, second)

    third = (await knock(db, "alice", PASSWORD + "!")).session
    await add(db, "alice", Role.MANAGER)
    assert not await is_open(db, third)

    fourth = (await knock(db, "alice", PASSWORD + "!")).session
    passes(db, rules.SESSION_LASTS)
    assert not await is_open(db, fourth)

    fifth = (await knock(db, "alice", PASSWORD + "!")).session
    async with db.transaction() as tx:
        await service.disable_user(tx, "alice", managed_by=None, actor="@root")
    assert not await is_open(db, fifth)
    assert (await knock(db, "alice", PASSWORD + "!")).session is None


async def test_an_open_session_knows_its_viewer_and_its_csrf_secret(db: Database) -> None:
    alice = await add(db, "alice")
    begun = await choose_password(db, alice)
    async with db.connection() as conn:
        found = await sign_in.find_session(conn, begun.cookie, db.clock.now())
        assert await sign_in.find_session(conn, "no such cookie", db.clock.now()) is None
    assert found is not None
    assert (found.viewer.name, found.csrf, found.expires_at) == ("alice", begun.csrf, begun.expires_at)


async def test_a_weak_password_changes_nothing(db: Database) -> None:
    alice = await add(db, "alice")
    begun = await choose_password(db, alice)
    with pytest.raises(Invalid):
        await passwords.set_password(db, alice.id, "short")
    with pytest.raises(NotFound):
        await passwords.set_password(db, 999_999, PASSWORD)
    assert await is_open(db, begun)


async def test_a_token_acts_for_its_owner_with_the_lower_role(db: Database) -> None:
    alice = await add(db, "alice", Role.MANAGER)
    await add(db, "root", Role.ADMIN)
    async with db.transaction() as tx:
        reads = await sign_in.create_token(tx, alice, "dashboard", role_cap=Role.VIEWER, actor="@alice")
        asks_too_much = await sign_in.create_token(tx, alice, "script", role_cap=Role.ADMIN, actor="@alice")
    async with db.connection() as conn:
        assert (await sign_in.authenticate_token(conn, reads.secret, db.clock.now())).role is Role.VIEWER
        assert (await sign_in.authenticate_token(conn, asks_too_much.secret, db.clock.now())).role is Role.MANAGER
    await add(db, "alice", Role.VIEWER)
    async with db.connection() as conn:
        assert (await sign_in.authenticate_token(conn, asks_too_much.secret, db.clock.now())).role is Role.VIEWER


async def test_a_token_shows_when_it_was_used_ends_and_can_be_revoked(db: Database) -> None:
    alice, bob = await add(db, "alice"), await add(db, "bob")
    async with db.transaction() as tx:
        made = await sign_in.create_token(tx, alice, "laptop", lasts=timedelta(days=1), actor="@alice")
    async with db.connection() as conn:
        assert (await sign_in.list_tokens(conn, alice.id))[0].last_used_at is None
        began = db.clock.now()
        await sign_in.authenticate_token(conn, made.secret, began)
        passes(db, timedelta(seconds=30))
        await sign_in.authenticate_token(conn, made.secret, db.clock.now())
        assert (await sign_in.list_tokens(conn, alice.id))[0].last_used_at == began
        passes(db, timedelta(minutes=1))
        await sign_in.authenticate_token(conn, made.secret, db.clock.now())
        assert (await sign_in.list_tokens(conn, alice.id))[0].last_used_at == db.clock.now()
    async with db.transaction() as tx:
        with pytest.raises(NotFound):
            await sign_in.revoke_token(tx, bob, made.id, actor="@bob")
        other = await sign_in.create_token(tx, alice, "desktop", actor="@alice")
        await sign_in.revoke_token(tx, alice, other.id, actor="@alice")
    passes(db, timedelta(days=1))
    async with db.connection() as conn:
        for secret in (made.secret, other.secret, "tocsin_forged", ""):
            with pytest.raises(Unauthenticated):
                await sign_in.authenticate_token(conn, secret, db.clock.now())


async def test_nothing_clear_is_stored(db: Database) -> None:
    alice = await add(db, "alice")
    session = await choose_password(db, alice)
    async with db.transaction() as tx:
        token = await sign_in.create_token(tx, alice, "laptop", actor="@alice")
        link = await sign_in.issue_one_time_link(tx, alice.id, Purpose.PASSWORD_RESET)
    async with db.connection() as conn:
        cursor = await conn.execute(
            """
            select string_agg(said, ' ') from (
                select s::text as said from session s union all select t::text from api_token t
                union all select l::text from one_time_link l union all select u::text from app_user u
                union all select e::text from ledger e) as everything
            """
        )
        row = await cursor.fetchone()
    assert row is not None
    for secret in (session.cookie, token.secret, link, PASSWORD):
        assert secret not in row[0]


async def test_the_servers_own_command_line_has_an_administrators_token(db: Database) -> None:
    async with db.transaction() as tx:
        made = await sign_in.create_local_token(tx, "box")
    async with db.connection() as conn:
        viewer = await sign_in.authenticate_token(conn, made.secret, db.clock.now())
    assert (viewer.name, viewer.role) == ("admin", Role.ADMIN)
    assert await bootstrap(db) is not None  # using the command line does not use the door up


async def test_a_token_without_a_name_is_refused(db: Database) -> None:
    alice = await add(db, "alice")
    async with db.transaction() as tx:
        for name in ("", "  ", "x" * 101, "a\0b"):
            with pytest.raises(Invalid):
                await sign_in.create_token(tx, alice, name, actor="@alice")


async def test_passwords_are_argon2_and_unknown_hashes_do_not_verify() -> None:
    assert SERIOUS.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,")
    stored = await secrets.hash_password(PASSWORD)
    assert stored.startswith("$argon2id$")
    assert await secrets.verify_password(PASSWORD, stored)
    assert not await secrets.verify_password(PASSWORD, "md5:nonsense")
    assert not await secrets.verify_password(PASSWORD, None)


def test_a_draft_of_a_person_is_a_responder() -> None:
    assert UserDraft(name="bob", email=None).role is Role.RESPONDER
