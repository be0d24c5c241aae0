"""Web push as push services take it: a text sealed for one browser (RFC 8291, RFC 8188) and the proof of who sends it
(VAPID, RFC 8292). Pure but for chance; what is sent, and by which client, is not decided here.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MOST_TEXT = 3993
"""Bytes: with its header and tag it fills the one record of 4 096 that every push service takes (RFC 8291, 4)."""

LASTS = 12 * 3600
"""Seconds that a proof is good for; a push service refuses more than a day (RFC 8292, 2)."""

_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_POINT, _AUTH, _SCALAR = 65, 16, 32
_RECORD = 4096


class BadKeys(ValueError):
    """The keys of a subscription are none: a point on P-256 and 16 bytes, both in base64url."""


@dataclass(frozen=True)
class Sender:
    """Who sends to the browsers of one installation. `contact` is where a push service complains: mailto: or https:"""

    key: ec.EllipticCurvePrivateKey
    contact: str

    @property
    def public_key(self) -> str:
        """What a browser is told when it subscribes (`applicationServerKey`): 65 bytes in base64url."""
        return encode(_point_of(self.key.public_key()))

    def authorization(self, endpoint: str, now: int) -> str:
        """The header for one push service, by the system's clock."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + LASTS, "sub": self.contact}
        signed = f"{encode(msgspec.json.encode({'typ': 'JWT', 'alg': 'ES256'}))}.{encode(msgspec.json.encode(claims))}"
        r, s = decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = encode(r.to_bytes(_SCALAR) + s.to_bytes(_SCALAR))
        return f"vapid t={signed}.{signature}, k={self.public_key}"


def sender(seed: bytes, contact: str) -> Sender:
    """The same key for the same 32 random bytes: nothing of it needs to be stored."""
    return Sender(ec.derive_private_key(int.from_bytes(seed) % (_ORDER - 1) + 1, _CURVE), contact)


def check_keys(p256dh: str, auth: str) -> None:
    """Raises BadKeys."""
    _public(p256dh)
    if len(decode(auth)) != _AUTH:
        raise BadKeys


def seal(text: bytes, p256dh: str, auth: str) -> bytes:
    """The body of one push, of at most `MOST_TEXT` bytes of text; another one each time. Raises BadKeys."""
    return seal_with(text, p256dh, auth, ec.generate_private_key(_CURVE), os.urandom(16))


def seal_with(text: bytes, p256dh: str, auth: str, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The same with what chance gives: a key for this message alone and 16 bytes of salt. One record (RFC 8188, 2)."""
    if len(text) > MOST_TEXT:
        raise ValueError(f"{len(text)} bytes do not fit into one push")
    receiver, secret = _public(p256dh), decode(auth)
    point = _point_of(own.public_key())
    key, nonce = _key_and_nonce(own.exchange(ec.ECDH(), receiver), secret, salt, _point_of(receiver), point)
    header = salt + _RECORD.to_bytes(4) + len(point).to_bytes(1) + point
    return header + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def encode(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    """base64url, padded or not. Raises BadKeys."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKeys from error


def _key_and_nonce(shared: bytes, auth: bytes, salt: bytes, receiver: bytes, own: bytes) -> tuple[bytes, bytes]:
    """RFC 8291, 3.4."""
    secret = _derive(shared, auth, b"WebPush: info\0" + receiver + own, 32)
    return (
        _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16),
        _derive(secret, salt, b"Content-Encoding: nonce\0", 12),
    )


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _public(text: str) -> ec.EllipticCurvePublicKey:
    raw = decode(text)
    if len(raw) != _POINT:
        raise BadKeys
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw)
    except ValueError as error:
        raise BadKeys from error
