"""Making and checking what must not be guessed: random tokens and password hashes. Stores nothing."""

import asyncio
import functools
import hashlib
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from tocsin.kernel.errors import Unavailable

Result = TypeVar("Result")

TOKEN_PREFIX = "tocsin_"  # noqa: S105  lets secret scanners know one when they see it

_LONGEST = 1000
HASHER = PasswordHash((Argon2Hasher(),))

MOST_UNDER_WAY = 40


class _Argon2:
    """Two threads: argon2 takes 64 MiB and 50 ms a piece, so a flood of sign-ins costs bounded memory and no event
    loop. Whoever comes when the queue is a second long is turned away at once.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
        self._under_way = 0

    async def run(self, work: Callable[..., Result], *given: Any) -> Result:
        """Raises Unavailable when too many wait."""
        if self._under_way >= MOST_UNDER_WAY:
            raise Unavailable("Too many people sign in at this moment.", "Try again in a few seconds.")
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        finally:
            self._under_way -= 1


HASHING = _Argon2()


def new_token(prefix: str = "") -> str:
    """32 random bytes as text that fits a URL, a cookie and a header."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token: 256 random bits, so a plain hash is enough and a look-up by it leaks no time."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def hash_password(password: str) -> str:
    """Raises Unavailable when too many wait."""
    return await HASHING.run(HASHER.hash, _bytes(password))


async def verify_password(password: str, stored: str | None) -> bool:
    """Takes the same time whether the account exists, has a password, or not. Raises Unavailable when too many wait."""
    known = await HASHING.run(_verify, _bytes(password), stored)
    return known and stored is not None


@functools.cache
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_urlsafe(16))


def _bytes(password: str) -> bytes:
    """Any text, and no more of it than could be right: whatever is longer is wrong anyway."""
    return password[:_LONGEST].encode("utf-8", "surrogatepass")


def _verify(password: bytes, stored: str | None) -> bool:
    try:
        return HASHER.verify(password, stored or _nobodys_hash())
    except UnknownHashError:
        return False
