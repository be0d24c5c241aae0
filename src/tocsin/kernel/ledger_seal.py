"""The audit chain (SEC-8): audit entries of the ledger are sealed in batches, each seal covering the digests of its
entries and the seal before it. Whoever changes, removes or slips in an entry afterwards is found by `verify`.

The chain runs over digests, not over entries: where the law asks for an entry's erasure, the chain itself stays whole.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg.rows import class_row

from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import LedgerEntry

GENESIS = bytes(32)

_encoder = msgspec.json.Encoder(order="deterministic")


class Horizon(msgspec.Struct, frozen=True):
    """Entries up to `up_to_id` are all there, or never will be, once no transaction older than `xmax` runs.

    Identity order is not commit order: an entry with a smaller id may appear after one with a larger.
    """

    up_to_id: int
    xmax: str


class Seal(msgspec.Struct, frozen=True):
    id: int
    up_to_id: int
    entry_ids: list[int]
    digests: list[bytes]
    previous: bytes
    seal: bytes


def digest_entry(entry: LedgerEntry) -> bytes:
    """SHA-256 over every column, in a form that does not depend on the order of keys."""
    columns: dict[str, Any] = msgspec.structs.asdict(entry)
    return hashlib.sha256(_encoder.encode(columns)).digest()


def chain(previous: bytes, entry_ids: Sequence[int], digests: Sequence[bytes]) -> bytes:
    """The seal of a batch: over the seal before it, then each entry's id (8 bytes) and digest."""
    seal = hashlib.sha256(previous)
    for entry_id, digest in zip(entry_ids, digests, strict=True):
        seal.update(entry_id.to_bytes(8) + digest)
    return seal.digest()


async def read_horizon(conn: Conn) -> Horizon:
    cursor = await conn.execute(
        """
        select coalesce(max(id), 0), pg_snapshot_xmax(pg_current_snapshot())::text
        from ledger where topic = 'audit'
        """
    )
    row = await cursor.fetchone()
    assert row is not None
    return Horizon(row[0], row[1])


async def is_settled(conn: Conn, horizon: Horizon) -> bool:
    """No transaction that could still add an entry below the horizon is running."""
    cursor = await conn.execute(
        "select pg_snapshot_xmin(pg_current_snapshot()) >= %s::text::xid8",
        (horizon.xmax,),
    )
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def seal_audit(conn: Conn, horizon: Horizon, now: datetime) -> int:
    """Seals what is unsealed up to a settled horizon; returns how many entries. In a transaction of its caller."""
    last = await _find_last_seal(conn)
    after_id, previous = (last.up_to_id, last.seal) if last else (0, GENESIS)
    entries = await _list_audit(conn, after_id, horizon.up_to_id)
    if not entries:
        return 0
    ids, digests = [entry.id for entry in entries], [digest_entry(entry) for entry in entries]
    await conn.execute(
        """
        insert into ledger_seal (sealed_at, up_to_id, entry_ids, digests, previous, seal)
        values (%s, %s, %b, %b, %s, %s)
        """,
        (now, horizon.up_to_id, ids, digests, previous, chain(previous, ids, digests)),
    )
    return len(entries)


async def verify(conn: Conn) -> list[str]:
    """Walks the whole chain; returns what is wrong with it, one sentence each – nothing when all is as it was."""
    troubles: list[str] = []
    previous, after_id = GENESIS, 0
    for seal in await _list_seals(conn):
        if seal.previous != previous:
            troubles.append(f"Seal {seal.id} does not follow the seal before it: one was removed or changed.")
        if seal.seal != chain(seal.previous, seal.entry_ids, seal.digests):
            troubles.append(f"Seal {seal.id} was changed after it was written.")
        troubles += _compare(seal, await _list_audit(conn, after_id, seal.up_to_id))
        previous, after_id = seal.seal, seal.up_to_id
    return troubles


def _compare(seal: Seal, entries: Sequence[LedgerEntry]) -> list[str]:
    sealed = dict(zip(seal.entry_ids, seal.digests, strict=False))
    there = {entry.id: digest_entry(entry) for entry in entries}
    removed = [f"Audit entry {id_} was removed after it was sealed." for id_ in sorted(sealed.keys() - there.keys())]
    added = [f"Audit entry {id_} was slipped in after its time." for id_ in sorted(there.keys() - sealed.keys())]
    changed = [
        f"Audit entry {id_} was changed after it was sealed."
        for id_ in sorted(sealed.keys() & there.keys())
        if sealed[id_] != there[id_]
    ]
    return removed + added + changed


async def _find_last_seal(conn: Conn) -> Seal | None:
    async with conn.cursor(row_factory=class_row(Seal)) as cursor:
        await cursor.execute(
            "select id, up_to_id, entry_ids, digests, previous, seal from ledger_seal order by id desc limit 1"
        )
        return await cursor.fetchone()


async def _list_seals(conn: Conn) -> list[Seal]:
    async with conn.cursor(row_factory=class_row(Seal)) as cursor:
        await cursor.execute("select id, up_to_id, entry_ids, digests, previous, seal from ledger_seal order by id")
        return await cursor.fetchall()


async def _list_audit(conn: Conn, after_id: int, up_to_id: int) -> list[LedgerEntry]:
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where topic = 'audit' and id > %s and id <= %s order by id
            """,
            (after_id, up_to_id),
        )
        return await cursor.fetchall()
