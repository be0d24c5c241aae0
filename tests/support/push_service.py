"""The other end of web push: a browser's keys, and a push service that reads what it is given.

What is sealed is opened by another library than ours (`http_ece`), and who sent it is checked as a push service does.
"""

import base64
import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.sinks import HttpRequest
from tocsin.delivery.devices import Device, address_of

CURVE = ec.SECP256R1()


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """The keys of one subscription."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> str:
        return base64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @property
    def keys(self) -> dict[str, str]:
        """As a browser's script gets them."""
        return {"p256dh": self.p256dh, "auth": base64url(self.auth)}

    def address(self, endpoint: str, name: str = "Chrome on Android") -> str:
        """Of a contact."""
        return address_of(Device(endpoint, self.p256dh, base64url(self.auth), name))

    def reads(self, request: HttpRequest) -> dict[str, Any]:
        """What a push says."""
        assert request.headers["content-encoding"] == "aes128gcm"
        assert len(request.body) <= 4096
        text: bytes = http_ece.decrypt(request.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return json.loads(text)


def claims_of(request: HttpRequest, public_key: str) -> dict[str, Any]:
    """What the sender claims (RFC 8292), once it is certain that the key which the browser was told has signed it."""
    scheme, _, rest = request.headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, given["k"]) == ("vapid", public_key)
    header, claims, signature = given["t"].split(".")
    raw = raw_of(signature)
    dss = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw_of(public_key))
    key.verify(dss, f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(raw_of(header)) == {"typ": "JWT", "alg": "ES256"}
    found: dict[str, Any] = json.loads(raw_of(claims))
    assert time.time() < found["exp"] <= time.time() + 24 * 3600
    return found
