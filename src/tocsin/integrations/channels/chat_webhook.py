"""A chat that takes a message by one POST of JSON to an address of its own, and can do no more with it."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tocsin.delivery.model import Outgoing, Receipt
from tocsin.integrations.channels.one_request import JSON, TIMEOUT, OneRequest, Request, check_url
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer
from tocsin.kernel.outbound import FailureReason, SendFailed


def chat_webhook(
    kind: str,
    http: GuardedHttp,
    document: Callable[[Outgoing], Mapping[str, Any]],
    receipt: Callable[[HttpAnswer, str], Receipt],
    *,
    place: Callable[[Outgoing], str] = lambda outgoing: outgoing.address,
    timeout: HttpTimeout = TIMEOUT,
) -> OneRequest:
    """`document` makes the body, `receipt` reads the answer to a success and raises SendFailed when it is that of some
    other program; `place` makes the address to POST to.
    """
    return OneRequest(
        kind,
        http,
        lambda outgoing: Request(place(outgoing), JSON, msgspec.json.encode(document(outgoing))),
        lambda answer, peer, _: receipt(answer, peer),
        timeout,
    )


def check_webhook(address: str, kind: str, example: str) -> str:
    """The normal form of the address of a webhook. Raises Invalid when it can never be sent to; it is not repeated, for
    whoever knows it can post.
    """
    checked = check_url(address, f"{kind} address", f"Write it as {example}.", kind)
    if len(parse_url(checked).path) < 2:
        raise Invalid(
            f"This {kind} address names a server and no webhook.",
            f"Copy all of it, such as {example}.",
            field=kind,
        )
    return checked


def says_ok(answer: HttpAnswer, peer: str) -> Receipt:
    """The receipt of Slack and of those that took over its webhooks: the two letters `ok`, and nothing else."""
    if answer.body.strip() != b"ok":
        raise SendFailed(FailureReason.REJECTED, f"{peer} answered {answer.status}, but not as a chat's webhook does")
    return Receipt(answer=f"HTTP {answer.status} ok")
