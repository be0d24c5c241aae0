"""The last moment before a send: is it wanted, may it leave now, and what leaves with it (PAG-9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tocsin.delivery import attempt_store, pace_store, pacing
from tocsin.delivery.model import Delivery
from tocsin.delivery.pacing import Hold
from tocsin.delivery.service import job_key
from tocsin.delivery.store import InChain
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Transactions, Tx


class Begun(NamedTuple):
    """The number of the attempt, and what travels in the same message."""

    attempt: int
    others: Sequence[Delivery] = ()


async def begin(db: Transactions, found: InChain, endpoint: str, now: datetime) -> Begun | Hold | None:
    """Marks the delivery as being sent; None: it is not wanted any more.

    It does not wait for the disk: should this be forgotten by a crash of the database, all of it is, and the send is
    done again, as after any crash (REL-2).
    """
    async with db.connection() as conn:
        attempt = await _begin_at_once(conn, found, endpoint, now) if found.delivery.held is None else None
        if attempt is not None:
            return Begun(attempt)
        async with conn.transaction():
            return await _begin_in_turn(conn, found, endpoint, now)


async def _begin_at_once(conn: Conn, found: InChain, endpoint: str, now: datetime) -> int | None:
    """By what was read along with the delivery, in one statement, which is how nearly all begin. None: it is not so
    simple, as when another message left by the same way a moment ago."""
    delivery, pace = found.delivery, found.pace
    if not pacing.is_paced(delivery):
        return await attempt_store.begin_attempt(conn, delivery.id, endpoint, now)
    if pace is None or pacing.decide_pace(pace, delivery, now, is_first_of_top=found.is_first_of_top) is not None:
        return None
    after = pacing.after_message(pace, delivery, now)
    return await pace_store.begin_paced(conn, delivery.id, endpoint, now, way_of(delivery), pace, after)


async def _begin_in_turn(conn: Conn, found: InChain, endpoint: str, now: datetime) -> Begun | Hold | None:
    """Behind whatever leaves by the same way at this moment."""
    delivery = found.delivery
    if not pacing.is_paced(delivery):
        return await _begun(conn, delivery, await attempt_store.begin_attempt(conn, delivery.id, endpoint, now), now)
    way = way_of(delivery)
    pace = await pace_store.lock_pace(conn, way)
    hold = pacing.decide_pace(pace, delivery, now, is_first_of_top=found.is_first_of_top)
    if hold is not None:
        return hold
    after = pacing.after_message(pace, delivery, now)
    attempt = await pace_store.begin_paced(conn, delivery.id, endpoint, now, way, pace, after)
    return await _begun(conn, delivery, attempt, now)


def way_of(delivery: Delivery) -> str:
    """A person's contact, or the account's own address: what is paced for itself."""
    return delivery.chain.removesuffix(f"/{delivery.topic}")


async def _begun(conn: Conn, delivery: Delivery, attempt: int | None, now: datetime) -> Begun | None:
    """With what leaves in the same message."""
    if attempt is None:
        return None
    if delivery.held is None:
        return Begun(attempt)
    if delivery.attempts == 0:
        return Begun(attempt, await _take_along(Tx(conn, now, {}), delivery))
    await pace_store.end_unwanted(conn, delivery.id, now)
    return Begun(attempt, await pace_store.list_carried(conn, delivery.id))


async def _take_along(tx: Tx, delivery: Delivery) -> Sequence[Delivery]:
    others = await pace_store.attach_held(tx.conn, delivery)
    for other in others:
        await jobs.cancel(tx, key=job_key(other.id))
    return others
