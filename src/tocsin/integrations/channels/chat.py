"""What a message says in a chat, before any provider's markup: headline, text, facts, buttons; and how strangers' text
is put into markup. Pure. Each provider's folder has its own document, escapes and limits.

A button is a link: following it shows a page, and changes nothing (PAG-4).
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from tocsin.delivery.model import Line, Outgoing, Purpose
from tocsin.delivery.wording import moment, subject
from tocsin.kernel.text import clean, one_line, shorten

MOST_FACTS = 10
LONGEST_TEXT, LONGEST_LABEL, LONGEST_VALUE = 1500, 60, 250
"""In characters, before markup."""

_ADDRESS = re.compile(r"""https?://[^\s<>"'`\\]+""")
_STEERING = re.compile(r"[^A-Za-z0-9\-._/?=&%#:,;+$]")

Escape = Callable[[str], str]


class Button(NamedTuple):
    label: str
    url: str


class Post(NamedTuple):
    """One message, as plain text. `text` may have several lines, everything else is one."""

    headline: str  # "[SEV-2] INC-1 Checkout 5xx"
    text: str
    facts: tuple[Line, ...]
    why_you: str
    buttons: tuple[Button, ...]


def post_of(outgoing: Outgoing) -> Post:
    message = outgoing.message
    since = (Line("Since", moment(message.since, message.time_zone)),) if message.since else ()
    return Post(
        headline=subject(outgoing.purpose, message),
        text=shorten(clean(message.what).strip(), LONGEST_TEXT),
        facts=_facts((*since, *message.lines)),
        why_you=one_line(message.why_you, LONGEST_VALUE),
        buttons=_buttons(outgoing),
    )


def _facts(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """As many as a chat shows; how many are left out is one of them."""
    shown = [Line(one_line(f.label, LONGEST_LABEL), one_line(f.value, LONGEST_VALUE)) for f in lines]
    shown = [fact for fact in shown if fact.label and fact.value]
    if len(shown) > MOST_FACTS:
        left_out = len(shown) - MOST_FACTS + 1
        shown[MOST_FACTS - 1 :] = [Line("And", f"{left_out} more behind the link")]
    return tuple(shown)


def _buttons(outgoing: Outgoing) -> tuple[Button, ...]:
    found = [Button("Acknowledge", outgoing.ack_url)] if outgoing.ack_url else []
    if outgoing.message.url.startswith(("https://", "http://")):
        found.append(Button(one_line(f"Open {outgoing.message.incident_ref}", LONGEST_LABEL), outgoing.message.url))
    return tuple(found)


def plain(post: Post, escape: Escape = lambda text: text, *, headline: bool = True) -> str:
    """All of it as lines of text; `escape` is for what strangers wrote, the links are our own."""
    said = (*((post.headline,) if headline else ()), post.text, *(f"{fact.label}: {fact.value}" for fact in post.facts))
    links = (f"{label}: {url}" for label, url in post.buttons)
    return "\n".join((*(escape(part) for part in (*said, post.why_you) if part), *links))


def is_edit(outgoing: Outgoing) -> bool:
    """Whether it takes the place of the page before it, where a provider can edit: somebody has it, or it is over. A
    page never does, since an edited message makes no sound.
    """
    return bool(outgoing.earlier_ref) and outgoing.purpose in (Purpose.ACKNOWLEDGED, Purpose.RESOLVED)


def ref_to_edit(outgoing: Outgoing, ref: str) -> str:
    """What `Receipt.ref` says of the message that now stands there: a page is edited later, and so is what took its
    place; what was posted beside it keeps its words.
    """
    return ref if outgoing.purpose is Purpose.PAGE or is_edit(outgoing) else ""


def colour(outgoing: Outgoing) -> int:
    """0xRRGGBB beside the message. It says nothing that the headline does not."""
    return _COLOURS[outgoing.purpose]


_COLOURS = {
    Purpose.PAGE: 0xC62828,
    Purpose.ACKNOWLEDGED: 0xB26A00,
    Purpose.RESOLVED: 0x2E7D32,
    Purpose.INFO: 0x1565C0,
    Purpose.NOTICE: 0x546E7A,
    Purpose.TEST: 0x546E7A,
}


def marked_up(text: str, escape: Escape, link: Escape) -> str:
    """Strangers' text in a provider's markup: every address a link that shows where it leads, the rest escaped."""
    return "".join(link(each.text) if each.is_address else escape(each.text) for each in pieces(text))


class Piece(NamedTuple):
    text: str
    is_address: bool


def pieces(text: str) -> list[Piece]:
    """The text cut into web addresses and what stands between them."""
    found: list[Piece] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?)]}")
        found += [Piece(text[end : match.start()], False), Piece(_steerless(address), True)]
        end = match.start() + len(address)
    found.append(Piece(text[end:], False))
    return [piece for piece in found if piece.text]


def _steerless(address: str) -> str:
    """The address without a character that any markup reads as its own, nor an `@` that hides the true host."""
    return _STEERING.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace")), address)


def fitted(text: str, limit: int, escape: Escape) -> str:
    """Escaped and at most `limit` long, cut before it is escaped. Counted in UTF-16 units, the larger of the two ways
    in which providers count.
    """
    while units(escaped := escape(text)) > limit:
        text = shorten(text, max(1, len(text) * 3 // 4))
    return escaped


def units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="replace")) // 2
