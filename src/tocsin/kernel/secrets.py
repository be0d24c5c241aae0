"""Secrets that have to be read again – addresses that let in whoever knows them – as they are stored (SEC-3).

AES-256-GCM under keys from outside the database. A sealed text is `sealed:<key>:<base64url of nonce, text and tag>`:
it names the key that opens it, so that several may be in use while one is replaced, and it is bound to its place
("contact.address/7/webhook"), so that it opens nowhere else. A text that is not sealed is read as it is.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tocsin.kernel.errors import Unavailable
from tocsin.kernel.signing import derive

UNREADABLE = "(cannot be read)"
"""What stands in place of a secret that no key of ours opens: as an address it leads nowhere, and says why."""

_MARK = "sealed:"
_NONCE = 12

Keys = Callable[[], Sequence[bytes]]
"""The keys as they are at this moment, 32 bytes each, the one that seals first."""


class Unreadable(Exception):
    """No key of ours opens it, or it was not made for this place. `key` names the one that sealed it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"sealed with the key {key}, which is not among ours, or not for this place")
        self.key = key


class Keyring:
    """Seals with the newest key, opens with each. `keys` is asked every time: a key that another process brings in is
    in use at once. `digest_key` stays when keys change, so that what was stored can be found by its value.
    """

    def __init__(self, keys: Keys, digest_key: bytes) -> None:
        self._keys = keys
        self._digest_key = digest_key
        self._known: Sequence[bytes] = ()
        self._ciphers: dict[str, AESGCM] = {}

    def seal(self, text: str, place: str) -> str:
        """Another one each time, also for the same text."""
        name, cipher = next(iter(self._current().items()))
        nonce = os.urandom(_NONCE)
        sealed = nonce + cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{_MARK}{name}:{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, text: str, place: str) -> str:
        """Raises Unreadable."""
        if not is_sealed(text):
            return text
        name, _, body = text.removeprefix(_MARK).partition(":")
        cipher = self._current().get(name)
        try:
            raw = base64.b64decode(body, altchars=b"-_", validate=True)
            if cipher is None or len(raw) <= _NONCE:
                raise Unreadable(name)
            return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (binascii.Error, InvalidTag) as error:
            raise Unreadable(name) from error

    def read(self, text: str, place: str) -> str:
        """The same for who goes on without it: UNREADABLE instead of an error."""
        try:
            return self.open(text, place)
        except Unreadable:
            return UNREADABLE

    def digest(self, text: str, place: str) -> str:
        """Tells whether two texts of a place are the same, and nothing else of them: 64 hexadecimal digits."""
        return hmac.digest(self._digest_key, f"{place}\0{text}".encode(), hashlib.sha256).hex()

    def is_current(self, text: str) -> bool:
        """Whether it is sealed, and with the newest key."""
        return text.startswith(f"{_MARK}{self.newest}:")

    @property
    def newest(self) -> str:
        """The name of the key that seals."""
        return next(iter(self._current()))

    def _current(self) -> dict[str, AESGCM]:
        """By name, the newest first."""
        keys = self._keys()
        if keys is not self._known:
            self._ciphers = {key_name(key): AESGCM(key) for key in keys}
            self._known = keys
        return self._ciphers


def is_sealed(text: str) -> bool:
    return text.startswith(_MARK)


def key_name(key: bytes) -> str:
    """Eight hexadecimal digits by which a sealed text names its key; nothing about the key can be told from them."""
    return derive(key, "name-of-a-key").hex()[:8]


def _no_keys() -> Sequence[bytes]:
    raise Unavailable(
        "This connection was opened without the keys of the installation.", "Open the database with its keyring."
    )


NO_KEYS = Keyring(_no_keys, b"")
"""For connections that meet no secret: it seals nothing and opens nothing."""
