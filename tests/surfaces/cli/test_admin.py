"""`tocsin admin`, in-process: people, links, tokens, settings, migrations."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.postgres import Server
from tests.surfaces.cli.terminal import Terminal, run
from tocsin.accounts import sign_in
from tocsin.alerts.rulebook import NewIntegration, hash_key, replace_integrations
from tocsin.db.database import Database
from tocsin.delivery.keys import webhook_secret
from tocsin.kernel.ledger import list_entries
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Layer, Rotation, Schedule


@pytest.fixture
def admin(cli: Terminal, dsn: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The same terminal, on the machine of the server."""
    monkeypatch.setenv("TOCSIN_DATABASE_URL", dsn)
    monkeypatch.setenv("TOCSIN_PUBLIC_URL", "https://tocsin.example.com")
    return cli


async def test_a_new_person_comes_in_by_their_link_once(admin: Terminal, db: Database) -> None:
    said = (await admin("admin", "user", "add", "dora", "--email", "dora@example.com", "--role", "manager")).out
    assert said.startswith("This link signs dora in, once:\n  https://tocsin.example.com/sign-in/")
    secret = said.strip().rsplit("/", 1)[1]
    async with db.transaction() as tx:
        entered = await sign_in.redeem_one_time_link(tx, secret)
    assert entered.session is not None
    assert (entered.session.user.name, entered.session.user.role) == ("dora", "manager")
    assert "There is a dora already" in (await admin("admin", "user", "add", "dora", status=1)).err
    again = (await admin("admin", "user", "link", "dora", "--json")).json()
    assert again["url"].startswith("https://tocsin.example.com/sign-in/")
    assert again["mailed_to"] is None


async def test_where_mail_can_be_sent_the_link_is_mailed_too(
    admin: Terminal, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", "smtp://127.0.0.1:25")
    said = (await admin("admin", "user", "add", "dora", "--email", "dora@example.com")).out
    assert said.endswith("A mail with it is on its way to dora@example.com.\n")
    secret = said.splitlines()[1].rpartition("/")[2]
    async with db.transaction() as tx:
        assert (await sign_in.redeem_one_time_link(tx, secret)).session is not None


async def test_people_are_listed_and_disabled(admin: Terminal) -> None:
    listed = (await admin("admin", "user", "list")).out
    assert "alice  responder  alice@example.com" in listed
    assert (await admin("admin", "user", "disable", "alice")).out.startswith("alice is disabled")
    people = (await admin("admin", "user", "list", "--json")).json()["users"]
    assert [each["name"] for each in people if each["disabled_at"]] == ["alice"]
    assert "refused the token" in (await admin("list", status=1)).err
    assert "last administrator" in (await admin("admin", "user", "disable", "root", status=1)).err
    assert "tocsin admin user list" in (await admin("admin", "user", "disable", "mallory", status=1)).err


async def test_whoever_is_on_call_is_disabled_only_when_it_is_meant(admin: Terminal, db: Database) -> None:
    days = Layer(
        name="days", rotation=Rotation.DAILY, starts=datetime.fromisoformat("2026-01-05T09:00"), users=(("bob",),)
    )
    async with db.transaction() as tx:
        await oncall.put_schedule(tx, Schedule(name="primary", time_zone="UTC", layers=(days,)))
    refused = (await admin("admin", "user", "disable", "bob", status=1)).err
    assert "Nothing was saved" in refused
    assert "nobody on call in primary can be reached" in refused
    assert (await admin("admin", "user", "disable", "bob", "--anyway", "he has left")).out.startswith("bob is disabled")
    async with db.connection() as conn:
        assert (await list_entries(conn, "audit"))[-1].sentence.endswith("disabled the user bob: he has left.")


async def test_a_token_is_shown_once_listed_and_revoked(admin: Terminal) -> None:
    made = (await admin("admin", "user", "token", "bob", "--name", "laptop", "--role", "viewer", "--json")).json()
    lasts = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=89) < lasts < timedelta(days=91)
    assert "may not declare" in (await admin("declare", "x", who=made["token"], status=1)).err
    listed = (await admin("admin", "user", "token", "bob", "--list")).out
    assert "laptop" in listed
    assert made["token"] not in listed
    tokens = (await admin("admin", "user", "token", "bob", "--list", "--json")).json()["tokens"]
    number = next(each["id"] for each in tokens if each["name"] == "laptop")
    assert (
        await admin("admin", "user", "token", "bob", "--revoke", str(number))
    ).out == f"Token {number} is revoked.\n"
    assert "refused the token" in (await admin("list", who=made["token"], status=1)).err
    assert "no token" in (await admin("admin", "user", "token", "bob", "--revoke", "999", status=1)).err
    assert "366 days" in (await admin("admin", "user", "token", "bob", "--days", "1000", status=1)).err


async def test_the_database_is_up_to_date(admin: Terminal) -> None:
    assert (await admin("admin", "migrate")).out == "The database is up to date.\n"
    assert (await admin("admin", "migrate", "--json")).json() == {"applied": []}


def test_an_old_database_is_named_so_that_nobody_migrates_another_than_the_servers(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = postgres_server.create()
    monkeypatch.setenv("TOCSIN_DATABASE_URL", empty)
    assert run(("admin", "user", "list")) == 1
    postgres_server.drop(empty)
    told = capsys.readouterr().err
    assert "The database of TOCSIN_DATABASE_URL is not up to date: 0001_kernel is missing." in told
    assert "If the server uses another, give this shell the server's TOCSIN_DATA_DIR" in told


def test_settings_say_where_they_come_from(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", "smtp://me:secret@mail.example.com")
    assert run(("admin", "settings", "--json")) == 0
    told = {each["name"]: each for each in json.loads(capsys.readouterr().out)["settings"]}
    assert told["smtp_url"]["source"] == "TOCSIN_SMTP_URL"
    assert told["mail_from"]["source"] == "default"
    assert run(("admin", "settings")) == 0
    out = capsys.readouterr().out
    assert "TOCSIN_SMTP_URL  smtp://me:" in out
    assert "secret@" not in out


def test_a_database_that_is_not_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TOCSIN_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    assert run(("admin", "user", "list")) == 1
    assert "The database does not let us in" in capsys.readouterr().err


def test_what_is_sent_to_a_webhook_of_the_configuration_can_be_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = bytes(range(32))
    monkeypatch.setenv("TOCSIN_SECRET_KEY", key.hex())
    assert run(("admin", "webhook-secret", "https://hooks.example.com/on-call")) == 0
    assert capsys.readouterr().out == webhook_secret(key, "https://hooks.example.com/on-call") + "\n"
    assert run(("admin", "webhook-secret", "HTTPS://hooks.example.com:443/on-call", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["secret"] == webhook_secret(key, "https://hooks.example.com/on-call")
    assert run(("admin", "webhook-secret", "ftp://x")) == 1


async def test_the_signing_secret_of_an_integration_changes_with_its_key(admin: Terminal, db: Database) -> None:
    async def secret_with(key: str) -> str:
        async with db.transaction() as tx:
            await replace_integrations(tx, [NewIntegration(name="grafana", type="grafana", key_hash=hash_key(key))])
        return (await admin("admin", "signing-secret", "grafana", "--json")).json()["secret"]

    first = await secret_with("the first key")
    assert len(first) == 43
    assert (await admin("admin", "signing-secret", "grafana")).out == first + "\n"
    assert await secret_with("the second key") != first
    assert "There are: grafana" in (await admin("admin", "signing-secret", "other", status=1)).err


async def test_what_was_given_up_is_listed_tried_again_and_let_go(admin: Terminal, db: Database) -> None:
    assert (await admin("admin", "jobs", "list")).out == "Nothing was given up.\n"
    async with db.transaction() as tx:
        await tx.conn.execute(
            """
            insert into parked_job (id, lane, prio, run_at, kind, key, payload, attempts, crashes, trouble, parked_at)
            select n, 'alerts', 1, %(now)s, 'alerts.group', 'k:' || n, '{}', 3, 0, 'ValueError: no', %(now)s
            from generate_series(1, 2) n
            """,
            {"now": tx.now},
        )
    listed = (await admin("admin", "jobs", "list")).out
    assert "1  alerts.group, given up" in listed
    assert "ValueError: no" in listed
    assert (await admin("admin", "jobs", "retry", "1")).out == "Job 1 (alerts.group) runs again now.\n"
    assert (await admin("admin", "jobs", "drop", "2", "--json")).json()["kind"] == "alerts.group"
    assert "admin jobs list" in (await admin("admin", "jobs", "retry", "1", status=1)).err
    async with db.connection() as conn:
        cursor = await conn.execute("select key from job where kind = 'alerts.group'")
        assert await cursor.fetchall() == [("k:1",)]


async def test_a_role_is_changed_and_somebody_disabled_is_enabled(admin: Terminal) -> None:
    assert (await admin("admin", "user", "role", "bob", "manager")).out == "bob is manager now, and signs in anew.\n"
    assert "not disabled" in (await admin("admin", "user", "enable", "bob", status=1)).err
    await admin("admin", "user", "disable", "bob")
    assert (await admin("admin", "user", "enable", "bob", "--json")).json() == {"name": "bob", "disabled": False}


async def test_the_audit_log_is_read_and_its_chain_walked(admin: Terminal) -> None:
    await admin("admin", "user", "role", "bob", "manager")
    said = (await admin("admin", "audit", "--words", "role of bob")).out
    assert "changed the role of bob" in said
    told = (await admin("admin", "audit", "--words", "role of bob", "--json")).json()["deeds"]
    assert told[0]["by"].startswith("local:")
    assert "intact" in (await admin("admin", "audit", "--verify")).out
    assert (await admin("admin", "audit", "--verify", "--json")).json()["is_intact"]
