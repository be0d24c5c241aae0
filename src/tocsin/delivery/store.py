"""Every statement about deliveries. Their attempts, contacts and rules have modules of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from tocsin.db.rows import opened_row
from tocsin.delivery.model import Delivery, DeliveryState, Overtaken, Purpose
from tocsin.delivery.pacing import Pace
from tocsin.delivery.sealing import delivery_place, opened_delivery, sealed_delivery
from tocsin.kernel.db import Conn, as_jsonb, inside_json
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.questions import Question
from tocsin.kernel.resealing import Sealed
from tocsin.kernel.secrets import Keyring

DELIVERY_ROW = opened_row(Delivery, opened_delivery)

_DELIVERY: LiteralString = """
    SELECT id, notification_id, position, user_id, user_name, contact_id, kind, address, topic, scope_id, cause,
        purpose, urgency, prio, message, chain, state, attempts, requested_at, due_at, sent_at, ended_at, reason,
        answer, superseded, link_used_at, is_top_level, held, carried_by, ref, taken_at, silence_at, on_silence
    FROM delivery
"""
# Rows are locked in the order of their ids, as `list_of_notification` and `lock_with_siblings` do: no two transactions
# can deadlock.
_SUPERSEDE: LiteralString = """
    WITH wanted AS (
        SELECT id FROM delivery WHERE state IN ('waiting', 'sending', 'taken') AND purpose = any(%(purposes)s)
"""
_LOCKED: LiteralString = """
        ORDER BY id FOR UPDATE
    )
"""
_INSERTED: LiteralString = """
    , inserted AS (
        INSERT INTO delivery (id, notification_id, position, user_id, user_name, contact_id, kind, address, topic,
            scope_id, cause, purpose, urgency, prio, message, chain, state, attempts, requested_at, due_at, answer,
            is_top_level)
        SELECT id, notification_id, position, user_id, user_name, contact_id, kind, address, topic,
            scope_id, cause, purpose, urgency, prio, message, chain, state, attempts, requested_at, due_at, answer,
            is_top_level
        FROM jsonb_populate_recordset(NULL::delivery, %(new)s)
    )
"""
_SUPERSEDED: LiteralString = """
    UPDATE delivery SET superseded = %(why)s,
        state = CASE state WHEN 'waiting' THEN 'superseded' ELSE state END,
        ended_at = CASE state WHEN 'waiting' THEN %(now)s END
    FROM wanted WHERE delivery.id = wanted.id
    RETURNING delivery.id, delivery.kind, delivery.state, delivery.carried_by
"""


def inserting(
    deliveries: Sequence[Delivery], overtaken: Sequence[Purpose], why: str, now: datetime, keyring: Keyring
) -> Question[list[Overtaken]]:
    """Inserts them and supersedes what older ones of these purposes their chains have; answers those."""
    return Question(
        _SUPERSEDE + "AND chain = any(%(chains)s)" + _LOCKED + _INSERTED + _SUPERSEDED,
        {
            "new": as_jsonb([sealed_delivery(each, keyring) for each in deliveries]),
            "chains": [delivery.chain for delivery in deliveries],
            "purposes": [str(purpose) for purpose in overtaken],
            "why": why,
            "now": now,
        },
        _overtaken,
    )


async def find_delivery(conn: Conn, delivery_id: UUID) -> Delivery | None:
    async with conn.cursor(row_factory=DELIVERY_ROW) as cursor:
        await cursor.execute(_DELIVERY + "WHERE id = %s", (delivery_id,))
        return await cursor.fetchone()


async def list_ids_between(conn: Conn, first: UUID, last: UUID) -> list[UUID]:
    """Both included."""
    cursor = await conn.execute("SELECT id FROM delivery WHERE id BETWEEN %s AND %s", (first, last))
    return [row[0] for row in await cursor.fetchall()]


async def lock_delivery(conn: Conn, delivery_id: UUID) -> Delivery | None:
    async with conn.cursor(row_factory=DELIVERY_ROW) as cursor:
        await cursor.execute(_DELIVERY + "WHERE id = %s FOR UPDATE", (delivery_id,))
        return await cursor.fetchone()


async def list_of_notification(conn: Conn, notification_id: UUID) -> list[Delivery]:
    """Locked, so that of two that fail at once the second sees the first."""
    async with conn.cursor(row_factory=DELIVERY_ROW) as cursor:
        await cursor.execute(
            _DELIVERY + "WHERE notification_id = %s ORDER BY id FOR UPDATE",
            (notification_id,),
        )
        return await cursor.fetchall()


async def lock_with_siblings(conn: Conn, delivery_id: UUID) -> None:
    """A delivery, what travels with it, and the other ways of each notification among them: before anything of one is
    changed that may lead to a change of another."""
    await conn.execute(
        """
        SELECT id FROM delivery WHERE notification_id = any(array(
            SELECT notification_id FROM delivery WHERE id = %(id)s
            UNION ALL SELECT notification_id FROM delivery WHERE carried_by = %(id)s AND state = 'sending'
        )) ORDER BY id FOR UPDATE
        """,
        {"id": delivery_id},
    )


async def list_of_topic(conn: Conn, topic: str) -> list[Delivery]:
    """In the order of their requests."""
    async with conn.cursor(row_factory=DELIVERY_ROW) as cursor:
        await cursor.execute(
            _DELIVERY + "WHERE topic = %s ORDER BY requested_at, notification_id, position",
            (topic,),
        )
        return await cursor.fetchall()


async def list_texts_to(conn: Conn, contact_ids: Sequence[int]) -> list[Delivery]:
    """What was sent to these numbers, the newest first, a few hundred."""
    async with conn.cursor(row_factory=DELIVERY_ROW) as cursor:
        await cursor.execute(
            _DELIVERY
            + """
            WHERE kind = 'sms' AND contact_id = any(%b) AND attempts > 0
            ORDER BY requested_at DESC, id DESC LIMIT 200
            """,
            (list(contact_ids),),
        )
        return await cursor.fetchall()


async def list_latest_of_topics(conn: Conn, topics: Sequence[str]) -> list[Delivery]:
    """The last one of each topic that has any."""
    async with conn.cursor(row_factory=DELIVERY_ROW) as cursor:
        await cursor.execute(
            """
            SELECT found.* FROM unnest(%s::text[]) AS wanted (topic) CROSS JOIN LATERAL (
                SELECT * FROM delivery d WHERE d.topic = wanted.topic ORDER BY requested_at DESC LIMIT 1
            ) AS found
            """,
            (list(topics),),
        )
        return await cursor.fetchall()


class InChain(msgspec.Struct, frozen=True):
    """A delivery among the messages of its chain. `is_behind`: an older one is being sent, or would be at this moment.
    `is_first_of_top`: a page of the worst level, and the first of the last ten minutes. `earlier_ref` names the last
    message of the chain as its provider does, empty where it has no name. `pace` is that of its way, None before the
    first message.
    """

    delivery: Delivery
    is_behind: bool
    is_first_of_top: bool
    earlier_ref: str = ""
    pace: Pace | None = None


def _opened(found: InChain, keyring: Keyring) -> InChain:
    return msgspec.structs.replace(found, delivery=opened_delivery(found.delivery, keyring))


_IN_CHAIN_ROW = opened_row(InChain, _opened)


async def find_delivery_in_chain(conn: Conn, delivery_id: UUID, now: datetime) -> InChain | None:
    async with conn.cursor(row_factory=_IN_CHAIN_ROW) as cursor:
        await cursor.execute(
            """
            SELECT to_jsonb(d) AS delivery, EXISTS (
                SELECT FROM delivery e
                WHERE e.chain = d.chain AND (e.requested_at, e.id) < (d.requested_at, d.id)
                  AND (e.state = 'sending' OR e.state = 'waiting' AND e.due_at <= %(now)s)
            ) AS is_behind,
            d.is_top_level AND d.purpose = 'page' AND NOT EXISTS (
                SELECT FROM delivery e
                WHERE e.topic = d.topic AND e.chain = d.chain AND e.purpose = 'page' AND e.id <> d.id
                  AND (e.requested_at, e.id) < (d.requested_at, d.id)
                  AND e.requested_at > d.requested_at - interval '10 minutes'
            ) AS is_first_of_top,
            coalesce((
                SELECT e.ref FROM delivery e
                WHERE e.chain = d.chain AND e.ref <> '' AND e.state IN ('taken', 'sent')
                  AND (e.requested_at, e.id) < (d.requested_at, d.id)
                ORDER BY e.requested_at DESC, e.id DESC LIMIT 1
            ), '') AS earlier_ref,
            (SELECT to_jsonb(p) FROM delivery_pace p WHERE p.way = left(d.chain, -1 - length(d.topic))) AS pace
            FROM delivery d WHERE d.id = %(id)s
            """,
            {"id": delivery_id, "now": now},
            prepare=True,
        )
        return await cursor.fetchone()


def later_in_chain(delivery: Delivery, now: datetime) -> Question[list[UUID]]:
    """Newer messages of the same chain whose time has come."""
    return Question(
        _LATER_IN_CHAIN,
        {"chain": delivery.chain, "requested_at": delivery.requested_at, "id": delivery.id, "now": now},
        lambda rows: [row[0] for row in rows],
    )


_LATER_IN_CHAIN: LiteralString = """
    SELECT id FROM delivery
    WHERE chain = %(chain)s AND (requested_at, id) > (%(requested_at)s, %(id)s)
      AND state = 'waiting' AND due_at <= %(now)s
"""


async def update_failed(
    conn: Conn, delivery_id: UUID, reason: FailureReason | None, answer: str, now: datetime
) -> None:
    """Also of what was taken, or counted as sent: when that was stays."""
    await conn.execute(
        """
        UPDATE delivery SET state = 'failed', ended_at = %(now)s, reason = %(reason)s, answer = %(answer)s,
            taken_at = coalesce(taken_at, sent_at), sent_at = NULL, silence_at = NULL, on_silence = NULL
        WHERE id = %(id)s
        """,
        {"id": delivery_id, "now": now, "reason": reason, "answer": answer},
    )


async def update_waiting(
    conn: Conn, delivery_id: UUID, reason: FailureReason | None, answer: str, due_at: datetime
) -> bool:
    """To be tried at another instant; False when it has ended meanwhile."""
    cursor = await conn.execute(
        """
        UPDATE delivery SET state = 'waiting', due_at = %s, reason = %s, answer = %s, silence_at = NULL,
            on_silence = NULL
        WHERE id = %s AND state IN ('waiting', 'sending', 'taken')
        """,
        (due_at, reason, answer, delivery_id),
    )
    return cursor.rowcount == 1


async def update_due(conn: Conn, delivery_id: UUID, due_at: datetime) -> None:
    await conn.execute("UPDATE delivery SET due_at = %s WHERE id = %s AND state = 'waiting'", (due_at, delivery_id))


async def update_superseded(conn: Conn, delivery_id: UUID, now: datetime) -> bool:
    """Ends a delivery that was marked while it was under way, and whose try is over; False when it was not marked."""
    cursor = await conn.execute(
        """
        UPDATE delivery SET state = 'superseded', ended_at = %s, silence_at = NULL, on_silence = NULL
        WHERE id = %s AND superseded IS NOT NULL AND state <> 'sent'
        """,
        (now, delivery_id),
    )
    return cursor.rowcount == 1


async def supersede_of_topic(
    conn: Conn, topic: str, purposes: Sequence[Purpose], why: str, now: datetime, but_causes: Sequence[str] = ()
) -> list[Overtaken]:
    """Ends what waits, marks what is being sent or brought; returns both."""
    cursor = await conn.execute(
        _SUPERSEDE + "AND topic = %(topic)s AND NOT cause = any(%(but)s)" + _LOCKED + _SUPERSEDED,
        {
            "topic": topic,
            "purposes": [str(p) for p in purposes],
            "why": why,
            "now": now,
            "but": list(but_causes),
        },
    )
    return _overtaken(await cursor.fetchall())


async def supersede_of_cause(
    conn: Conn, topic: str, cause: str, purposes: Sequence[Purpose], why: str, now: datetime
) -> list[Overtaken]:
    """The same for what one cause of a topic has asked for."""
    cursor = await conn.execute(
        _SUPERSEDE + "AND topic = %(topic)s AND cause = %(cause)s" + _LOCKED + _SUPERSEDED,
        {"topic": topic, "cause": cause, "purposes": [str(p) for p in purposes], "why": why, "now": now},
    )
    return _overtaken(await cursor.fetchall())


async def supersede_for_others(
    conn: Conn, topic: str, user_ids: Sequence[int], why: str, now: datetime
) -> list[Overtaken]:
    """The same for whatever of a topic goes to anybody but these people, outsiders included."""
    cursor = await conn.execute(
        _SUPERSEDE + "AND topic = %(topic)s AND (user_id IS NULL OR user_id <> all(%(users)b))" + _LOCKED + _SUPERSEDED,
        {"topic": topic, "users": list(user_ids), "purposes": [str(p) for p in Purpose], "why": why, "now": now},
    )
    return _overtaken(await cursor.fetchall())


async def update_scope(conn: Conn, topic: str, scope_id: int) -> None:
    await conn.execute(
        """
        WITH wanted AS (SELECT id FROM delivery WHERE topic = %s ORDER BY id FOR UPDATE)
        UPDATE delivery SET scope_id = %s FROM wanted WHERE delivery.id = wanted.id
        """,
        (topic, scope_id),
    )


def _overtaken(rows: Sequence[tuple[Any, ...]]) -> list[Overtaken]:
    """In the order of their ids."""
    return sorted((Overtaken(id_, kind, DeliveryState(state), by) for id_, kind, state, by in rows), key=lambda o: o.id)


async def update_link_used(conn: Conn, delivery_id: UUID, now: datetime) -> bool:
    """False when it had been used before."""
    cursor = await conn.execute(
        "UPDATE delivery SET link_used_at = %s WHERE id = %s AND link_used_at IS NULL", (now, delivery_id)
    )
    return cursor.rowcount == 1


async def list_messages_with(conn: Conn, topic: str, text: str) -> list[tuple[UUID, dict[str, Any]]]:
    """Those about a topic that may hold a text, as they are stored."""
    cursor = await conn.execute(
        """
        SELECT id, message FROM delivery WHERE topic = %s AND position(%s in message::text) > 0
        ORDER BY id FOR UPDATE
        """,
        (topic, inside_json(text)),
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def update_messages(conn: Conn, messages: Sequence[tuple[UUID, dict[str, Any]]]) -> None:
    await conn.execute(
        """
        UPDATE delivery SET message = new.message
        FROM jsonb_to_recordset(%s) AS new (id uuid, message jsonb) WHERE delivery.id = new.id
        """,
        (as_jsonb([{"id": id_, "message": message} for id_, message in messages]),),
    )


SEALED = Sealed(
    "delivery.address",
    """
    SELECT id, address, id FROM delivery
    WHERE kind <> 'email' AND (%(after)s::uuid IS NULL OR id > %(after)s) ORDER BY id LIMIT %(most)s
    """,
    "UPDATE delivery SET address = %(value)s WHERE id = %(key)s AND address = %(before)s",
    delivery_place,
)
