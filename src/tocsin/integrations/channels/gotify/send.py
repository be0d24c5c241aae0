"""Gotify: push to a phone from a server of one's own. It has no buttons: a tap opens the page that acknowledges."""

from datetime import timedelta
from typing import Any

import msgspec
from yarl import URL

from tocsin.delivery.model import Outgoing, Purpose, Receipt, Urgency
from tocsin.delivery.wording import subject
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.plain import one_screen, plain_body
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, failure_of
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import one_line

MESSAGE_LIMIT = 4000
"""Bytes; a phone shows the first lines, and Gotify keeps whatever it gets."""

_TIMEOUT = HttpTimeout()


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    try:
        url = parse_url(address.strip())
        _token(url)
    except SendFailed as error:
        raise Invalid(
            f"This Gotify application cannot be used: {error.detail}.",
            "Write it as https://:TOKEN@gotify.example.com, with the token of an application made in Gotify.",
            field="gotify",
        ) from None
    return str(url)


class GotifyChannel:
    """Serves `delivery.ports.Channel`. An address is `https://:TOKEN@gotify.example.com`, with the path below which the
    server stands, and the token of one application, whose messages only its owner gets.
    """

    kind = "gotify"

    def __init__(self, http: GuardedHttp, timeout: HttpTimeout = _TIMEOUT) -> None:
        self._http = http
        self._timeout = timeout
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        url = parse_url(address)
        return f"{url.host}:{url.port}"

    async def send(self, outgoing: Outgoing) -> Receipt:
        """One POST of JSON to /message; Gotify answers with the stored message. What was sent cannot be edited."""
        url = parse_url(outgoing.address)
        answer = await self._http.request(
            "POST",
            str(url.with_user(None).with_path(f"{url.path.rstrip('/')}/message").with_query(None).with_fragment(None)),
            headers={"Content-Type": "application/json", "X-Gotify-Key": _token(url)},
            body=msgspec.json.encode(_document(outgoing)),
            timeout=self._timeout,
        )
        endpoint = self.endpoint(outgoing.address)
        failure = failure_of(answer, endpoint, outgoing.now)
        if failure:
            raise failure
        return Receipt(answer=_receipt(answer, endpoint))


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


def _receipt(answer: HttpAnswer, endpoint: str) -> str:
    """A page of some other program that says 200 to everything is no receipt: Gotify names the message it stored."""
    try:
        stored = msgspec.json.decode(answer.body, type=_Stored)
    except msgspec.DecodeError:
        raise SendFailed(FailureReason.REJECTED, f"{endpoint} does not answer like a Gotify server") from None
    return one_line(f"HTTP {answer.status} id {stored.id}", 100)


class _Stored(msgspec.Struct):
    id: int


GOTIFY = ChannelKind("gotify", check_address, over_http(lambda wires: GotifyChannel(wires.http)))
