"""Keys by purpose from the one secret of an installation, link tokens, and Standard Webhooks signatures.

Nothing here stores anything: a token can be checked because it can be derived again (SEC-6).
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

_MAC_LENGTH = 16
_TOKEN_LENGTH = 16 + _MAC_LENGTH
_PREFIX_LENGTH = 6
"""Of an id that begins with its instant (`ids.uuid7`): a few share a millisecond."""


def derive(master: bytes, purpose: str, subject: str = "") -> bytes:
    """32 bytes for one purpose and subject; nothing about the master or another key can be told from them.

    HKDF-Expand (RFC 5869, 2.3) with one block: the master is uniformly random already. The length in front keeps
    ("ab", "c") apart from ("a", "bc").
    """
    info = len(purpose.encode()).to_bytes(2) + purpose.encode() + subject.encode()
    return hmac.digest(master, info + b"\x01", hashlib.sha256)


def sign_id(key: bytes, subject: UUID) -> str:
    """A token of 43 URL-safe characters that carries `subject` and proves that we made it."""
    return _encode(subject.bytes + _mac(key, subject))


def verify_id(key: bytes, token: str) -> UUID | None:
    """The id in a token of `sign_id`; None for everything else, in constant time for well-formed ones."""
    raw = _decode(token, _TOKEN_LENGTH)
    if raw is None:
        return None
    subject = UUID(bytes=raw[:16])
    return subject if hmac.compare_digest(raw[16:], _mac(key, subject)) else None


def sign_short(key: bytes, subject: UUID) -> str:
    """30 URL-safe characters: the first 48 bits of `subject`, by which whoever keeps the ids finds it, and the same
    proof of 128 bits (SEC-6)."""
    return _encode(subject.bytes[:_PREFIX_LENGTH] + _mac(key, subject))


def span_of_short(token: str) -> tuple[UUID, UUID] | None:
    """The first and the last id that a token of `sign_short` may belong to; None for everything else."""
    raw = _decode(token, _PREFIX_LENGTH + _MAC_LENGTH)
    if raw is None:
        return None
    rest = 16 - _PREFIX_LENGTH
    return UUID(bytes=raw[:_PREFIX_LENGTH] + bytes(rest)), UUID(bytes=raw[:_PREFIX_LENGTH] + b"\xff" * rest)


def is_short_of(key: bytes, subject: UUID, token: str) -> bool:
    """Whether it is the token of this id; in constant time."""
    return hmac.compare_digest(sign_short(key, subject).encode(), token.encode())


def digits_of(key: bytes, subject: UUID, count: int) -> str:
    """`count` decimal digits of `subject` that only we can make. The bias is that of 64 bits over 10^count: none to
    speak of for codes that people type.
    """
    number = int.from_bytes(hmac.digest(key, subject.bytes, hashlib.sha256)[:8])
    return f"{number % 10**count:0{count}d}"


def format_webhook_secret(key: bytes) -> str:
    """As Standard Webhooks libraries read it: `whsec_<base64>`."""
    return "whsec_" + base64.b64encode(key).decode()


def webhook_headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks 1.0; `timestamp` is the unix second of this attempt."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def _mac(key: bytes, subject: UUID) -> bytes:
    return hmac.digest(key, subject.bytes, hashlib.sha256)[:_MAC_LENGTH]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str, length: int) -> bytes | None:
    if not text.isascii() or _encode_length(length) != len(text):
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    # The last character has bits to spare: only one spelling of a token is the token.
    return raw if _encode(raw) == text else None


def _encode_length(size: int) -> int:
    return -(-size * 8 // 6)
