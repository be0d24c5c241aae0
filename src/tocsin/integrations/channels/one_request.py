"""A channel whose every message is one HTTP request to a peer of its own, whose answer is the receipt. What the request
says, and how a receipt looks there, is each channel's own.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import msgspec
from yarl import URL

from tocsin.delivery.model import Outgoing, Receipt
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, failure_of
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import one_line

TIMEOUT = HttpTimeout()

JSON = {"Content-Type": "application/json"}

_T = TypeVar("_T")


class Request(NamedTuple):
    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


ReceiptOf = Callable[[HttpAnswer, str, Outgoing], Receipt]
"""Reads the answer to a success, of the peer that is named; raises SendFailed when it is that of some other program."""


def _says_nothing(answer: HttpAnswer, now: datetime) -> None:
    """When it would take the next one, beyond its headers."""


class OneRequest:
    """Serves `delivery.ports.Channel`. No redirect is followed, and nothing of the answer's body is shown (SEC-4).
    `next_at` reads from a refusal when the peer takes the next one, where its headers do not say it.
    """

    def __init__(
        self,
        kind: str,
        http: GuardedHttp,
        request: Callable[[Outgoing], Request],
        receipt: ReceiptOf,
        timeout: HttpTimeout = TIMEOUT,
        next_at: Callable[[HttpAnswer, datetime], datetime | None] = _says_nothing,
    ) -> None:
        self.kind = kind
        self._http = http
        self._request = request
        self._receipt = receipt
        self._next_at = next_at
        self._timeout = timeout
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        return host_and_port(address)

    async def send(self, outgoing: Outgoing) -> Receipt:
        url, headers, body, method = self._request(outgoing)
        answer = await self._http.request(method, url, headers=headers, body=body, timeout=self._timeout)
        peer = self.endpoint(outgoing.address)
        failure = failure_of(answer, peer, outgoing.now)
        if failure:
            failure.retry_after = failure.retry_after or self._next_at(answer, outgoing.now)
            raise failure
        return self._receipt(answer, peer, outgoing)


def host_and_port(address: str) -> str:
    url = parse_url(address)
    return f"{url.host}:{url.port}"


def check_url(address: str, what: str, remedy: str, field: str, *checks: Callable[[URL], object]) -> str:
    """The normal form of an address that is a URL. Raises Invalid when it can never be sent to, or one of the `checks`
    raises SendFailed; the address is not repeated, for whoever knows it can send.
    """
    try:
        url = parse_url(address.strip())
        for check in checks:
            check(url)
    except SendFailed as error:
        raise Invalid(f"This {what} cannot be used: {error.detail}.", remedy, field=field) from None
    return str(url)


def read_answer(answer: HttpAnswer, kind: type[_T], peer: str, like: str) -> _T:
    """A page of some other program that says 200 to everything is no receipt: the right one names what it stored.
    `like`: what the peer should be, such as "a Gotify server". Raises SendFailed.
    """
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except msgspec.DecodeError:
        raise SendFailed(FailureReason.REJECTED, f"{peer} does not answer like {like}") from None


def receipt_of(answer: HttpAnswer, name: str, ref: str = "") -> Receipt:
    return Receipt(answer=one_line(f"HTTP {answer.status} {name}", 100), ref=ref)
