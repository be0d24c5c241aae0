"""A request that comes twice is done once: what a caller's Idempotency-Key was answered is kept for a day."""

import hashlib
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from tocsin.accounts import credential_store as store
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.tx import Tx

KEPT_FOR = timedelta(days=1)
MAX_KEY = 200


class Asked(NamedTuple):
    """Who asked, under which key, and for what."""

    user_id: int
    key: str
    fingerprint: bytes


def asked(user_id: int, key: str, body: Any) -> Asked:
    """Raises Invalid for a key that no client makes."""
    if not 1 <= len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(
            f"An Idempotency-Key has 1 to {MAX_KEY} printable characters.",
            "A UUID is a good one.",
            field="Idempotency-Key",
        )
    return Asked(user_id, key, hashlib.sha256(msgspec.json.encode(body, order="deterministic")).digest())


async def claim(tx: Tx, request: Asked) -> bytes | None:
    """None when this is the first time: do the work and `keep` the answer in this transaction. Else the answer of then.

    A twin that comes meanwhile waits here for our commit. Raises Refused when the key was used for another body.
    """
    await store.delete_old_answers(tx.conn, tx.now - KEPT_FOR)
    if await store.insert_request(tx.conn, request.user_id, request.key, request.fingerprint, tx.now):
        return None
    before = await store.find_answer(tx.conn, request.user_id, request.key)
    if before is None or before.fingerprint != request.fingerprint:
        raise Refused(
            "This Idempotency-Key was used for another request.",
            "Send a new key with a new request, and the same key only with the same one.",
            field="Idempotency-Key",
        )
    return before.answer


async def keep(tx: Tx, request: Asked, answer: bytes) -> None:
    await store.update_answer(tx.conn, request.user_id, request.key, answer)
