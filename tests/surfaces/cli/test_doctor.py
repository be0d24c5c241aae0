"""`tocsin admin doctor` against a real database, a real mail server and real hosts: it connects, and sends nothing."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.programs import free_port
from tests.support.sinks import HttpSink, SmtpSink
from tests.surfaces.cli.terminal import Terminal
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.db.database import Database
from tocsin.db.keyring import keyring_of
from tocsin.kernel.lease import NOBODY, Lease
from tocsin.kernel.presence import be_present
from tocsin.reactions import REACTIONS
from tocsin.settings import load, with_secret_key

DAVE = "https://hooks.example.com/dave"


@pytest.fixture
async def doctor(
    cli: Terminal, dsn: str, db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Terminal]:
    """On the machine of a server with a worker, a mail server that takes mail, and a webhook that answers."""
    with SmtpSink() as mail, HttpSink() as hook, HttpSink() as web:
        for name, value in {
            "TOCSIN_DATABASE_URL": dsn,
            "TOCSIN_DATA_DIR": str(tmp_path),
            "TOCSIN_PUBLIC_URL": web.url,
            "TOCSIN_SMTP_URL": mail.url,
            "TOCSIN_HEARTBEAT_URL": "https://hc.example.com/1",
            "TOCSIN_ALLOWED_NETWORKS": "127.0.0.0/8",
        }.items():
            monkeypatch.setenv(name, value)
        text = ORGANISATION.replace(DAVE, f"{hook.url}/secret").replace("schedule:nobody", "user:bob")
        keyring = keyring_of(with_secret_key(load(dict(os.environ), {})))
        async with Database(dsn, reactions=REACTIONS, keyring=keyring) as own, own.transaction() as tx:
            await apply(tx, load_texts({"tocsin.yaml": text}, {}), "@root", {})
        lease = Lease(worker_id=NOBODY, length=60, deadline=0.0, pulse=time.monotonic())
        async with be_present(dsn, version="test", lease=lease, running=()):
            yield cli


async def whats(doctor: Terminal, status: int) -> dict[str, str]:
    said = await doctor("admin", "doctor", "--json", status=status)
    return {each["what"]: each["severity"] for each in said.json()["ailments"]}


async def test_what_is_left_when_everything_works(doctor: Terminal) -> None:
    """The example leaves things to be desired; nothing of it makes a page fail, and no message was sent."""
    found = await whats(doctor, status=1)
    assert set(found.values()) == {"warning"}
    assert "The policy dave-first has no last resort." in found
    assert any(what.startswith("Links in messages begin with http://127.0.0.1") for what in found)
    (unproven,) = [what for what in found if what.startswith("Unproven: ")]
    assert "dave has never answered a message by email and webhook" in unproven


async def test_a_webhook_that_cannot_be_reached_and_one_that_may_not(
    doctor: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOCSIN_ALLOWED_NETWORKS")
    said = " ".join((await doctor("admin", "doctor", status=2)).out.split())
    assert "is not called: it leads to" in said
    assert "Pages by webhook of dave do not arrive." in said
    assert "secret" not in said, "of an address only the host is shown"


async def test_a_mail_server_that_refuses(doctor: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    assert "error" in (await whats(doctor, status=2)).values()
    assert "TOCSIN_SMTP_URL" in (await doctor("admin", "doctor", status=2)).out
    with SmtpSink() as mail:
        monkeypatch.setenv("TOCSIN_SMTP_URL", f"{mail.url}?starttls=required")
        found = await whats(doctor, status=2)
        assert any(f"The mail server 127.0.0.1:{mail.port}: " in what for what in found), found


async def test_without_a_worker_nobody_is_paged(doctor: Terminal, db: Database) -> None:
    """Their machine was switched off, so that nobody has declared them dead: a lease that has run out is enough."""
    async with db.connection() as conn:
        await conn.execute("update worker set lease_until = began_at - interval '1 minute'")
    assert (await whats(doctor, status=2))["No worker runs."] == "error"


async def test_without_a_database_it_says_so(cli: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_DATABASE_URL", f"postgresql://127.0.0.1:{free_port()}/tocsin?connect_timeout=1")
    said = await cli("admin", "doctor", status=2)
    assert "nobody is paged" in said.out


async def test_gaps_are_an_ailment_unless_they_are_meant(doctor: Terminal, db: Database) -> None:
    ended = ORGANISATION.replace(
        "starts: 2026-01-05, users: [bob]", "starts: 2026-01-05, ends: 2026-01-06, users: [bob]"
    )
    async with db.transaction() as tx:
        await apply(tx, load_texts({"tocsin.yaml": ended}, {}), "@root", {})
    found = {what for what, severity in (await whats(doctor, status=2)).items() if severity == "error"}
    assert any(what.startswith("Nobody is on call in secondary from ") for what in found)
    meant = ended.replace("  - name: secondary\n", "  - name: secondary\n    limits: {gaps: true}\n")
    async with db.transaction() as tx:
        await apply(tx, load_texts({"tocsin.yaml": meant}, {}), "@root", {})
    assert not [what for what in await whats(doctor, status=2) if "on call in secondary" in what]
