"""The contact card with the numbers that calls and texts come from, so that phones let them ring at night (RFC 6350).
Pure.
"""

from collections.abc import Iterator
from email.utils import parseaddr
from uuid import NAMESPACE_URL, uuid5

from tocsin.kernel.text import one_line
from tocsin.settings import Settings

MEDIA_TYPE = "text/vcard"
_LINE = 75
"""Octets of a line (RFC 6350, 3.2)."""


def caller_numbers(settings: Settings) -> tuple[str, ...]:
    """Each once; empty where none is known."""
    own = (settings.twilio.number,) if settings.twilio.number else ()
    return tuple(dict.fromkeys((*own, *settings.voice.numbers)))


def card_of(settings: Settings) -> str:
    """Empty where there is no number to save. Saved anew, it replaces the one before: the UID stays."""
    numbers = caller_numbers(settings)
    if not numbers:
        return ""
    _, address = parseaddr(settings.mail_from)
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:org",
        f"UID:{uuid5(NAMESPACE_URL, settings.public_url).urn}",
        "FN:Tocsin",
        "ORG:Tocsin",
        *(f'TEL;VALUE=uri;TYPE="voice,text":tel:{number}' for number in numbers),
        f"EMAIL:{_escaped(address)}",
        f"URL:{one_line(settings.public_url)}",
        f"NOTE:{_escaped('Calls, texts and mails of the pager come from here. Let them through at night.')}",
        "END:VCARD",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _escaped(text: str) -> str:
    """RFC 6350, 3.4."""
    return one_line(text).replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> Iterator[str]:
    """A character is never parted; lines that go on begin with a space."""
    part = ""
    for char in line:
        if len((part + char).encode()) > _LINE:
            yield part
            part = " "
        part += char
    yield part
