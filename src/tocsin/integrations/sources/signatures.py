"""Signatures of webhooks that come in: the secret of an integration, and the checks that its sources share. Pure."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from tocsin.kernel.signing import derive

REPLAY_WINDOW = timedelta(minutes=5)
_FURTHEST = 32_503_680_000
"""The year 3000 in seconds since 1970: what lies beyond is no timestamp."""


def signing_secret(master: bytes, key_hash: bytes) -> str:
    """What an integration's sender signs with: derived, so that nothing clear is stored, and new with each new key."""
    return base64.urlsafe_b64encode(derive(master, "integration-signature", key_hash.hex())).decode().rstrip("=")


def is_signed(secret: str, signed: bytes, signature: str) -> bool:
    """Whether this is the hexadecimal HMAC-SHA256 of the bytes, in constant time for well-formed ones."""
    expected = hmac.digest(secret.encode(), signed, hashlib.sha256).hex()
    return signature.isascii() and hmac.compare_digest(expected, signature.strip().lower())


def is_recent(timestamp: str, now: datetime) -> bool:
    """Whether these seconds since 1970 are within the replay window, before or after now."""
    if not (timestamp.isascii() and timestamp.isdecimal()) or len(timestamp) > 11 or int(timestamp) > _FURTHEST:
        return False
    return abs(datetime.fromtimestamp(int(timestamp), UTC) - now) <= REPLAY_WINDOW
