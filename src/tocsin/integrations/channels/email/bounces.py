"""What comes back to a return path: a failure notice (RFC 3464), a complaint (RFC 5965), or a notice in plain words.
Bytes → what it says of one address. Pure.

Whoever knows the address of a return path can write anything here, so nothing of it is shown but one short line; and
whatever cannot be read says nothing.
"""

import email
import re
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple, cast

from tocsin.delivery.model import Report, Word
from tocsin.kernel.mail_status import is_dead, status_in
from tocsin.kernel.outbound import EXCERPT_LENGTH, FailureReason
from tocsin.kernel.text import one_line

MAX_PARTS = 50
MAX_BLOCKS = 100
_TEXT = 8_000
_SAYS_IT_CAME_BACK = re.compile(
    r"undeliver|not be delivered|not delivered|delivery (?:has )?fail|delivery status|returned mail|returned to sender|"
    r"failure notice|mail delivery|user unknown|no such user",
    re.IGNORECASE,
)
_ONLY_LATE = re.compile(r"delay|warning|still being retried|will be retried", re.IGNORECASE)


class Notice(NamedTuple):
    """What a failure notice says of one recipient; `action` as in RFC 3464, 2.3.3, in small letters."""

    recipient: str
    action: str
    status: str
    said: str


def report_of(body: bytes, address: str) -> Report | None:
    """What a mail that came back says of the mail to `address`; None for what is no bounce, or says only that it is
    late: a mail that is still tried may arrive.
    """
    try:
        message = email.message_from_bytes(body)
        parts = list(_parts(message))
        if _is_complaint(message, parts):
            return Report(Word.FAILED, "its receiver called it spam", FailureReason.REFUSED, disables=True)
        notices = [notice for part in parts for notice in _notices(part)]
        return _by_notices(notices, address) if notices else _by_words(message)
    except (RecursionError, ValueError, LookupError):  # broken charsets, dates and nesting in what strangers wrote
        return None


def _parts(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk()):
        if count == MAX_PARTS:
            return
        yield part


def _is_complaint(message: Message, parts: list[Message]) -> bool:
    """A report of a mailbox provider that its user has pressed "spam", or of fraud; `not-spam` takes one back."""
    if str(cast("object", message.get_param("report-type", ""))).lower() != "feedback-report":
        return False
    said = [_words(part).lower() for part in parts if part.get_content_type() == "message/feedback-report"]
    return any(re.search(r"^feedback-type:\s*(?:abuse|fraud|virus|other)\b", text, re.MULTILINE) for text in said)


def _notices(part: Message) -> Iterator[Notice]:
    """The blocks about recipients in a `message/delivery-status`; the first block is about the message."""
    if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
        return
    for block in _inside(part):
        if block["Action"] is not None:
            said = _typed(_header(block, "Diagnostic-Code"))
            recipient = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
            yield Notice(
                recipient=_typed(recipient).strip("<>").lower(),
                action=_header(block, "Action").split("(")[0].strip().lower(),
                status=status_in(_header(block, "Status")) or status_in(said),
                said=said,
            )


def _header(message: Message, name: str) -> str:
    return str(cast("object", message[name]) or "")


def _typed(value: str) -> str:
    """ "smtp; 550 5.1.1 no such user" → what stands behind the type."""
    return one_line(value.partition(";")[2], EXCERPT_LENGTH)


def _by_notices(notices: list[Notice], address: str) -> Report | None:
    """Of the address itself, or of those to which it was passed on: one that got it is enough."""
    own = [notice for notice in notices if notice.recipient == address.lower()] or notices
    failed = [notice for notice in own if notice.action == "failed"]
    if not failed or len(failed) < len(own):
        return None
    worst = next((notice for notice in failed if is_dead(notice.status)), failed[0])
    # An address that was passed on may be dead without ours being so.
    disables = is_dead(worst.status) and worst.recipient == address.lower()
    return _came_back(worst.said or worst.status, disables=disables)


def _by_words(message: Message) -> Report | None:
    """A notice without a report, as old mail servers write them. What answers by itself is no bounce (RFC 3834)."""
    failed_for = message["X-Failed-Recipients"] is not None
    subject = one_line(_header(message, "Subject"), EXCERPT_LENGTH)
    is_answer = _header(message, "Auto-Submitted").lower().startswith("auto-replied")
    if not failed_for and (is_answer or not _SAYS_IT_CAME_BACK.search(subject) or _ONLY_LATE.search(subject)):
        return None
    text = next((_words(part) for part in _parts(message) if part.get_content_type() == "text/plain"), "")
    line = next((line for line in text.splitlines() if status_in(line).startswith("5.")), "")
    return _came_back(line or subject, disables=is_dead(status_in(line)))


def _words(part: Message) -> str:
    """The beginning of a text, whatever it claims to be written in."""
    inside = _inside(part)
    if inside:
        return "\n".join(str(each)[:_TEXT] for each in inside)[:_TEXT]
    raw = part.get_payload(decode=True)
    return (raw if isinstance(raw, bytes) else b"")[:_TEXT].decode("utf-8", "replace")


def _inside(part: Message) -> list[Message]:
    """What the email package makes of a part that holds messages, or blocks of headers."""
    payload: object = part.get_payload()
    found = cast("list[object]", payload) if isinstance(payload, list) else []
    return [each for each in found[:MAX_BLOCKS] if isinstance(each, Message)]


def _came_back(said: str, *, disables: bool) -> Report:
    words = one_line(said, EXCERPT_LENGTH - 20) or "nothing says why"
    return Report(Word.FAILED, f"it came back: {words}", FailureReason.REFUSED, disables=disables)
