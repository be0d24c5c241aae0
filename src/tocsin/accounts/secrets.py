"""Making and checking what must not be guessed: random tokens and password hashes. Stores nothing."""

import asyncio
import functools
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

TOKEN_PREFIX = "tocsin_"  # noqa: S105  lets secret scanners know one when they see it

_LONGEST = 1000
_hasher = PasswordHash((Argon2Hasher(),))
# Two threads: argon2 takes 64 MiB and 50 ms a piece, so a flood of sign-ins costs bounded memory and no event loop.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def new_token(prefix: str = "") -> str:
    """32 random bytes as text that fits a URL, a cookie and a header."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token: 256 random bits, so a plain hash is enough and a look-up by it leaks no time."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, _bytes(password))


async def verify_password(password: str, stored: str | None) -> bool:
    """Takes the same time whether the account exists, has a password, or not."""
    known = await asyncio.get_running_loop().run_in_executor(_threads, _verify, _bytes(password), stored)
    return known and stored is not None


@functools.cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def _bytes(password: str) -> bytes:
    """Any text, and no more of it than could be right: whatever is longer is wrong anyway."""
    return password[:_LONGEST].encode("utf-8", "surrogatepass")


def _verify(password: bytes, stored: str | None) -> bool:
    try:
        return _hasher.verify(password, stored or _nobodys_hash())
    except UnknownHashError:
        return False
