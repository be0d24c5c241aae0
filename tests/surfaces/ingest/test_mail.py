"""The SMTP listener: it begins with who may not; then what mails mean, what is too much,
and trouble below."""

import asyncio
import json
import os
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
import trustme

from tests.surfaces.alert_app import AlertApp, alert_app, integration
from tocsin.alerts.rulebook import replace_integrations
from tocsin.db.database import Database
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.server_tls import Certificate
from tocsin.settings import load
from tocsin.surfaces.ingest import MailInlet, commit, mail

FIXTURES = Path("src/tocsin/integrations/sources/email/fixtures")
KEY, OTHER = "0123456789abcdef0123456789abcd01", "0123456789abcdef0123456789abcd02"
EVERY = [
    integration("mails", "email", KEY),
    integration("nagios", "email", OTHER, options={"resolved": "RECOVERY", "same": "Alert: ([^ ]+)"}),
    integration("prometheus", "prometheus", "prometheus-key-0123"),
]


END_OTHERS = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and datname = current_database()
"""


class Office:
    """A mail server that passes its mails on to us."""

    def __init__(self, app: AlertApp, inlet: MailInlet) -> None:
        self.app = app
        self.port = inlet.port

    async def send(self, content: bytes, *to: str) -> int:
        """The reply to the message, or to the recipient that was refused."""
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, start_tls=False) as client:
            try:
                await client.sendmail("am@example.org", list(to or (f"{KEY}@tocsin.example.com",)), content)
            except aiosmtplib.SMTPRecipientsRefused as error:
                return error.recipients[0].code
            except aiosmtplib.SMTPResponseException as error:
                return error.code
        return 250

    async def mail(self, subject: str, text: str = "words", to: str = KEY, **headers: str) -> int:
        message = EmailMessage()
        message["From"], message["Subject"] = "Monitor <am@example.org>", subject
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return await self.send(message.as_bytes(), f"{to}@tocsin.example.com")

    async def alerts(self) -> list[tuple[Any, ...]]:
        return await self.app.rows("select title, state from alert order by id")


@asynccontextmanager
async def office(db: Database) -> AsyncGenerator[Office]:
    async with alert_app(db, EVERY) as app:
        inlet = MailInlet(app.book, app.commit.submit, "127.0.0.1", 0)
        await inlet.open()
        try:
            yield Office(app, inlet)
        finally:
            await inlet.close()


async def flood(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _ in range(10_000):
            writer.write(b"x" * 10_000)
            await writer.drain()
    finally:
        writer.close()


@pytest.mark.parametrize("to", ["unknown-key@tocsin.example.com", "prometheus-key-0123@tocsin.example.com", "alerts"])
async def test_an_unknown_recipient_is_refused_for_good(db: Database, to: str) -> None:
    async with office(db) as there:
        assert await there.send(b"Subject: x\r\n\r\ny\r\n", to) == 550
        assert await there.alerts() == []


@pytest.mark.parametrize(
    "to", [f"{KEY}@t.example.com", f"<{KEY}@t.example.com>", f"alerts+{KEY}@x", f"{KEY.upper()}@X"]
)
async def test_a_known_one_is_taken_however_it_is_written(db: Database, to: str) -> None:
    async with office(db) as there:
        assert await there.send(b"Subject: Disk full\r\n\r\n97 %\r\n", to) == 250
        assert await there.app.rows("select title, summary, labels from alert") == [
            ("Disk full", "97 %", {"subject": "Disk full", "severity": "warning"})
        ]


async def test_the_key_is_not_in_what_is_kept_or_logged(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with office(db) as there:
        await there.mail("Disk full", To=f"{KEY}@tocsin.example.com")
        kept = await there.app.rows("select a::text, (select string_agg(l::text, '') from ledger l) from alert a")
        assert KEY not in "".join(kept[0])
    assert KEY not in caplog.text


async def test_a_mail_comes_by_starttls_where_there_is_a_certificate_also_once_it_was_renewed(
    db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "tls.pem"
    first, second = trustme.CA(), trustme.CA()
    write_certificate(path, first)
    async with alert_app(db, EVERY) as app:
        inlet = MailInlet(app.book, app.commit.submit, "127.0.0.1", 0, certificate=Certificate(path, None))
        await inlet.open()
        try:
            await send_by_tls(inlet.port, first, "Disk full")
            write_certificate(path, second)
            await send_by_tls(inlet.port, second, "Disk is full again")
            path.write_text("no certificate")
            await send_by_tls(inlet.port, second, "Disk is full for the third time")
            assert await Office(app, inlet).mail("In clear") == 250, "nobody is made to use it"
        finally:
            await inlet.close()
        assert len(await app.rows("select title from alert")) == 4


async def test_without_a_certificate_starttls_is_not_offered(db: Database) -> None:
    async with office(db) as there:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=there.port, start_tls=False)
        async with client:
            await client.ehlo()
            assert not client.supports_extension("starttls")


def test_a_certificate_that_cannot_be_used_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tls.pem"
    with pytest.raises(Unavailable, match="No such file") as missing:
        Certificate(path, None)
    assert "TOCSIN_SMTP_TLS_CERT" in missing.value.remedy
    path.write_text("no certificate")
    with pytest.raises(Unavailable, match="cannot be used"):
        Certificate(path, None)


def write_certificate(path: Path, authority: trustme.CA) -> None:
    before = path.stat().st_mtime_ns if path.exists() else 0
    authority.issue_cert("in.example.com").private_key_and_cert_chain_pem.write_to_path(path)
    os.utime(
        path, ns=(before + 1_000_000_000, before + 1_000_000_000)
    )  # a coarse clock of the disk is no renewal missed


async def send_by_tls(port: int, authority: trustme.CA, subject: str) -> None:
    """Fails for a certificate of anybody else."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    context.check_hostname = False
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=True, tls_context=context)
    async with client:
        content = f"Subject: {subject}\r\n\r\nwords\r\n".encode()
        await client.sendmail("am@example.org", [f"{KEY}@tocsin.example.com"], content)


# What mails mean


async def test_alertmanagers_mails_are_one_alert_until_it_resolves(db: Database) -> None:
    recorded = json.loads((FIXTURES / "alertmanager_0.25_email.json").read_text())["messages"]
    async with office(db) as there:
        for message in recorded:
            assert await there.send(message["data"].encode()) == 250
        assert await there.alerts() == [("[FIRING:2] SlowPending c1 (127.0.0.1:18081 toy warning)", "firing")]
        ((words,),) = await there.app.rows("select summary from alert")
        assert "alertname = SlowPending" in words
        assert "<" not in words
        assert "font-family" not in words
        ended = recorded[0]["data"].replace("[FIRING:2]", "[RESOLVED]")
        assert await there.send(ended.encode()) == 250
        assert await there.app.rows("select state from alert") == [("resolved",)]


SAME = [
    ("PROBLEM: CRITICAL - disk on db1", "RECOVERY: OK - disk on db1"),
    ("** PROBLEM Service Alert: db1/Disk is WARNING **", "** RECOVERY Service Alert: db1/Disk is OK **"),
    ("Problem: High CPU on db1", "Resolved: High CPU on db1"),
    ("db1 is down", "db1 is back to normal"),
    ("Disk full", "Re: [OK] Disk full"),
    ("=?utf-8?q?Platte_voll_=C3=A4?=", "OK: Platte voll ä"),
]


@pytest.mark.parametrize(("begins", "ends"), SAME)
async def test_the_subject_says_what_it_is_about_and_that_it_is_over(db: Database, begins: str, ends: str) -> None:
    async with office(db) as there:
        assert await there.send(f"Subject: {begins}\r\n\r\nx\r\n".encode()) == 250
        assert [state for _, state in await there.alerts()] == ["firing"]
        assert await there.send(f"Subject: {ends}\r\n\r\nx\r\n".encode()) == 250
        assert [state for _, state in await there.alerts()] == ["resolved"]


@pytest.mark.parametrize("subject", ["Disk is not OK", "Normal operation failed", "Set up failed", "Okay, it burns"])
async def test_what_only_sounds_like_the_end_is_none(db: Database, subject: str) -> None:
    async with office(db) as there:
        await there.mail(subject)
        assert [state for _, state in await there.alerts()] == ["firing"]


async def test_an_integration_may_say_what_is_the_same_and_what_ends_it(db: Database) -> None:
    async with office(db) as there:
        await there.mail("PROBLEM Alert: db1/Disk is WARNING for 5m", to=OTHER)
        await there.mail("PROBLEM Alert: db1/Disk is CRITICAL for 10m", to=OTHER)
        await there.mail("RECOVERY Alert: db2/Disk is OK", to=OTHER)
        assert [state for _, state in await there.alerts()] == ["firing"]
        await there.mail("RECOVERY Alert: db1/Disk is OK", to=OTHER)
        assert [state for _, state in await there.alerts()] == ["resolved"]


async def test_a_thread_may_be_one_alert(db: Database) -> None:
    async with office(db) as there:
        threaded = [integration("mails", "email", KEY, options={"same": "thread", "severity": "error"})]
        async with db.transaction() as tx:
            await replace_integrations(tx, threaded)
        await there.app.book.refresh()
        await there.mail("Job 7 failed", Message_ID="<1@x>")
        await there.mail("Resolved: all is well with 8", In_Reply_To="<1@x>", Message_ID="<2@x>")
        assert await there.app.rows("select title, state, severity_hint from alert") == [
            ("Job 7 failed", "resolved", "error")
        ]


@pytest.mark.parametrize(
    ("subject", "severity"), [("CRITICAL: x", "critical"), ("db1 is DOWN", "critical"), ("Slow down there", "critical")]
)
async def test_the_subject_says_how_bad_it_is(db: Database, subject: str, severity: str) -> None:
    async with office(db) as there:
        await there.mail(subject)
        assert await there.app.rows("select labels ->> 'severity', labels ->> 'from' from alert") == [
            (severity, "am@example.org")
        ]


async def test_one_mail_to_two_integrations_is_an_alert_of_each(db: Database) -> None:
    async with office(db) as there:
        assert await there.send(b"Subject: x\r\n\r\ny\r\n", f"{KEY}@t", f"{OTHER}@t") == 250
        assert len(await there.alerts()) == 2


async def test_a_message_may_be_posted_as_it_is(db: Database) -> None:
    async with office(db) as there:
        said = await there.app.ask("POST", f"/integrations/{KEY}", {}, b"Subject: Disk full\n\nx")
        assert said.status == 202
        assert await there.alerts() == [("Disk full", "firing")]


# What is none, or too much


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"X_Tocsin_Delivery": "0192"},
    ],
)
async def test_replies_of_machines_and_our_own_mails_are_no_alerts(db: Database, headers: dict[str, str]) -> None:
    async with office(db) as there:
        assert await there.mail("Out of office", **headers) == 554
        assert await there.alerts() == []


async def test_a_mail_that_is_too_large_is_refused_and_the_next_one_taken(db: Database) -> None:
    async with office(db) as there:
        assert await there.send(b"Subject: x\r\n\r\n" + b"y" * 900 + (b"\r\n" + b"y" * 900) * 7000) == 552
        assert await there.send(b"Subject: x\r\n\r\n" + b"y" * 20_000 + b"\r\n") == 250
        assert len(await there.alerts()) == 1


async def test_a_line_without_end_ends_the_connection(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_FLOOD", 100_000)
    async with office(db) as there:
        with pytest.raises(ConnectionError):
            await flood(there.port)
        assert await there.mail("Disk full") == 250


async def test_only_so_many_connections_are_held(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MAX_SESSIONS", 1)
    async with office(db) as there:
        _, first = await asyncio.open_connection("127.0.0.1", there.port)
        reader, second = await asyncio.open_connection("127.0.0.1", there.port)
        assert (await reader.read()).startswith(b"421 ")
        first.close()
        second.close()


async def test_two_hundred_recipients_are_too_many(db: Database) -> None:
    async with office(db) as there, aiosmtplib.SMTP(hostname="127.0.0.1", port=there.port, start_tls=False) as client:
        await client.ehlo()
        await client.mail("a@example.org")
        for _ in range(mail.MAX_RECIPIENTS):
            await client.rcpt(f"{KEY}@t")
        with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
            await client.rcpt(f"{KEY}@t")
        assert refused.value.code == 452


# Trouble below


async def test_without_a_database_the_sender_keeps_the_mail(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "_PATIENCE", 0.1)
    async with office(db) as there:
        there.app.book.find_integration(KEY)
        await asyncio.sleep(0.06)
        await there.app.rows(END_OTHERS)
        await db.close()
        assert await there.mail("Disk full") == 451
        assert await there.mail("Disk full", to="unknown-key") == 451


async def test_when_too_many_wait_the_sender_keeps_the_mail(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "WAITING_CAP", 0)
    async with office(db) as there:
        assert await there.mail("Disk full") == 451


def test_the_listener_is_a_setting() -> None:
    assert load({"HOME": "/"}, {}).smtp_listen is None
    assert load({"HOME": "/", "TOCSIN_SMTP_LISTEN": "127.0.0.1:2525"}, {}).smtp_listen == "127.0.0.1:2525"
