"""The few words that every channel shares: the subject line and the instant, in the receiver's zone. No markup."""

from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from tocsin.delivery.devices import PUSH, device_name
from tocsin.delivery.model import Delivery, DeliveryState, Line, MessageView, Purpose
from tocsin.kernel.json_text import replace_in
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.phone_numbers import masked_number
from tocsin.kernel.text import one_line
from tocsin.kernel.utc_words import on_clock_of

SUBJECT_LIMIT = 160

_MARK = {
    Purpose.ACKNOWLEDGED: "ACKNOWLEDGED",
    Purpose.RESOLVED: "RESOLVED",
    Purpose.INFO: "UPDATE",
    Purpose.NOTICE: "NOTICE",
    Purpose.TEST: "TEST",
}

_LEAD = {
    Purpose.PAGE: "You are being paged.",
    Purpose.ACKNOWLEDGED: "Somebody is on it. Nothing to do for you.",
    Purpose.RESOLVED: "It is over. Nothing to do for you.",
    Purpose.INFO: "Something changed.",
    Purpose.NOTICE: "This is no page.",
    Purpose.TEST: "This is a test. Nothing is wrong.",
}


def subject(purpose: Purpose, message: MessageView) -> str:
    """ "[SEV-2] INC-1 Checkout 5xx" for a page, "[RESOLVED] INC-1 Checkout 5xx" when it is over. One line, whatever
    the title holds. A message that has a wording of its own keeps its subject.
    """
    if message.subject:
        return one_line(message.subject, SUBJECT_LIMIT)
    mark = _MARK.get(purpose) or message.severity or "PAGE"
    return one_line(f"[{mark}] {message.incident_ref} {message.title}", SUBJECT_LIMIT)


_DEED = {
    Purpose.PAGE: "Page to",
    Purpose.ACKNOWLEDGED: "Word of the acknowledgement to",
    Purpose.RESOLVED: "Word of the resolution to",
    Purpose.INFO: "Message to",
    Purpose.NOTICE: "Notice to",
    Purpose.TEST: "Test message to",
}


def deed(delivery: Delivery) -> str:
    """ "Page to @alice by email": the beginning of a sentence on a timeline."""
    receiver = delivery.user_name if delivery.user_id is None else f"@{delivery.user_name}"
    return f"{_DEED[delivery.purpose]} {receiver} by {delivery.kind}"


def with_code(message: MessageView, code: str) -> MessageView:
    """A message that gives a code, with the code: in its title, for whoever reads no further, and as its first line."""
    return msgspec.structs.replace(
        message,
        title=f"{code} is your code for Tocsin",
        subject=f"{code} is your code for Tocsin",
        lines=(Line("Code", code), *message.lines),
    )


_STATES = {
    DeliveryState.WAITING: "waits",
    DeliveryState.SENDING: "is being sent",
    DeliveryState.TAKEN: "taken by the provider, not known to have arrived",
    DeliveryState.SENT: "sent",
    DeliveryState.FAILED: "failed",
    DeliveryState.SUPERSEDED: "not sent any more",
}
_LOST = "taken, and did not arrive"
_FAILURES = {
    FailureReason.REFUSED: "refused",
    FailureReason.AUTHENTICATION: "refused",
    FailureReason.NO_ANSWER: "not answered",
    FailureReason.BLOCKED_ADDRESS: "not sent",
    FailureReason.COST_CAP: "not sent",
    FailureReason.UNREADABLE: "not sent",
}


def state_words(delivery: Delivery) -> str:
    """What has become of a message, behind its receiver: "not answered" for a call, "taken, and did not arrive" for
    what came back. Why it has failed is its `answer`."""
    if delivery.state is not DeliveryState.FAILED:
        return _STATES[delivery.state]
    if delivery.taken_at is not None and delivery.reason is not FailureReason.NO_ANSWER:
        return _LOST
    return _FAILURES.get(delivery.reason or FailureReason.OTHER, _STATES[delivery.state])


BELOW = "tocsin:/"
"""How a text that is stored begins the address of a page of ours; the send puts where we are reached in its place."""


def with_addresses(message: MessageView, public_url: str) -> MessageView:
    """The message with whole addresses."""
    base = public_url.rstrip("/")
    url = base + message.url if message.url.startswith("/") else message.url
    return msgspec.structs.replace(message, url=url, what=addressed(message.what, public_url))


def addressed(text: str, public_url: str) -> str:
    """The text with whole addresses."""
    return text.replace(BELOW, f"{public_url.rstrip('/')}/")


_READ_BY_PROGRAMS = frozenset(
    ("incident_ref", "severity", "since", "time_zone", "url", "event", "uid", "starts_at", "ends_at", "png")
)
"""Names in a stored message whose strings are no prose."""


def without(message: dict[str, Any], text: str, mark: str) -> dict[str, Any]:
    """A message as it is stored, with `mark` in the place of a text; what is no prose of it stays."""
    return replace_in(message, text, mark, _READ_BY_PROGRAMS.__contains__)


def lead(purpose: Purpose) -> str:
    """The first sentence: what is expected of the reader."""
    return _LEAD[purpose]


def moment(instant: datetime, time_zone: str) -> str:
    """ "Sat 21 Nov 2026, 14:03 CET": an instant as its reader's clock shows it; UTC when the zone is unknown here."""
    return f"{instant.astimezone(_zone(time_zone)):%a %d %b %Y, %H:%M %Z}"


def clock_words(instant: datetime, time_zone: str, now: datetime) -> str:
    """ "14:03 CET", with the day before it when that is not today: where every character is paid for."""
    local = instant.astimezone(_zone(time_zone))
    is_today = local.date() == now.astimezone(local.tzinfo).date()
    return f"{local:%H:%M %Z}" if is_today else f"{local:%a %d %b %H:%M %Z}"


def spoken_time(instant: datetime, time_zone: str) -> str:
    """ "4:03": as one says it to somebody whose clock it is."""
    local = instant.astimezone(_zone(time_zone))
    return f"{local.hour}:{local:%M}"


def on_clock_of_reader(message: MessageView, time_zone: str, now: datetime) -> MessageView:
    """The message as this reader's clock says it: each `03:05 UTC` in its words, as `moment` does with `since`."""
    zone = _zone(time_zone)
    return msgspec.structs.replace(
        message,
        time_zone=time_zone,
        what=on_clock_of(zone, message.what, now),
        why_you=on_clock_of(zone, message.why_you, now),
        lines=tuple(Line(line.label, on_clock_of(zone, line.value, now)) for line in message.lines),
    )


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def shown_address(kind: str, address: str) -> str:
    """An address as others may see it: a mail address as it is, the ends of a number, of a browser the name of its
    device, of a URL only the host, for its path is the secret; of one that is no web address its scheme,
    for a token may stand anywhere in it.
    """
    if kind == "email":
        return address
    if kind in ("sms", "voice"):
        return masked_number(address)
    if kind == PUSH:
        return device_name(address) or kind
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        return parts.scheme or kind
    return parts.hostname or kind
