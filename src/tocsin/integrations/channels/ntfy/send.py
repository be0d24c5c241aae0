"""ntfy: push to a phone without a vendor's cloud, with an Acknowledge button that works from the lock screen."""

from typing import Any

import msgspec
from aiohttp import encode_basic_auth
from yarl import URL

from tocsin.delivery.model import Outgoing, Purpose, Receipt, Urgency
from tocsin.delivery.wording import subject
from tocsin.integrations.channels.chat import is_edit, ref_to_edit
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

MESSAGE_LIMIT = 3500
"""Below ntfy's 4 096 bytes of message also when it is not ASCII; above, ntfy would make it an attachment."""

_TAGS = {
    Purpose.PAGE: "rotating_light",
    Purpose.ACKNOWLEDGED: "eyes",
    Purpose.RESOLVED: "white_check_mark",
    Purpose.INFO: "information_source",
    Purpose.NOTICE: "calendar",
    Purpose.TEST: "wave",
}


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    return check_url(address, "ntfy topic", "Write it as https://ntfy.example.com/topic.", "ntfy", _topic)


def channel(http: GuardedHttp, timeout: HttpTimeout = TIMEOUT) -> OneRequest:
    """An address is `https://ntfy.example.com/topic`, with `user:password@` or `:token@` in front of the host when the
    topic is protected.
    """
    return OneRequest("ntfy", http, _request, _receipt, timeout)


def _request(outgoing: Outgoing) -> Request:
    """JSON to the server's root; ntfy answers with the stored message."""
    url = parse_url(outgoing.address)
    root = url.with_user(None).with_path(url.path.rsplit("/", 1)[0] + "/").with_query(None)
    document = {"topic": _topic(url), **_document(outgoing)}
    return Request(str(root), {**JSON, **_authorization(url)}, msgspec.json.encode(document))


def _document(outgoing: Outgoing) -> dict[str, Any]:
    document: dict[str, Any] = {
        "title": subject(outgoing.purpose, outgoing.message),
        "message": plain_body(outgoing, MESSAGE_LIMIT),
        "priority": _priority(outgoing),
        "tags": [_TAGS[outgoing.purpose]],
        "sequence_id": _sequence(outgoing),
    }
    opened = one_screen(outgoing)
    if opened:
        document["click"] = opened
    actions = _actions(outgoing)
    return {**document, "actions": actions} if actions else document


def _sequence(outgoing: Outgoing) -> str:
    """Servers that know it show a second copy of a delivery in place of the first (REL-2), and what ends a page in
    place of that page; others ignore it. A page takes no place: what is changed makes no sound.
    """
    return outgoing.earlier_ref if is_edit(outgoing) else str(outgoing.id)


def _actions(outgoing: Outgoing) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = []
    if outgoing.ack_url:
        # A button is pressed by a person, never fetched by a scanner: it may POST at once (SEC-6).
        for label, url in (("Acknowledge", outgoing.ack_url), ("Page the next", f"{outgoing.ack_url}/decline")):
            actions.append({"action": "http", "label": label, "url": url, "method": "POST", "clear": True})
    if outgoing.message.url:
        actions.append({"action": "view", "label": "Open", "url": outgoing.message.url})
    return actions


def _priority(outgoing: Outgoing) -> int:
    """5 rings through a phone's quiet mode."""
    if outgoing.purpose is not Purpose.PAGE:
        return 3
    return 5 if outgoing.urgency is Urgency.HIGH else 4


def _topic(url: URL) -> str:
    topic = url.path.rsplit("/", 1)[-1]
    if not topic or not topic.replace("-", "").replace("_", "").isalnum() or len(topic) > 64:
        raise SendFailed(FailureReason.REJECTED, "its last part must be a topic of letters, digits, - and _")
    return topic


def _authorization(url: URL) -> dict[str, str]:
    if url.user and url.password:
        return {"Authorization": encode_basic_auth(url.user, url.password)}
    return {"Authorization": f"Bearer {url.password}"} if url.password else {}


def _receipt(answer: HttpAnswer, peer: str, outgoing: Outgoing) -> Receipt:
    stored = read_answer(answer, _Stored, peer, "an ntfy server")
    return receipt_of(answer, f"id {stored.id}", ref_to_edit(outgoing, _sequence(outgoing)))


class _Stored(msgspec.Struct):
    id: str


NTFY = ChannelKind("ntfy", check_address, over_http(lambda wires: channel(wires.http)))
