"""Keys and links that belong to a delivery or a contact, derived from the installation's secret and never stored."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tocsin.delivery.codes import DIGITS
from tocsin.kernel.signing import (
    derive,
    digits_of,
    format_webhook_secret,
    is_short_of,
    sign_id,
    sign_short,
    verify_id,
)

ACK_PATH = "/ack/"
SHORT_PATH = "/a/"
ENTRY_PATH = "/sign-in/"
DEFAULT_LINK_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class AckLinks:
    """Makes and reads the one link of a message by which its receiver acknowledges, or is let in (SEC-6), and makes the
    code by which they confirm a contact.

    Whether a link was used is kept with its delivery (`service.use_ack_token`); how long it lives counts from the
    request of the delivery, so that a retried message does not live longer.
    """

    public_url: str
    key: bytes = field(repr=False)
    entry_key: bytes = field(repr=False)
    code_key: bytes = field(repr=False)
    life: timedelta = DEFAULT_LINK_LIFE

    def url_for(self, delivery_id: UUID) -> str:
        return self.public_url.rstrip("/") + ACK_PATH + sign_id(self.key, delivery_id)

    def short_url_for(self, delivery_id: UUID) -> str:
        """The same link where each character is paid for."""
        return self.public_url.rstrip("/") + SHORT_PATH + sign_short(self.key, delivery_id)

    def lengthen(self, short: str, candidates: Iterable[UUID]) -> str | None:
        """The token of the whole link for that of a short one; `candidates` are the deliveries of its span. None for
        what we did not make."""
        found = next((each for each in candidates if is_short_of(self.key, each, short)), None)
        return sign_id(self.key, found) if found is not None else None

    def entry_secret(self, delivery_id: UUID) -> str:
        """What lets somebody in by the link in this letter; `accounts` keeps its digest."""
        return sign_id(self.entry_key, delivery_id)

    def code(self, delivery_id: UUID) -> str:
        """The six digits that this message gives, by which its receiver confirms a contact (SEC-9)."""
        return digits_of(self.code_key, delivery_id, DIGITS)

    def entry_url(self, secret: str) -> str:
        return f"{self.public_url.rstrip('/')}{ENTRY_PATH}{secret}"

    def read(self, token: str) -> UUID | None:
        """The delivery that a token belongs to, or None for what we did not make."""
        return verify_id(self.key, token)

    def is_over(self, requested_at: datetime, now: datetime) -> bool:
        return now >= requested_at + self.life


def ack_links(master: bytes, public_url: str, life: timedelta = DEFAULT_LINK_LIFE) -> AckLinks:
    return AckLinks(
        public_url,
        derive(master, "acknowledge-link"),
        derive(master, "entry-link"),
        derive(master, "contact-code"),
        life,
    )


CALLBACK_PATH = "/callbacks/"


@dataclass(frozen=True)
class CallbackLinks:
    """Addresses that a provider calls about one delivery: which one it is, is proven by the address (SEC-5).

    `place` says what is told there, such as "twilio/texts". None of them acknowledges anything for whoever has another.
    """

    public_url: str
    key: bytes = field(repr=False)

    def url_for(self, place: str, delivery_id: UUID) -> str:
        return f"{self.public_url.rstrip('/')}{CALLBACK_PATH}{place}/{sign_id(self._key(place), delivery_id)}"

    def read(self, place: str, token: str) -> UUID | None:
        """The delivery of an address, or None for what we did not make."""
        return verify_id(self._key(place), token)

    def _key(self, place: str) -> bytes:
        return derive(self.key, place)


def callback_links(master: bytes, public_url: str) -> CallbackLinks:
    return CallbackLinks(public_url, derive(master, "provider-callback"))


def webhook_key(master: bytes, receiver: int | str) -> bytes:
    """Signs what is sent to one receiver: a contact, by its id, or an address that a policy names. No two share one."""
    return derive(master, "webhook", str(receiver))


def reply_key(master: bytes) -> bytes:
    """Makes the codes by which texts are answered."""
    return derive(master, "reply-code")


def reply_code(key: bytes, delivery_id: UUID, number: str) -> str:
    """Four digits that answer this delivery from this number; nothing is stored. Whoever reads answers looks for the
    delivery among those that the number got lately, and counts wrong codes.
    """
    mac = hmac.digest(key, delivery_id.bytes + number.encode(), hashlib.sha256)
    return str(1000 + int.from_bytes(mac[:8]) % 9000)


def push_key(master: bytes) -> bytes:
    """What the key of web push is made from: 32 bytes. Devices that subscribed know its public half."""
    return derive(master, "web-push")


@dataclass(frozen=True)
class DeviceProofs:
    """What a device that is woken by web push shows when its browser has another subscription, and nobody else can: it
    is sealed into what is pushed to that device. It is good as long as the address that it was made for.
    """

    key: bytes = field(repr=False)

    def issue(self, contact_id: int, address: str) -> str:
        return sign_id(self.key, _device_id(contact_id, address))

    def contact_of(self, proof: str) -> int | None:
        """The contact that a proof names, or None for what we did not make."""
        device_id = verify_id(self.key, proof)
        return None if device_id is None else int.from_bytes(device_id.bytes[:8])

    def is_current(self, proof: str, contact_id: int, address: str) -> bool:
        return verify_id(self.key, proof) == _device_id(contact_id, address)


def _device_id(contact_id: int, address: str) -> UUID:
    return UUID(bytes=contact_id.to_bytes(8) + hashlib.sha256(address.encode()).digest()[:8])


def device_proofs(master: bytes) -> DeviceProofs:
    return DeviceProofs(derive(master, "device"))


WebhookSecret = Callable[[int | str], str]
"""`webhook_secret` of this installation."""


def webhook_secret(master: bytes, receiver: int | str) -> str:
    """The same key as the receiver needs it: `whsec_…`. Only its owner and administrators may see it."""
    return format_webhook_secret(webhook_key(master, receiver))
