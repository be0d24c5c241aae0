"""What a mail that came back says: reports of mail servers and of people, and whatever strangers write."""

from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.delivery.model import Report, Word
from tocsin.integrations.channels.email.bounces import report_of
from tocsin.integrations.channels.email.return_path import ReturnPath, return_path
from tocsin.kernel.mail_status import is_dead, status_in
from tocsin.kernel.outbound import EXCERPT_LENGTH, FailureReason

ALICE = "alice@example.com"
DELIVERY = UUID("01920000-0000-7000-8000-000000000001")
PATH = ReturnPath("bounces@in.example.com", bytes(range(32)))


def block(action: str, status: str, said: str, recipient: str = ALICE) -> str:
    return f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n"


def notice(*blocks: str, subject: str = "Undelivered Mail Returned to Sender") -> bytes:
    """As Postfix and its kin write it (RFC 3464)."""
    about = "\n".join(("Reporting-MTA: dns; mx.example.net\nArrival-Date: Sat, 21 Nov 2026 03:04:05 +0000\n", *blocks))
    return (
        f"From: MAILER-DAEMON@mx.example.net\nTo: bounces+x@in.example.com\nSubject: {subject}\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI'm sorry to have to inform you\n"
        f"--b\nContent-Type: message/delivery-status\n\n{about}\n"
        "--b\nContent-Type: text/rfc822-headers\n\nSubject: [SEV-1] INC-1 secret title\n--b--\n"
    ).encode()


def plain(subject: str, text: str, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def complaint(kind: str) -> bytes:
    return (
        "From: <abuse@mail.example>\nSubject: complaint\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThis is a complaint\n"
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: X/1\nVersion: 1\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: x\n\nx\n--b--\n"
    ).encode()


def came_back(said: str, *, disables: bool = False) -> Report:
    return Report(Word.FAILED, f"it came back: {said}", FailureReason.REFUSED, disables=disables)


GONE = "550 5.1.1 <alice@example.com>: Recipient address rejected: User unknown"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (notice(block("failed", "5.1.1", GONE)), came_back(GONE, disables=True)),
        (notice(block("Failed (permanent)", "5.0.0", GONE)), came_back(GONE)),
        (notice(block("failed", "5.2.2", "552 5.2.2 mailbox full")), came_back("552 5.2.2 mailbox full")),
        (notice(block("failed", "5.7.1", "554 5.7.1 spam")), came_back("554 5.7.1 spam")),
        (notice(block("failed", "4.4.7", "451 4.4.7 gave up")), came_back("451 4.4.7 gave up")),
        (notice(block("delayed", "4.4.1", "451 timed out")), None),
        (notice(block("delivered", "2.0.0", "250 ok")), None),
        (notice(block("relayed", "2.0.0", "250 ok"), block("failed", "5.1.1", GONE, "bob@example.com")), None),
        (
            notice(block("delivered", "2.0.0", "250 ok", "bob@example.com"), block("failed", "5.1.1", GONE)),
            came_back(GONE, disables=True),
        ),
        (notice(block("failed", "5.1.1", "550 gone", "alice@elsewhere.example")), came_back("550 gone")),
        (complaint("abuse"), Report(Word.FAILED, "its receiver called it spam", FailureReason.REFUSED, disables=True)),
        (complaint("not-spam"), None),
        (
            plain("failure notice", f"Hi. This is the qmail-send program.\n\n<{ALICE}>:\n550 5.1.1 no such user\n"),
            came_back("550 5.1.1 no such user", disables=True),
        ),
        (
            plain("Mail delivery failed", "user is unknown here", X_Failed_Recipients=ALICE),
            came_back("Mail delivery failed"),
        ),
        (plain("Warning: message 1x delayed 24 hours", "Mail delivery is delayed"), None),
        (plain("Mail delivery delayed", "It will be retried"), None),
        (plain("Out of office", "I am away.", Auto_Submitted="auto-replied"), None),
        (plain("Undeliverable joke", "I am away.", Auto_Submitted="auto-replied"), None),
        (plain("Re: INC-1", "thanks"), None),
        (b"", None),
        (b"\x00\xff" * 1000, None),
        (b"Content-Type: multipart/report; report-type*=x''%ff; boundary=b\n\n--b\n--b--", None),
    ],
)
def test_what_a_mail_that_came_back_says(body: bytes, says: Report | None) -> None:
    assert report_of(body, ALICE) == says


@given(st.binary(max_size=300), st.sampled_from([notice(block("failed", "5.1.1", GONE)), complaint("abuse")]))
def test_whatever_a_stranger_writes_is_one_short_line_or_nothing(noise: bytes, body: bytes) -> None:
    for place in range(0, len(body), 97):
        report = report_of(body[:place] + noise + body[place:], ALICE)
        assert report is None or len(report.answer) <= EXCERPT_LENGTH
        assert report is None or "\n" not in report.answer


def test_nesting_without_end_says_nothing() -> None:
    nested = b"Content-Type: message/rfc822\n\n" * 5_000
    report = report_of(b"Subject: Undelivered\n" + nested, ALICE)
    assert report is None or report.word is Word.FAILED


def test_nothing_of_the_original_is_kept() -> None:
    report = report_of(notice(block("failed", "5.1.1", GONE)), ALICE)
    assert report is not None
    assert "secret title" not in report.answer


def test_each_mail_has_a_return_path_of_its_own() -> None:
    address = PATH.of_delivery(DELIVERY)
    local, _, domain = address.partition("@")
    assert (local[:8], len(local), domain) == ("bounces+", 60, "in.example.com")
    assert PATH.read(address) == PATH.read(address.upper()) == PATH.read(f"{local}@mx.internal") == DELIVERY


@pytest.mark.parametrize(
    "recipient",
    [
        "bounces@in.example.com",
        "bounces+@in.example.com",
        "other+" + "a" * 52 + "@in.example.com",
        "bounces+" + "a" * 52 + "@in.example.com",
        "bounces+" + "1" * 52 + "@in.example.com",
        "bounces+" + "ä" * 52 + "@in.example.com",
        "no-address",
        "",
    ],
)
def test_nobody_else_can_make_one(recipient: str) -> None:
    assert PATH.read(recipient) is None


def test_another_installation_reads_none_of_ours() -> None:
    theirs = return_path("bounces@in.example.com", bytes(32))
    assert theirs is not None
    assert theirs.read(PATH.of_delivery(DELIVERY)) is None
    assert return_path(None, bytes(32)) is None


@pytest.mark.parametrize(
    ("line", "status", "dead"),
    [
        ("550 5.1.1 no such user", "5.1.1", True),
        ("550-5.1.10 gone", "5.1.10", True),
        ("550 5.1.8 sender rejected", "5.1.8", False),
        ("552 5.2.2 full", "5.2.2", False),
        ("550 from 10.5.1.1", "", False),
        ("550 no such user", "", False),
    ],
)
def test_the_code_of_an_answer(line: str, status: str, dead: bool) -> None:
    assert (status_in(line), is_dead(status_in(line))) == (status, dead)
