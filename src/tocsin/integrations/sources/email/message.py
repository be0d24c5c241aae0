"""A message's bytes → the few texts that an alert needs, whatever the bytes are. Pure.

Mails are the most hostile input there is: broken headers, made-up character sets, endless nesting. What cannot be
read is left out; only what is no message at all is refused.
"""

import email
import email.errors
import email.header
import html
import re
from email.message import Message
from itertools import islice
from typing import NamedTuple

import nh3

MAX_PARTS = 100
MAX_TEXT = 10_000
MAX_HEADER = 1000
_READ_AT_MOST = 512 * 1024
# Codecs that Python knows and no mail is written in may take quadratic time, or are no text.
_CHARSET = re.compile(
    r"utf-?(?:8|16|16le|16be)|us-ascii|iso-?8859-\d{1,2}|latin-?1|(?:windows|cp)-?\d{3,4}|koi8-[ru]|gb\w+|"
    r"big5(?:hkscs)?|shift_jis|euc-\w+|iso-2022-\w+|macintosh|tis-620",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
_ADDRESS = re.compile(r"[^\s<>(),;:\"]{1,200}@[^\s<>(),;:\"]{1,200}")
_IN_BRACKETS = re.compile(rf"<{_ADDRESS.pattern}>")
_ANSWERS = ("X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply")
_ANSWER = re.compile(
    r"(?:automatic reply|out of (?:the )?office|automatische antwort|abwesend|abwesenheitsnotiz|réponse automatique"
    r"|risposta automatica|respuesta automática|automatisch antwoord|resposta automática)\s*(?::|-|$)",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t]+")
_MARK = re.compile(r"<[^<>]*>")
_NEVER_SHOWN = {"script", "style", "title", "template", "noscript"}
_BREAKS = {"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "h5", "h6"}


class Mail(NamedTuple):
    """`thread` is the id of the conversation's first message, "" where nothing says so. `is_automatic_reply`: a
    vacation notice, a bounce, or a message of our own."""

    subject: str
    sender: str
    text: str
    thread: str
    is_automatic_reply: bool


class Unreadable(Exception):
    """What is wrong with a message."""


def read_mail(body: bytes) -> Mail:
    """Raises Unreadable for what has no headers, or is nested without end."""
    try:
        message = email.message_from_bytes(body)
        if not message.keys():
            raise Unreadable("it has no headers; send a whole message (RFC 5322)")
        parts = _parts(message)
    except RecursionError as error:
        raise Unreadable("its parts are nested too deep") from error
    return Mail(
        subject=_header(message, "Subject"),
        sender=_sender(_header(message, "From")),
        text=_text(parts),
        thread=_thread(message),
        is_automatic_reply=_is_automatic_reply(message),
    )


def _parts(message: Message) -> list[Message]:
    """The leaves, at most so many."""
    found: list[Message] = []
    for part in message.walk():
        if not part.is_multipart():
            found.append(part)
        if len(found) >= MAX_PARTS:
            break
    return found


def _header(message: Message, name: str) -> str:
    """One line, decoded (RFC 2047, or UTF-8 as it is), without what cannot be stored or seen."""
    raw = _raw_header(message, name)[:MAX_HEADER]
    try:
        pieces = email.header.decode_header(raw)
        raw = "".join(each if isinstance(each, str) else _decode(each, charset) for each, charset in pieces)
    except (email.errors.MessageError, ValueError, LookupError):
        pass  # then it is shown as it was written
    return " ".join(_clean(raw).split())


def _sender(header: str) -> str:
    """The address of `Name <address>`, else the first thing that looks like one."""
    found = _IN_BRACKETS.search(header) or _ADDRESS.search(header)
    return found[0].strip("<>") if found else ""


def _raw_header(message: Message, name: str) -> str:
    found = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return str(found).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _text(parts: list[Message]) -> str:
    """The first plain text, else the first HTML without its marks."""
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == wanted and part.get_content_disposition() != "attachment":
                said = _payload(part)
                said = said if wanted == "text/plain" else strip_html(said)
                if said.strip():
                    return _clean(said).strip()[:MAX_TEXT]
    return ""


def _payload(part: Message) -> str:
    try:
        raw = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except (email.errors.MessageError, ValueError, LookupError, TypeError, AttributeError):
        return ""
    return _decode(raw[:_READ_AT_MOST], charset) if isinstance(raw, bytes) else ""


def _decode(raw: bytes, charset: str | None) -> str:
    name = charset if charset and _CHARSET.fullmatch(charset) else "utf-8"
    try:
        return raw.decode(name, "replace")
    except (LookupError, ValueError):
        return raw.decode("utf-8", "replace")


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _thread(message: Message) -> str:
    for name in ("References", "In-Reply-To", "Message-ID"):
        found = _MESSAGE_ID.search(_raw_header(message, name)[:20_000])
        if found:
            return _clean(found[0])
    return ""


def _is_automatic_reply(message: Message) -> bool:
    return _is_answer(message) or _is_bounce(message) or _is_our_own(message)


def _is_answer(message: Message) -> bool:
    """A vacation notice, by what is said of it (RFC 3834) or was before there was a standard. That a mail was generated
    says nothing: alarms are. Exchange says no more of its own notices, but in their subject."""
    submitted = _raw_header(message, "Auto-Submitted").strip().lower()
    if submitted.startswith("auto-replied") or any(name in message for name in _ANSWERS):
        return True
    if _raw_header(message, "Precedence").strip().lower() == "auto_reply":
        return True
    return submitted.startswith("auto-generated") and _ANSWER.match(_header(message, "Subject")) is not None


def _is_bounce(message: Message) -> bool:
    """RFC 3464, and the words of mail servers that are older: Exim names the recipients, qmail writes as nobody else
    may."""
    if message.get_content_type() == "multipart/report" or "X-Failed-Recipients" in message:
        return True
    return _sender(_header(message, "From")).lower().partition("@")[0] == "mailer-daemon"


def _is_our_own(message: Message) -> bool:
    """Passed on as it is, or as an attachment: a page about a page would call again, and again."""
    return any("X-Tocsin-Delivery" in part for part in islice(message.walk(), MAX_PARTS))


def strip_html(text: str) -> str:
    """What a reader would see, line by line."""
    marked = nh3.clean(text, tags=_BREAKS, clean_content_tags=_NEVER_SHOWN, attributes={}, link_rel=None)
    lines = (_SPACE.sub(" ", html.unescape(line)).strip() for line in _MARK.sub("\n", marked).splitlines())
    return "\n".join(line for line in lines if line)
