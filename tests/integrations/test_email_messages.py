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
