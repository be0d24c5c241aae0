"""Reading mails: whatever the bytes are, in bounded time, and nothing that cannot be kept (SEC-7)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.model import Integration
from tocsin.integrations.sources.contract import Delivered, Parsed
from tocsin.integrations.sources.email import parse, read_options
from tocsin.integrations.sources.email.message import MAX_TEXT, read_mail, strip_html
from tocsin.integrations.sources.email.parse import bare_subject
from tocsin.kernel.errors import Invalid


def told(body: bytes, **options: Any) -> Parsed:
    return parse(Delivered(body=body, integration=Integration(id=1, name="m", type="email", options=options)))


def nested(depth: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return b"Subject: deep\n" + opened + b"Content-Type: text/plain\n\nx\n"


HOSTILE = {
    "nested": nested(3000),
    "messages in messages": b"Subject: deep\n" + b"Content-Type: message/rfc822\n\n" * 5000 + b"x",
    "many parts": b"Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
    "no text codec": b"Subject: s\nContent-Type: text/plain; charset=zlib_codec\n\nx",
    "slow codec": b"Subject: s\nContent-Type: text/plain; charset=punycode\n\n" + b"a" * 400_000 + b"-" + b"9" * 90_000,
    "slow codec in a header": b"Subject: =?punycode?b?" + b"YWFh" * 200_000 + b"?=\n\nx",
    "broken word": b"Subject: =?utf-8?b?a?= =?utf-8?b?!!!?= =?x-none?q?a=ZZ?=\n\nx",
    "broken base64": b"Subject: s\nContent-Transfer-Encoding: base64\n\n" + b"!" * 10_000,
    "broken uuencode": b"Subject: s\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n\xff\xff\nend",
    "NUL": b"Subject: a\0b\nFrom: \0\n\n\0text\0",
    "bytes": b"Subject: \xff\xfe\x80\nFrom: \xff@x\n\n\xff",
    "surrogates": b"Subject: =?utf-16?b?2AA=?=\nContent-Type: text/plain; charset=utf-16\n\n" + b"\xd8\x00",
    "long header": b"Subject: " + b"x" * 1_000_000 + b"\n\nx",
    "long sender": b"Subject: s\nFrom: " + b"(" * 100_000 + b"\n\nx",
    "many references": b"Subject: s\nReferences: " + b"<" * 500_000 + b"\n\nx",
    "odd content type": b"Subject: s\nContent-Type: text/plain; charset*0*=a; charset*1=b; name*=%ff\n\nx",
    "broken HTML": b"Subject: s\nContent-Type: text/html\n\n" + b"<![if <!-- <a " * 10_000,
    "spaces": b"Subject: is" + b" " * 5_000_00 + b"\n\nx",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mails_are_read_or_refused(body: bytes) -> None:
    parsed = told(body)
    assert parsed.answer.status in (202, 400)
    for signal in parsed.signals:
        kept = json.dumps([signal.title, signal.summary, signal.labels], ensure_ascii=False).encode()
        assert b"\\u0000" not in kept
        assert 0 < len(signal.title) <= 200
        assert len(signal.summary) <= MAX_TEXT


@given(st.binary(max_size=300), st.sampled_from([b"Subject: ", b"From: ", b"Content-Type: ", b"References: ", b""]))
def test_no_bytes_make_the_reader_raise(body: bytes, header: bytes) -> None:
    parsed = told(header + body)
    assert parsed.answer.status in (202, 400, 422)
    for signal in parsed.signals:
        json.dumps([signal.title, signal.summary, signal.labels], ensure_ascii=False).encode()


@given(st.text(max_size=100))
def test_the_bare_subject_says_something_where_the_subject_does(subject: str) -> None:
    assert bool(bare_subject(subject)) == bool(subject.strip())


@given(st.text(max_size=300))
def test_html_is_stripped_whatever_it_is(text: str) -> None:
    assert "<script" not in strip_html(f"<p>a</p><script>{text}</script>")


NONE = {
    "vacation": b"Subject: Re: x\nAuto-Submitted: auto-replied (vacation)\n\nI am away",
    "vacation of old": b"Subject: Re: x\nX-Autoreply: yes\n\nI am away",
    "vacation by precedence": b"Subject: Re: x\nPrecedence: auto_reply\n\nI am away",
    "Exchange": b"Subject: Automatic reply: x\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n\nx",
    "Exchange in German": b"Subject: Automatische Antwort: x\nAuto-Submitted: auto-generated\n\nx",
    "Exchange in French": b"Subject: =?utf-8?q?R=C3=A9ponse_automatique?= : x\nAuto-Submitted: auto-generated\n\nx",
    "a bounce": b"Subject: x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx",
    "a read receipt": b"Subject: Read: x\nContent-Type: multipart/report; report-type=disposition-notification\n\nx",
    "Exim": b"Subject: Mail delivery failed\nFrom: Mail Delivery System <root@x>\nX-Failed-Recipients: a@b\n\nx",
    "qmail": b"Subject: failure notice\nFrom: MAILER-DAEMON@mx.example.org\n\nHi. This is the qmail-send program",
    "our own": b"Subject: x\nX-Tocsin-Delivery: 1\n\nx",
    "our own, attached": b"Subject: Fwd: x\nContent-Type: multipart/mixed; boundary=b\n\n"
    b"--b\nContent-Type: text/plain\n\nlook\n--b\nContent-Type: message/rfc822\n\nX-Tocsin-Delivery: 1\n\ny\n--b--",
}


@pytest.mark.parametrize("body", NONE.values(), ids=NONE.keys())
def test_answers_of_machines_open_nothing(body: bytes) -> None:
    parsed = told(body)
    assert (parsed.answer.status, parsed.signals) == (422, [])


ALARMS = {
    "generated": b"Subject: x\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nPrecedence: bulk\n\nx",
    "about bounces": b"Subject: Out of office bounces: 500 an hour\nFrom: postfix@mx.example.org\n\nx",
    "from cron": b"Subject: Cron <root@db1> backup\nFrom: root@db1 (Cron Daemon)\nAuto-Submitted: auto-generated\n\nx",
    "by a list": b"Subject: [alerts] Disk full\nList-Id: <alerts.example.org>\nPrecedence: list\n\nx",
    "out of what": b"Subject: Out of office hours backup failed\nAuto-Submitted: auto-generated\n\nx",
}


@pytest.mark.parametrize("body", ALARMS.values(), ids=ALARMS.keys())
def test_what_only_looks_like_one_is_an_alert(body: bytes) -> None:
    assert len(told(body).signals) == 1


SHAPES = {
    "alternative, quoted-printable and base64": (
        b"Subject: =?UTF-8?B?UGxhdHRl?= =?UTF-8?B?IHZvbGw=?=\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/alternative; boundary="=_x"\n\n'
        b"--=_x\nContent-Type: text/plain; charset=ISO-8859-15\nContent-Transfer-Encoding: quoted-printable\n\n"
        b"97 % on /f=FCr=\n/db\n"
        b"--=_x\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\nPGI+bm88L2I+\n--=_x--\n",
        "Platte voll",
        "97 % on /für/db",
    ),
    "HTML alone, base64": (
        b"Subject: x\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        b"PHA+OTcgJTwvcD48cD4vZGI8L3A+\n",
        "x",
        "97 %\n/db",
    ),
    "related in mixed, an empty plain part": (
        b"Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/related; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>97 %</p>\n--b--\n--a--\n",
        "x",
        "97 %",
    ),
    "forwarded as an attachment": (
        b"Subject: Fwd: Disk full\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n"
        b"Subject: Disk full\nContent-Type: text/plain\n\n97 %\n--a--\n",
        "Fwd: Disk full",
        "97 %",
    ),
    "CRLF, folded, 8 bit": (
        "Subject: Disk\r\n full on\r\n\tdb1\r\nContent-Transfer-Encoding: 8bit\r\n"
        "Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n97 % für\r\n".encode(),
        "Disk full on db1",
        "97 % für",
    ),
}


@pytest.mark.parametrize(("body", "title", "text"), SHAPES.values(), ids=SHAPES.keys())
def test_the_shapes_of_mail_programs_are_read(body: bytes, title: str, text: str) -> None:
    (signal,) = told(body).signals
    assert (signal.title, signal.summary) == (title, text)


def test_the_plain_part_is_taken_and_attachments_are_not() -> None:
    body = (
        b"Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nlog\n"
        b"--b\nContent-Type: text/html\n\n<b>shown</b>\n"
        b"--b\nContent-Type: text/plain; charset=iso-8859-1\n\nw\xf6rds\n--b--\n"
    )
    assert read_mail(body).text == "wörds"


@pytest.mark.parametrize(
    ("options", "field"),
    [({"resolved": "("}, "resolved"), ({"same": "*"}, "same"), ({"severity": 5}, "severity"), ({"same": ""}, "same")],
)
def test_an_option_that_cannot_be_is_named(options: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_options(options)
    assert refused.value.field == field
