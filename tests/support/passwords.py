"""Passwords of tests are hashed by the same function at a hundredth of its cost; `SERIOUS` is the program's own."""

from collections.abc import Generator
from contextlib import contextmanager
from unittest.mock import patch

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from tocsin.accounts import secrets

SERIOUS = secrets.HASHER
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))


@contextmanager
def hashed_cheaply() -> Generator[None]:
    with patch.object(secrets, "HASHER", CHEAP):
        yield
