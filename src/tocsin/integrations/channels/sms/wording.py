"""What a text says: what is broken, how bad, since when, and how to take it. Pure."""

from tocsin.delivery.model import Outgoing, Purpose
from tocsin.delivery.wording import clock_words, subject
from tocsin.integrations.channels.sms.segments import fit, plain
from tocsin.kernel.text import one_line

_WHAT = 300
"""Characters of the description that are looked at; more never fits."""


def text_of(outgoing: Outgoing, code: str | None, most: int) -> str:
    """At most `most` segments. `code` is what the receiver may answer with, None where answers do not reach us."""
    return fit(plain(_head(outgoing)), plain(_tail(outgoing, code)), most)


def _head(outgoing: Outgoing) -> str:
    message = outgoing.message
    if message.pages:
        named = "; ".join(f"{page.label} {page.value}" for page in message.pages)
        return f"{_sentence(subject(outgoing.purpose, message))} {_sentence(named)}"
    since = f"Since {clock_words(message.since, message.time_zone, outgoing.now)}." if message.since else ""
    what = one_line(message.what, _WHAT)
    return " ".join(part for part in (_sentence(subject(outgoing.purpose, message)), since, what) if part)


def _tail(outgoing: Outgoing, code: str | None) -> str:
    pages = outgoing.message.pages
    link = outgoing.short_url or outgoing.message.url
    if code is None or not (outgoing.short_url or pages):
        return link
    if outgoing.purpose is Purpose.TEST:
        return f"Reply 4 {code} to prove that it works. {link}"
    if len(pages) > 1:
        return f"Reply 4 {code} to take them all, 6 {code} to pass them on. {link}"
    return f"Reply 4 {code} to take it, 6 {code} to pass it on. {link}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
