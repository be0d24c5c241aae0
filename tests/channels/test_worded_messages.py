"""A message that a template has worded, with hostile words in it, as a mail and as a webhook: it stays plain text."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channels.benches import OUTGOING
from tests.channels.test_email import Tags, as_sent, text_of
from tocsin.comms import templates
from tocsin.comms.fields import FIELDS
from tocsin.comms.model import TemplateKind
from tocsin.delivery.model import MessageView, Outgoing, Purpose
from tocsin.integrations.channels.webhook.send import encode_body

HOSTILE = (
    "x\r\nBcc: everybody@example.com\r\n\r\nbody",
    "=?utf-8?q?x=0d=0aBcc=3a_everybody=40example.com?=",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "[click](javascript:alert(1)) **bold** <!channel>",
    "\u202eevil\x1b[2J\x00",
    "{{ ref }}{% for a in done %}{{ a }}{% endfor %}",
)


def worded(kind: TemplateKind, words: str) -> Outgoing:
    """Every field of the occasion holds these words."""
    fields = FIELDS[kind].items()
    values = {name: (words,) if isinstance(field.sample, tuple) else words for name, field in fields}
    made = templates.render(kind, None, values)
    view = MessageView(title=words, what=made.body, subject=made.subject, event="incident.updated", url="https://t/i")
    return msgspec.structs.replace(
        OUTGOING, purpose=Purpose.NOTICE, address="a@example.com", message=view, ack_url=None
    )


@pytest.mark.parametrize("kind", TemplateKind)
@pytest.mark.parametrize("words", HOSTILE)
def test_a_mail_has_no_header_and_no_element_of_theirs(kind: TemplateKind, words: str) -> None:
    mail = as_sent(worded(kind, words))
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    assert not {"script", "img"} & set(Tags(text_of(mail, "html")).elements)
    assert all(link.startswith("https://") for link in Tags(text_of(mail, "html")).links)
    assert "\x1b" not in text_of(mail, "plain")


@pytest.mark.parametrize("kind", TemplateKind)
@pytest.mark.parametrize("words", HOSTILE)
def test_a_webhook_carries_plain_text_under_our_type(kind: TemplateKind, words: str) -> None:
    document = msgspec.json.decode(encode_body(worded(kind, words)))
    assert document["type"] == "incident.updated"
    assert not {"\x1b", "\u202e", "\x00"} & set(document["data"]["what"])


@settings(max_examples=30)
@given(st.text(max_size=200))
def test_whatever_is_said_the_subject_is_one_line_and_the_mail_has_the_headers_of_any(words: str) -> None:
    usual = as_sent(worded(TemplateKind.UPDATE, "calm"))
    mail = as_sent(worded(TemplateKind.UPDATE, words))
    assert mail.keys() == usual.keys()
    assert len(mail["Subject"].splitlines()) == 1
