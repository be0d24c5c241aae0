"""Stands in for a browser that lets itself be woken, and for the push service of its maker, to try things without one.

`python -u examples/push_browser.py 1025` prints its subscription, in one line, and then what is pushed to it, a field a
line. It alone can open that (RFC 8291).
"""

import base64
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
KEY = ec.generate_private_key(CURVE)
PUBLIC = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
AUTH = os.urandom(16)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def subscription(port: int) -> str:
    keys = {"p256dh": base64url(PUBLIC), "auth": base64url(AUTH)}
    return json.dumps({"endpoint": f"http://127.0.0.1:{port}/push/1", **keys, "name": "A browser"})


def opened(body: bytes) -> dict[str, object]:
    """One record: salt, record size, the sender's key, and what is sealed (RFC 8188)."""
    salt, sender, sealed = body[:16], body[21:86], body[86:]
    secret = KEY.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
    shared = HKDF(hashes.SHA256(), 32, AUTH, b"WebPush: info\0" + PUBLIC + sender).derive(secret)
    key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(shared)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(shared)
    return json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")[:-1])


class PushService(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(f"pushed: {len(body)} bytes, urgency {self.headers['Urgency']}")
        for name, value in opened(body).items():
            print(f"{name}: {value}")
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), PushService)
    print(subscription(server.server_port))
    server.serve_forever()
