"""ntfy: push to a phone without a vendor's cloud, with an Acknowledge button that works from the lock screen."""

from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import encode_basic_auth
from yarl import URL

from tocsin.delivery.model import Outgoing, Purpose, Receipt, Urgency
from tocsin.delivery.wording import subject
from tocsin.integrations.channels.chat import is_edit, ref_to_edit
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.plain import one_screen, plain_body
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, failure_of
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import one_line

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


_TIMEOUT = HttpTimeout()


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    try:
        url = parse_url(address.strip())
        _topic(url)
    except SendFailed as error:
        raise Invalid(
            f"This ntfy topic cannot be used: {error.detail}.",
            "Write it as https://ntfy.example.com/topic.",
            field="ntfy",
        ) from None
    return str(url)


class NtfyChannel:
    """Serves `delivery.ports.Channel`. An address is `https://ntfy.example.com/topic`, with `user:password@` or
    `:token@` in front of the host when the topic is protected.
    """

    kind = "ntfy"

    def __init__(self, http: GuardedHttp, timeout: HttpTimeout = _TIMEOUT) -> None:
        self._http = http
        self._timeout = timeout
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        url = parse_url(address)
        return f"{url.host}:{url.port}"

    async def send(self, outgoing: Outgoing) -> Receipt:
        """One POST of JSON to the server's root; ntfy answers with the stored message."""
        url = parse_url(outgoing.address)
        topic = _topic(url)
        answer = await self._http.request(
            "POST",
            str(url.with_user(None).with_path(url.path.rsplit("/", 1)[0] + "/").with_query(None)),
            headers={"Content-Type": "application/json", **_authorization(url)},
            body=msgspec.json.encode({"topic": topic, **_document(outgoing)}),
            timeout=self._timeout,
        )
        failure = failure_of(answer, self.endpoint(outgoing.address), outgoing.now)
        if failure:
            raise failure
        stored = _receipt(answer, self.endpoint(outgoing.address))
        return Receipt(answer=stored, ref=ref_to_edit(outgoing, _sequence(outgoing)))


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


def _receipt(answer: HttpAnswer, endpoint: str) -> str:
    """A page of some other program that says 200 to everything is no receipt: ntfy names the message it stored."""
    try:
        stored = msgspec.json.decode(answer.body, type=_Stored)
    except msgspec.DecodeError:
        raise SendFailed(FailureReason.REJECTED, f"{endpoint} does not answer like an ntfy server") from None
    return one_line(f"HTTP {answer.status} id {stored.id}", 100)


class _Stored(msgspec.Struct):
    id: str


NTFY = ChannelKind("ntfy", check_address, over_http(lambda wires: NtfyChannel(wires.http)))
