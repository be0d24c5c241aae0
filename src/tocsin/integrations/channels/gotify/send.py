"""Gotify: push to a phone from a server of one's own. It has no buttons: a tap opens the page that acknowledges."""

from typing import Any

import msgspec
from yarl import URL

from tocsin.delivery.model import Outgoing, Purpose, Receipt, Urgency
from tocsin.delivery.wording import subject
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.one_request import (
    JSON,
    TIMEOUT,
    OneRequest,
    Request,
    check_url,
    read_answer,
    receipt_of,
)
from tocsin.integrations.channels.plain import one_screen, plain_body
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer
from tocsin.kernel.outbound import FailureReason, SendFailed

MESSAGE_LIMIT = 4000
"""Bytes; a phone shows the first lines, and Gotify keeps whatever it gets."""


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    remedy = "Write it as https://:TOKEN@gotify.example.com, with the token of an application made in Gotify."
    return check_url(address, "Gotify application", remedy, "gotify", _token)


def channel(http: GuardedHttp, timeout: HttpTimeout = TIMEOUT) -> OneRequest:
    """An address is `https://:TOKEN@gotify.example.com`, with the path below which the server stands, and the token of
    one application, whose messages only its owner gets.
    """
    return OneRequest("gotify", http, _request, _receipt, timeout)


def _request(outgoing: Outgoing) -> Request:
    """JSON to /message; Gotify answers with the stored message. What was sent cannot be edited."""
    url = parse_url(outgoing.address)
    messages = url.with_user(None).with_path(f"{url.path.rstrip('/')}/message").with_query(None).with_fragment(None)
    headers = {**JSON, "X-Gotify-Key": _token(url)}
    return Request(str(messages), headers, msgspec.json.encode(_document(outgoing)))


def _document(outgoing: Outgoing) -> dict[str, Any]:
    extras: dict[str, Any] = {"client::display": {"contentType": "text/plain"}}
    opened = one_screen(outgoing)
    if opened:
        extras["client::notification"] = {"click": {"url": opened}}
    return {
        "title": subject(outgoing.purpose, outgoing.message),
        "message": plain_body(outgoing, MESSAGE_LIMIT),
        "priority": _priority(outgoing),
        "extras": extras,
    }


def _priority(outgoing: Outgoing) -> int:
    """Of 0 to 10: from 8 on the app rings loudly, from 4 on it makes a sound, below it is quiet."""
    if outgoing.purpose is not Purpose.PAGE:
        return 4
    return 10 if outgoing.urgency is Urgency.HIGH else 8


def _token(url: URL) -> str:
    if not url.password or not url.password.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise SendFailed(FailureReason.REJECTED, "the application's token must stand in front of the host")
    return url.password


def _receipt(answer: HttpAnswer, peer: str, outgoing: Outgoing) -> Receipt:
    return receipt_of(answer, f"id {read_answer(answer, _Stored, peer, 'a Gotify server').id}")


class _Stored(msgspec.Struct):
    id: int


GOTIFY = ChannelKind("gotify", check_address, over_http(lambda wires: channel(wires.http)))
