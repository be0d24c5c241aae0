"""Pushover: a page rings every half a minute until somebody answers it, there or here (contracts, 6).

Acknowledged in its app, it acknowledges the page in Tocsin: Pushover says so (`surfaces/callbacks/pushover.py`), and is
asked, for where it cannot reach us (`paging/asking.py`). Acknowledged elsewhere, the ringing is called off by the tag
that all messages of one contact about one incident carry.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec

from tocsin.delivery.keys import callback_links
from tocsin.delivery.model import Outgoing, Purpose, Receipt, Ring, Urgency
from tocsin.delivery.wording import subject
from tocsin.integrations.channels.definition import ChannelKind, Wires, over_http
from tocsin.integrations.channels.one_request import read_answer
from tocsin.integrations.channels.plain import one_screen, plain_body
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, failure_of
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import one_line
from tocsin.kernel.web_push import encode
from tocsin.provider_settings import Pushover
from tocsin.settings import Settings

LIKE = "Pushover"
PLACE = "pushover"
"""Of the addresses that Pushover calls back."""

MOST_TEXT, MOST_TITLE, MOST_URL = 1000, 250, 512
RINGS_EVERY, RINGS_FOR = timedelta(seconds=30), timedelta(hours=1)
"""30 s is the least that Pushover allows, 3 h the longest."""

_QUIETLY, _USUALLY, _LOUDLY, _UNTIL_ANSWERED = -1, 0, 1, 2
_PRIORITIES = {Purpose.ACKNOWLEDGED: _QUIETLY, Purpose.RESOLVED: _QUIETLY}
_ENDS_RINGING = (Purpose.ACKNOWLEDGED, Purpose.RESOLVED)
_ADDRESS = re.compile(r"[A-Za-z0-9]{30}(/[A-Za-z0-9_-]{1,25})?")
_TIMEOUT = HttpTimeout(total=3.8, connect=3.0, read=3.8)
"""Of each of two requests: together they end within the lease of a job (`kernel.http.HttpTimeout`)."""

_UNKNOWN = 404

CallbackOf = Callable[[UUID], str]
"""Where Pushover says that the page of this delivery was acknowledged."""


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid."""
    key = address.strip()
    if not _ADDRESS.fullmatch(key):
        raise Invalid(
            "This is no user key of Pushover: one has 30 letters and digits.",
            "Copy it from the first page of pushover.net; KEY/device reaches one device only.",
            field="pushover",
        )
    return key


def missing(settings: Settings) -> str | None:
    return None if settings.pushover.token else "TOCSIN_PUSHOVER_TOKEN is not set: make an application at pushover.net"


class PushoverChannel:
    """Serves `delivery.ports.Channel`. An address is a user key, or a group's, with `/device` for one device."""

    kind = "pushover"

    def __init__(
        self, http: GuardedHttp, account: Pushover, callback_of: CallbackOf, timeout: HttpTimeout = _TIMEOUT
    ) -> None:
        self._http = http
        self._account = account
        self._callback_of = callback_of
        self._timeout = timeout
        self.timeout = timedelta(seconds=2 * timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        url = parse_url(self._account.url)
        return f"{url.host}:{url.port}"

    async def send(self, outgoing: Outgoing) -> Receipt:
        """The message; before one that ends it, the end of the ringing, whose refusal keeps nobody from being told."""
        if outgoing.purpose in _ENDS_RINGING:
            await self._post(f"receipts/cancel_by_tag/{tag_of(outgoing)}.json", {})
        answer = await self._post("messages.json", self._fields(outgoing))
        failure = failure_of(answer, self.endpoint(outgoing.address), outgoing.now)
        if failure:
            raise failure
        taken = _taken(answer, self.endpoint(outgoing.address))
        said = one_line(f"HTTP {answer.status} request {taken.request}", 100)
        is_asked = taken.receipt and outgoing.ack_url
        return Receipt(answer=said, ref=taken.receipt, rings_for=RINGS_FOR if is_asked else None)

    async def read_ring(self, ref: str, now: datetime) -> Ring:
        """Serves `delivery.ports.Ringing`. Of a receipt that it does not know, Pushover says nothing else later."""
        url = f"{self._url('receipts')}/{quote(ref, safe='')}.json?{urlencode({'token': self._account.token or ''})}"
        answer = await self._http.request("GET", url, headers={}, timeout=self._timeout)
        if answer.status == _UNKNOWN:
            return Ring.OVER
        failure = failure_of(answer, self.endpoint(""), now)
        if failure:
            raise failure
        return _ring_of(read_answer(answer, _Rung, self.endpoint(""), LIKE))

    def _url(self, path: str) -> str:
        return f"{self._account.url.rstrip('/')}/1/{path}"

    async def _post(self, path: str, fields: dict[str, str]) -> HttpAnswer:
        return await self._http.request(
            "POST",
            self._url(path),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode({"token": self._account.token or "", **fields}).encode(),
            timeout=self._timeout,
        )

    def _fields(self, outgoing: Outgoing) -> dict[str, str]:
        user, _, device = outgoing.address.partition("/")
        priority = _priority(outgoing)
        opened = one_screen(outgoing)
        fields = {
            "user": user,
            "title": one_line(subject(outgoing.purpose, outgoing.message), MOST_TITLE),
            "message": plain_body(outgoing, MOST_TEXT),
            "priority": str(priority),
            "timestamp": str(int(outgoing.requested_at.timestamp())),
        }
        if device:
            fields["device"] = device
        if opened and len(opened) <= MOST_URL:
            fields |= {"url": opened, "url_title": "Open the page"}
        return {**fields, **self._ringing(outgoing)} if priority == _UNTIL_ANSWERED else fields

    def _ringing(self, outgoing: Outgoing) -> dict[str, str]:
        rings = {
            "retry": str(int(RINGS_EVERY.total_seconds())),
            "expire": str(int(RINGS_FOR.total_seconds())),
            "tags": tag_of(outgoing),
        }
        return {**rings, "callback": self._callback_of(outgoing.id)} if outgoing.ack_url else rings


def tag_of(outgoing: Outgoing) -> str:
    """The same for all messages of one contact about one incident, and for no other's."""
    return encode(f"{outgoing.contact_id or outgoing.user_id}/{outgoing.topic}".encode())


def _priority(outgoing: Outgoing) -> int:
    if outgoing.purpose is not Purpose.PAGE:
        return _PRIORITIES.get(outgoing.purpose, _USUALLY)
    return _UNTIL_ANSWERED if outgoing.urgency is Urgency.HIGH else _LOUDLY


class _Taken(msgspec.Struct):
    """`receipt` is there for a message that rings until it is answered."""

    status: int
    request: str
    receipt: str = ""


class _Rung(msgspec.Struct):
    """`acknowledged` and `expired` are 1 or 0."""

    status: int
    acknowledged: int
    expired: int = 0


def _ring_of(rung: _Rung) -> Ring:
    if rung.acknowledged == 1:
        return Ring.ANSWERED
    return Ring.OVER if rung.expired == 1 else Ring.RINGS


def _taken(answer: HttpAnswer, endpoint: str) -> _Taken:
    taken = read_answer(answer, _Taken, endpoint, LIKE)
    if taken.status != 1:
        raise SendFailed(FailureReason.REFUSED, f"{endpoint} did not take the message")
    return taken


def _open(wires: Wires) -> PushoverChannel:
    links = callback_links(wires.settings.secret_key, wires.settings.public_url)
    return PushoverChannel(wires.http, wires.settings.pushover, lambda delivery: links.url_for(PLACE, delivery))


PUSHOVER = ChannelKind("pushover", check_address, over_http(_open), missing)
