"""The keys of the installations that tests open."""

from tocsin.kernel.secrets import Keyring

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def keyring(*keys: bytes) -> Keyring:
    """Of these, the newest first."""
    return Keyring(lambda: keys, b"digest")


KEYRING = keyring(OLD)
