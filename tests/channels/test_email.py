"""What a page looks like as a mail, whatever an alert holds."""

import asyncio
import email
import email.policy
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channels.benches import OUTGOING
from tests.support.sinks import SmtpSink
from tocsin.delivery.model import Line, MessageView, Outgoing, Purpose, Urgency
from tocsin.integrations.channels.email.compose import Identity, compose
from tocsin.integrations.channels.email.return_path import ReturnPath
from tocsin.integrations.channels.email.send import EmailChannel, check_address
from tocsin.kernel.errors import Invalid
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.smtp import GuardedSmtp, SmtpTls, parse_smtp_url

IDENTITY = Identity(Address("Tocsin", addr_spec="tocsin@example.com"), "example.com", "a1b2c3d4")
PATH = ReturnPath("bounces@in.example.com", bytes(range(32)))
WIRE_TIME = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC).timestamp()
PAGE = msgspec.structs.replace(OUTGOING, address="alice@example.com")


def as_sent(outgoing: Outgoing) -> EmailMessage:
    """The mail as a reader parses it from the wire."""
    return email.message_from_bytes(compose(outgoing, IDENTITY, WIRE_TIME).as_bytes(), policy=email.policy.default)


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


class Tags(HTMLParser):
    """Elements and links of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]


def with_view(outgoing: Outgoing = PAGE, **changes: object) -> Outgoing:
    return msgspec.structs.replace(outgoing, message=msgspec.structs.replace(outgoing.message, **changes))


def test_headers_of_a_page() -> None:
    mail = as_sent(PAGE)
    assert mail["Subject"] == "[SEV-2] INC-1 Checkout 5xx"
    assert mail["From"] == "Tocsin <tocsin@example.com>"
    assert mail["To"] == "alice@example.com"
    assert mail["Date"].datetime == datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
    assert mail["Message-ID"] == "<01920000-0000-7000-8000-000000000001@example.com>"
    assert mail["References"] == mail["In-Reply-To"] == "<incident.42.a1b2c3d4@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Importance"] == "high"
    assert mail.get_content_type() == "multipart/alternative"


def test_text_of_a_page() -> None:
    text = text_of(as_sent(PAGE), "plain")
    assert text.split("\n\n") == [
        "You are being paged.",
        "INC-1 Checkout 5xx",
        "12 % of requests fail.",
        "Severity: SEV-2\nSince: Sat 21 Nov 2026, 04:00 CET\nService: checkout",
        "You are on call for payments-primary until Mon 09:00.",
        "Acknowledge, page the next, or ask for quiet (opens a page with buttons):\nhttps://tocsin.example.com/ack/x4t9Zq",
        "Everything else:\nhttps://tocsin.example.com/incidents/INC-1\n",
    ]


def test_html_of_a_page_is_small_and_loads_nothing() -> None:
    page = text_of(as_sent(PAGE), "html")
    tags = Tags(page)
    assert tags.links == [
        "https://tocsin.example.com/ack/x4t9Zq",
        "https://tocsin.example.com/incidents/INC-1",
    ]
    assert not {"script", "img", "link", "iframe", "form"} & set(tags.elements)
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page
    assert len(page) < 6000


@pytest.mark.parametrize(
    ("purpose", "subject", "first"),
    [
        (Purpose.RESOLVED, "[RESOLVED] INC-1 Checkout 5xx", "It is over."),
        (Purpose.ACKNOWLEDGED, "[ACKNOWLEDGED] INC-1 Checkout 5xx", "Somebody is on it."),
        (Purpose.INFO, "[UPDATE] INC-1 Checkout 5xx", "Something changed."),
        (Purpose.TEST, "[TEST] INC-1 Checkout 5xx", "This is a test."),
    ],
)
def test_other_mails_say_so_in_the_subject_and_first(purpose: Purpose, subject: str, first: str) -> None:
    mail = as_sent(msgspec.structs.replace(PAGE, purpose=purpose, ack_url=None))
    assert mail["Subject"] == subject
    assert mail["Importance"] is None
    assert text_of(mail, "plain").startswith(first)
    assert "Acknowledge" not in text_of(mail, "plain") + text_of(mail, "html")


def test_a_low_urgency_page_is_not_marked_important() -> None:
    assert as_sent(msgspec.structs.replace(PAGE, urgency=Urgency.LOW))["Importance"] is None


def test_nothing_but_a_title_is_needed() -> None:
    bare = msgspec.structs.replace(PAGE, message=MessageView(title="x"), ack_url=None, topic="user/3")
    mail = as_sent(bare)
    assert mail["Subject"] == "[PAGE] x"
    assert text_of(mail, "plain").rstrip("\n") == "You are being paged.\n\nx"


def test_markup_of_an_alert_stays_text() -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)> \"'&amp;{{ 7*7 }}{% raw %}"
    mail = as_sent(with_view(title=nasty, what=nasty, why_you=nasty, lines=(Line(nasty, nasty),)))
    tags = Tags(text_of(mail, "html"))
    assert "script" not in tags.elements
    assert "img" not in tags.elements
    assert nasty in text_of(mail, "plain")


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(codec=None), max_size=300),
    st.text(max_size=50),
    st.sampled_from(["\r\nBcc: mallory@example.net", "\n\n<b>", "\x00", "\u202e", "\ud800", "=?utf-8?q?=0aBcc:x?="]),
)
def test_no_alert_can_add_a_header_or_break_the_mail(title: str, ref: str, attack: str) -> None:
    mail = as_sent(
        with_view(
            title=title + attack,
            incident_ref=ref + attack,
            severity=attack,
            what=title + attack,
            why_you=attack,
            lines=(Line(attack, attack),),
        )
    )
    assert sorted(mail.keys()) == sorted(as_sent(PAGE).keys())
    assert mail["To"] == "alice@example.com"
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Message-ID"] == "<01920000-0000-7000-8000-000000000001@example.com>"


def test_long_alerts_are_cut() -> None:
    many = tuple(Line(f"label{i}", "v" * 10_000) for i in range(10_000))
    assert (
        len(compose(with_view(title="t" * 100_000, what="w" * 1_000_000, lines=many), IDENTITY, 0).as_bytes()) < 80_000
    )


@pytest.mark.parametrize(
    "address",
    [
        "alice",
        "alice@",
        "@example.com",
        "a b@example.com",
        "alice@example.com\r\nBcc: x@y.z",
        "alice@example.com, bob@example.com",
        "Alice <alice@example.com>",
        '"a@b"@example.com',
        "-oQ/tmp@example.com",
        "alice@exam\x00ple.com",
        "=?utf-8?q?=0aBcc:x?=@example.com",
    ],
)
def test_addresses_that_carry_more_than_an_address_are_refused(address: str) -> None:
    with pytest.raises(Invalid, match="looks like alice@"):
        check_address(address)


def test_plain_addresses_are_taken() -> None:
    assert check_address(" alice+page@mail.example.com ") == "alice+page@mail.example.com"
    assert check_address("jörg@exämple.org") == "jörg@exämple.org"


async def test_a_mail_arrives_as_it_was_written() -> None:
    with SmtpSink() as sink:
        channel = EmailChannel(GuardedSmtp(parse_smtp_url(sink.url)), IDENTITY)
        receipt = await channel.send(with_view(PAGE, title="Kasse überlastet 🔥"))
        mail = await sink.inbox.receives()
    assert mail.receivers == ["alice@example.com"]
    assert mail.sender == "tocsin@example.com"
    assert mail.subject == "[SEV-2] INC-1 Kasse überlastet 🔥"
    assert "Kasse überlastet 🔥" in mail.text
    assert receipt.answer == "250 2.0.0 queued"


async def test_a_mail_asks_to_come_back_to_an_address_of_its_own() -> None:
    """And to say no more than that it failed, where the server can (RFC 3461)."""
    said: list[str] = []
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 dsn.example\r\n")
        async for line in reader:
            command = line.decode().strip()
            said.append(command)
            answer = {"EHLO": "250-dsn.example\r\n250 DSN", "DATA": "354 go on", ".": "250 2.0.0 taken"}
            in_text = "DATA" in said and command not in ("DATA", ".", "QUIT")
            if not in_text:
                writer.write(f"{answer.get(command.split(' ')[0], '250 ok')}\r\n".encode())
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        smtp = GuardedSmtp(parse_smtp_url(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
        await EmailChannel(smtp, IDENTITY, return_path=PATH).send(PAGE)
        await gone.wait()
    assert f"MAIL FROM:<{PATH.of_delivery(PAGE.id)}> RET=HDRS ENVID={PAGE.id}" in said
    assert "RCPT TO:<alice@example.com> NOTIFY=FAILURE" in said
    assert "From: Tocsin <tocsin@example.com>" in said


async def test_a_server_that_cannot_report_is_asked_for_nothing() -> None:
    with SmtpSink() as sink:
        await EmailChannel(GuardedSmtp(parse_smtp_url(sink.url)), IDENTITY, return_path=PATH).send(PAGE)
        assert sink.inbox.take().sender == PATH.of_delivery(PAGE.id)


@pytest.mark.parametrize(
    ("answer", "is_dead"), [("550 5.1.1 no such user", True), ("550 no such user", False), ("552 5.2.2 full", False)]
)
async def test_a_refusal_says_whether_the_address_is_dead(answer: str, is_dead: bool) -> None:
    with SmtpSink(refuse_receiver=answer) as sink, pytest.raises(SendFailed) as failed:
        await EmailChannel(GuardedSmtp(parse_smtp_url(sink.url)), IDENTITY).send(PAGE)
    assert (failed.value.reason, failed.value.disables) == (FailureReason.REFUSED, is_dead)


async def test_both_copies_of_a_delivery_have_one_message_id() -> None:
    with SmtpSink() as sink:
        channel = EmailChannel(GuardedSmtp(parse_smtp_url(sink.url)), IDENTITY)
        await channel.send(PAGE)
        await channel.send(msgspec.structs.replace(PAGE, attempt=2))
        first, second = sink.inbox.forget()
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_password_never_travels_in_the_clear() -> None:
    server = parse_smtp_url("smtp://tocsin:s3cret@127.0.0.1:1")
    assert server.tls is SmtpTls.REQUIRED
    assert "s3cret" not in repr(server)
    with SmtpSink() as sink:  # offers no STARTTLS
        url = f"smtp://tocsin:s3cret@127.0.0.1:{sink.port}"
        with pytest.raises(SendFailed) as failed:
            await EmailChannel(GuardedSmtp(parse_smtp_url(url)), IDENTITY).send(PAGE)
    assert failed.value.reason is FailureReason.TLS
    assert "s3cret" not in failed.value.detail


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://mail.example.com", "mail.example.com", 25, SmtpTls.IF_OFFERED),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, SmtpTls.IF_OFFERED),
        ("smtp://u:p@mail.example.com?starttls=never", "mail.example.com", 587, SmtpTls.NEVER),
        ("smtp://mail.example.com:26?starttls=required", "mail.example.com", 26, SmtpTls.REQUIRED),
        ("smtps://u:p%40ss@mail.example.com", "mail.example.com", 465, SmtpTls.IMPLICIT),
    ],
)
def test_urls_of_mail_servers(url: str, host: str, port: int, tls: SmtpTls) -> None:
    server = parse_smtp_url(url)
    assert (server.host, server.port, server.tls) == (host, port, tls)


def test_a_password_may_hold_any_character() -> None:
    assert parse_smtp_url("smtps://u%2F1:p%40ss@mail.example.com").password == "p@ss"


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtp://x?starttls=maybe", "mail.example.com:25"])
def test_wrong_urls_say_how_to_write_them(url: str) -> None:
    with pytest.raises(ValueError, match=r"Write it as|Use starttls="):
        parse_smtp_url(url)
