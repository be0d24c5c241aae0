"""Use cases of proof: what was asked of a way and whether it was answered, by whatever message (PAG-3, ONC-6).

Who is asked when is decided above, by who is needed (`insights.reachability`); how a way stands is `proof_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.accounts.model import User
from tocsin.accounts.service import mend_email
from tocsin.delivery import contact_store, proof_rules, proof_store, rules
from tocsin.delivery.model import Contact, Delivery
from tocsin.delivery.proof_model import Record, WayKey
from tocsin.delivery.sealing import EMAIL
from tocsin.kernel.db import Conn
from tocsin.kernel.secrets import Keyring
from tocsin.kernel.tx import Tx


async def note_answered(tx: Tx, delivery: Delivery) -> None:
    """Its receiver has answered, by its link, by a reply, by a key: the way it came by is proven, also one that its
    provider had called dead."""
    if delivery.user_id is None:
        return  # somebody outside, of whom no ways are kept
    if delivery.contact_id is not None:
        await contact_store.update_contact_proven(tx.conn, delivery.contact_id, tx.now)
    if delivery.kind == EMAIL:
        await mend_email(tx, delivery.user_id, delivery.address)
    key = _key(tx.conn.keyring, delivery.user_id, delivery.contact_id, delivery.address)
    await proof_store.upsert_record(tx.conn, proof_rules.answered(await _lock(tx.conn, key), tx.now), tx.now)


async def note_asked(tx: Tx, contact: Contact, answer_by: datetime) -> None:
    """A test message is on its way by this contact."""
    record = await _lock(tx.conn, key_of(tx.conn.keyring, contact))
    await proof_store.upsert_record(tx.conn, proof_rules.asked(record, tx.now, answer_by), tx.now)


async def lock(tx: Tx, contact: Contact) -> Record:
    """What is kept of the way, and nobody else changes it until the transaction ends."""
    return _with_first_answer(await _lock(tx.conn, key_of(tx.conn.keyring, contact)), contact)


async def begin(tx: Tx, record: Record) -> None:
    """From now on something is kept of it."""
    await proof_store.upsert_record(tx.conn, record, tx.now)


async def note_reminded(tx: Tx, record: Record) -> None:
    """Its receiver has been told that the question is still open."""
    await proof_store.upsert_record(tx.conn, msgspec.structs.replace(record, reminded_at=tx.now), tx.now)


async def note_missed(tx: Tx, record: Record) -> None:
    """Its receiver has been told that the question has run out."""
    await proof_store.upsert_record(tx.conn, msgspec.structs.replace(record, missed_at=record.answer_by), tx.now)


def account_way(contacts: Sequence[Contact], user: User) -> list[Contact]:
    """The account's own address, where it serves as a way; whether it works stands with the account."""
    known = {"broken_at": user.email_broken_at, "broken_why": user.email_broken_why}
    return [msgspec.structs.replace(way, **known) for way in rules.account_email(contacts, user.id, user.email)]


async def list_ways(conn: Conn, users: Sequence[User]) -> dict[int, list[tuple[Contact, Record]]]:
    """Every way of these people with what is kept of it, by the user's id: in the order of `contacts.ways_of`, also
    those that nobody has confirmed."""
    ids = [user.id for user in users]
    kept = {record.key: record for record in await proof_store.list_records(conn, ids)}
    contacts: dict[int | None, list[Contact]] = {}
    for contact in await contact_store.list_contacts_of(conn, ids):
        contacts.setdefault(contact.user_id, []).append(contact)
    ways: dict[int, list[tuple[Contact, Record]]] = {}
    for user in users:
        own = contacts.get(user.id, [])
        for way in (*own, *account_way(own, user)):
            key = key_of(conn.keyring, way)
            record = _with_first_answer(kept.get(key) or Record(**key._asdict()), way)
            ways.setdefault(user.id, []).append((way, record))
    return ways


async def list_of_ways(conn: Conn, user_id: int, ways: Sequence[Contact]) -> list[Record]:
    """What is kept of each of these ways of one person, in their order."""
    kept = {record.key: record for record in await proof_store.list_records(conn, [user_id])}
    keys = [key_of(conn.keyring, way) for way in ways]
    return [
        _with_first_answer(kept.get(key) or Record(**key._asdict()), way) for key, way in zip(keys, ways, strict=True)
    ]


def key_of(keyring: Keyring, contact: Contact) -> WayKey:
    assert contact.user_id is not None  # only users have contacts
    return _key(keyring, contact.user_id, contact.id, contact.address)


def _key(keyring: Keyring, user_id: int, contact_id: int | None, address: str) -> WayKey:
    """An address of a contact never changes; that of an account does."""
    digest = "" if contact_id is not None else keyring.digest(address, f"contact_proof/{user_id}")
    return WayKey(user_id, contact_id, digest)


def _with_first_answer(record: Record, contact: Contact) -> Record:
    """A contact that was proven before anything else was kept of it counts from then."""
    return msgspec.structs.replace(record, answered_at=record.answered_at or contact.proven_at)


async def _lock(conn: Conn, key: WayKey) -> Record:
    return await proof_store.lock_record(conn, key) or Record(**key._asdict())
