"""Webhook: a signed JSON document to an address of the receiver's own, after Standard Webhooks 1.0."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import msgspec

from tocsin.delivery.keys import webhook_key
from tocsin.delivery.model import Outgoing, Purpose, Receipt
from tocsin.integrations.channels.definition import ChannelKind, Wires, over_http
from tocsin.integrations.channels.one_request import JSON, TIMEOUT, OneRequest, Request, check_url
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.kernel.http_answer import HttpAnswer
from tocsin.kernel.signing import webhook_headers
from tocsin.kernel.text import clean, one_line, shorten

MAX_BODY = 20_000
"""Standard Webhooks: larger bodies are refused by many receivers."""

_TYPES = {
    Purpose.PAGE: "incident.paged",
    Purpose.ACKNOWLEDGED: "incident.acknowledged",
    Purpose.RESOLVED: "incident.resolved",
    Purpose.INFO: "incident.updated",
    Purpose.NOTICE: "notice",
    Purpose.TEST: "test",
}


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    return check_url(address, "webhook", "Write it as https://hooks.example.com/path.", "webhook")


def channel(http: GuardedHttp, key_of: Callable[[int | str], bytes], timeout: HttpTimeout = TIMEOUT) -> OneRequest:
    """`key_of` gives the signing key of a contact, or of an address in a policy."""
    return OneRequest("webhook", http, partial(_request, key_of), _receipt, timeout)


def _request(key_of: Callable[[int | str], bytes], outgoing: Outgoing) -> Request:
    body = encode_body(outgoing)
    key = key_of(outgoing.contact_id or outgoing.address)
    return Request(outgoing.address, {**webhook_headers(key, str(outgoing.id), int(time.time()), body), **JSON}, body)


def _receipt(answer: HttpAnswer, peer: str, outgoing: Outgoing) -> Receipt:
    """Any 2xx is one."""
    return Receipt(answer=f"HTTP {answer.status}")


def encode_body(outgoing: Outgoing) -> bytes:
    """`{type, timestamp, data}`, below `MAX_BODY` bytes whatever an alert holds: facts go first, then text is cut.

    The same delivery gives the same bytes at every attempt: `timestamp` is when it was requested.
    """
    for lines, length in ((40, 1000), (20, 300), (5, 100), (0, 60)):
        body = msgspec.json.encode(_document(outgoing, lines, length))
        if len(body) < MAX_BODY:
            break
    return body


def _document(outgoing: Outgoing, lines: int, length: int) -> dict[str, object]:
    message = outgoing.message
    return {
        "type": message.event or _TYPES[outgoing.purpose],
        "timestamp": _iso(outgoing.requested_at),
        "data": {
            "delivery_id": str(outgoing.id),
            "incident": one_line(message.incident_ref, length),
            "title": one_line(message.title, length),
            "severity": one_line(message.severity, 60),
            "urgency": str(outgoing.urgency),
            "what": shorten(clean(message.what), 4 * length),
            "why_you": one_line(message.why_you, length),
            "since": _iso(message.since) if message.since else None,
            "facts": {one_line(f.label, 60): one_line(f.value, length) for f in message.lines[:lines]},
            "url": message.url,
            "acknowledge_url": outgoing.ack_url,
        },
    }


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _make(wires: Wires) -> OneRequest:
    return channel(wires.http, partial(webhook_key, wires.settings.secret_key))


WEBHOOK = ChannelKind("webhook", check_address, over_http(_make))
