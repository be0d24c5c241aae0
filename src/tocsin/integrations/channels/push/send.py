"""Web push: a notification with its buttons on a phone or a laptop, without an app and without a vendor's account.

The push service of the browser's maker carries it, but cannot read it: it is sealed for that browser (RFC 8291). What
is shown, and what its buttons do, is in `frontend/worker/service-worker.ts`.
"""

import hashlib
import time
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

import msgspec

from tocsin.delivery.devices import PUSH, Device, address_of, read_device
from tocsin.delivery.keys import DeviceProofs, device_proofs, push_key
from tocsin.delivery.model import Outgoing, Purpose, Receipt, Urgency
from tocsin.delivery.wording import subject
from tocsin.integrations.channels.definition import ChannelKind, Wires, over_http
from tocsin.integrations.channels.plain import plain_body
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import failure_of
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import shorten
from tocsin.kernel.web_push import MOST_TEXT, Sender, encode, seal, sender
from tocsin.settings import Settings

KEPT_FOR = timedelta(hours=12)
"""How long a push service keeps what a device that is off has not got; a newer state replaces it there (`Topic`)."""

MOST_BODY = 2000
"""Bytes of text; with two links and escapes it stays below `MOST_TEXT`."""

_GONE = (404, 410)
_TIMEOUT = HttpTimeout()


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when no browser gave it."""
    return address_of(read_device(address))


class Renewal(msgspec.Struct, frozen=True):
    """What a device keeps for the day when its browser has to subscribe anew: who it is, and for which key."""

    proof: str
    key: str


class PushChannel:
    """Serves `delivery.ports.Channel`. An address is what `delivery.devices` says."""

    kind = PUSH

    def __init__(
        self, http: GuardedHttp, identity: Sender, proofs: DeviceProofs, timeout: HttpTimeout = _TIMEOUT
    ) -> None:
        self._http = http
        self._identity = identity
        self._proofs = proofs
        self._timeout = timeout
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        url = parse_url(_device(address).endpoint)
        return f"{url.host}:{url.port}"

    async def send(self, outgoing: Outgoing) -> Receipt:
        """One POST to the push service (RFC 8030): it answers 201 when it will try to reach the device."""
        device = _device(outgoing.address)
        answer = await self._http.request(
            "POST",
            device.endpoint,
            headers={
                "Authorization": self._identity.authorization(device.endpoint, int(time.time())),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(int(KEPT_FOR.total_seconds())),
                "Urgency": "high" if _is_loud(outgoing) else "normal",
                "Topic": tag_of(outgoing.topic),
            },
            body=seal(payload(outgoing, self._renewal(outgoing)), device.p256dh, device.auth),
            timeout=self._timeout,
        )
        failure = failure_of(answer, self.endpoint(outgoing.address), outgoing.now)
        if answer.status in _GONE:
            gone = f"{device.name or 'the device'} does not take messages any more"
            raise SendFailed(FailureReason.REFUSED, gone, disables=True)
        if failure:
            raise failure
        return Receipt(answer=f"HTTP {answer.status}")

    def _renewal(self, outgoing: Outgoing) -> Renewal | None:
        """None for a device that is nobody's contact."""
        if outgoing.contact_id is None:
            return None
        return Renewal(self._proofs.issue(outgoing.contact_id, outgoing.address), self._identity.public_key)


def payload(outgoing: Outgoing, renewal: Renewal | None) -> bytes:
    """What the service worker shows, and what it keeps. Links are paths: the device asks the Tocsin that it subscribed
    at.
    """
    message = outgoing.message
    told = {
        "title": subject(outgoing.purpose, message),
        "body": plain_body(outgoing, MOST_BODY),
        "tag": tag_of(outgoing.topic),
        "purpose": str(outgoing.purpose),
        "isLoud": _is_loud(outgoing),
        "since": int(message.since.timestamp() * 1000) if message.since else None,
        "answer": _path(outgoing.ack_url or ""),
        "open": _path(outgoing.ack_url or message.url),
        "renewal": renewal,
    }
    text = msgspec.json.encode(told)
    if len(text) <= MOST_TEXT:
        return text
    return msgspec.json.encode({**told, "body": shorten(str(told["body"]), 200), "title": shorten(message.title, 60)})


def tag_of(topic: str) -> str:
    """What stands for the same incident here and at the push service: 32 characters of base64url (RFC 8030, 5.4)."""
    return encode(hashlib.sha256(topic.encode()).digest()[:24])


def identity_of(settings: Settings) -> Sender:
    """Of this installation: its key is derived from the secret key, so that every node and every start has the same."""
    if settings.public_url.startswith("https:"):
        contact = settings.public_url
    else:
        contact = f"mailto:{parseaddr(settings.mail_from)[1]}"
    return sender(push_key(settings.secret_key), contact)


def _device(address: str) -> Device:
    try:
        return read_device(address)
    except Invalid as error:
        raise SendFailed(FailureReason.REJECTED, error.message) from None


def _is_loud(outgoing: Outgoing) -> bool:
    return outgoing.purpose is Purpose.PAGE and outgoing.urgency is Urgency.HIGH


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _open(wires: Wires) -> PushChannel:
    secret_key = wires.settings.secret_key
    return PushChannel(wires.http, identity_of(wires.settings), device_proofs(secret_key))


PUSH_KIND = ChannelKind(PUSH, check_address, over_http(_open))
