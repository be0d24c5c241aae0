"""What we tell Twilio to say, as TwiML; every text is escaped. Pure."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from tocsin.integrations.telephony.script import Script
from tocsin.kernel.text import clean

CONTENT_TYPE = "text/xml; charset=utf-8"
_WAIT = 10
"""Seconds that a key may take after the last word."""


def message(text: str) -> bytes:
    """The answer to a text; an empty one says nothing."""
    return _document(f"<Message>{_plain(text)}</Message>" if text else "").encode()


def call(script: Script, action: str) -> str:
    """Reads it out slowly and waits for one key, also while it reads; `action` is told which one. Without a key it says
    so and hangs up."""
    said = _said(script.in_order(), script.language)
    gather = (
        f'<Gather input="dtmf" numDigits="1" timeout="{_WAIT}" actionOnEmptyResult="false" method="POST"'
        f' action="{_plain(action)}">{said}</Gather>'
    )
    return _document(f"{gather}{_said((script.nobody,), script.language)}<Hangup/>")


def goodbye(words: str, language: str) -> bytes:
    return _document(f"{_said((words,), language)}<Hangup/>").encode()


def _said(sentences: Sequence[str], language: str) -> str:
    """A pause after each sentence is what makes it slow, with every voice."""
    return "".join(f'<Say language="{language}">{_plain(each)}</Say><Pause length="1"/>' for each in sentences)


def _document(inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'


def _plain(text: str) -> str:
    return escape(clean(text), {'"': "&quot;"})
