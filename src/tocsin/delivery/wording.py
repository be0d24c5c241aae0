"""The few words that every channel shares: the subject line and the instant, in the receiver's zone. No markup."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.delivery.model import Delivery, MessageView, Purpose
from tocsin.kernel.text import one_line

SUBJECT_LIMIT = 160

_MARK = {
    Purpose.ACKNOWLEDGED: "ACKNOWLEDGED",
    Purpose.RESOLVED: "RESOLVED",
    Purpose.INFO: "UPDATE",
    Purpose.TEST: "TEST",
}

_LEAD = {
    Purpose.PAGE: "You are being paged.",
    Purpose.ACKNOWLEDGED: "Somebody is on it. Nothing to do for you.",
    Purpose.RESOLVED: "It is over. Nothing to do for you.",
    Purpose.INFO: "Something changed.",
    Purpose.TEST: "This is a test. Nothing is wrong.",
}


def subject(purpose: Purpose, message: MessageView) -> str:
    """ "[SEV-2] INC-1 Checkout 5xx" for a page, "[RESOLVED] INC-1 Checkout 5xx" when it is over. One line, whatever
    the title holds.
    """
    mark = _MARK.get(purpose) or message.severity or "PAGE"
    return one_line(f"[{mark}] {message.incident_ref} {message.title}", SUBJECT_LIMIT)


_DEED = {
    Purpose.PAGE: "Page to",
    Purpose.ACKNOWLEDGED: "Word of the acknowledgement to",
    Purpose.RESOLVED: "Word of the resolution to",
    Purpose.INFO: "Update to",
    Purpose.TEST: "Test message to",
}


def deed(delivery: Delivery) -> str:
    """ "Page to @alice by email": the beginning of a sentence on a timeline."""
    receiver = delivery.user_name if delivery.user_id is None else f"@{delivery.user_name}"
    return f"{_DEED[delivery.purpose]} {receiver} by {delivery.kind}"


def lead(purpose: Purpose) -> str:
    """The first sentence: what is expected of the reader."""
    return _LEAD[purpose]


def moment(instant: datetime, time_zone: str) -> str:
    """ "Sat 21 Nov 2026, 14:03 CET": an instant as its reader's clock shows it; UTC when the zone is unknown here."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return f"{instant.astimezone(zone):%a %d %b %Y, %H:%M %Z}"


def shown_address(kind: str, address: str) -> str:
    """An address as others may see it: a mail address as it is, of a URL only the host, for its path is the secret."""
    if kind == "email":
        return address
    return urlsplit(address).hostname or kind
