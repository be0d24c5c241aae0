"""A chat that takes a message by one POST of JSON to an address of its own, and can do no more with it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tocsin.delivery.model import Outgoing, Receipt
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, failure_of
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import one_line

TIMEOUT = HttpTimeout()

JSON = {"Content-Type": "application/json"}


class ChatWebhook:
    """Serves `delivery.ports.Channel`. `document` makes the body, `receipt` reads the answer to a success and raises
    SendFailed when it is that of some other program; `place` makes the address to POST to.
    """

    def __init__(
        self,
        kind: str,
        http: GuardedHttp,
        document: Callable[[Outgoing], Mapping[str, Any]],
        receipt: Callable[[HttpAnswer, str], Receipt],
        *,
        place: Callable[[Outgoing], str] = lambda outgoing: outgoing.address,
        timeout: HttpTimeout = TIMEOUT,
    ) -> None:
        self.kind = kind
        self._http = http
        self._document = document
        self._receipt = receipt
        self._place = place
        self._timeout = timeout
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        return host_and_port(address)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """One POST. No redirect is followed, and nothing of the answer's body is shown (SEC-4)."""
        answer = await self._http.request(
            "POST",
            self._place(outgoing),
            headers=JSON,
            body=msgspec.json.encode(self._document(outgoing)),
            timeout=self._timeout,
        )
        peer = self.endpoint(outgoing.address)
        failure = failure_of(answer, peer, outgoing.now)
        if failure:
            raise failure
        return self._receipt(answer, peer)


def host_and_port(address: str) -> str:
    url = parse_url(address)
    return f"{url.host}:{url.port}"


def check_webhook(address: str, kind: str, example: str) -> str:
    """The normal form of the address of a webhook. Raises Invalid when it can never be sent to; it is not repeated, for
    whoever knows it can post.
    """
    try:
        url = parse_url(address.strip())
    except SendFailed as error:
        raise Invalid(
            f"This {kind} address cannot be used: {error.detail}.", f"Write it as {example}.", field=kind
        ) from None
    if len(url.path) < 2:
        raise Invalid(
            f"This {kind} address names a server and no webhook.",
            f"Copy all of it, such as {example}.",
            field=kind,
        )
    return str(url)


def says_ok(answer: HttpAnswer, peer: str) -> Receipt:
    """The receipt of Slack and of those that took over its webhooks: the two letters `ok`, and nothing else."""
    if answer.body.strip() != b"ok":
        raise SendFailed(FailureReason.REJECTED, f"{peer} answered {answer.status}, but not as a chat's webhook does")
    return Receipt(answer=f"HTTP {answer.status} ok")


def receipt_of(answer: HttpAnswer, name: str, ref: str = "") -> Receipt:
    return Receipt(answer=one_line(f"HTTP {answer.status} {name}", 100), ref=ref)
