"""Use cases about messages: notify a person, take back what is no longer true, acknowledge by a link, read the ledger.

Sending itself is `jobs`; keys and links are `keys`; contacts are `contacts`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from tocsin.accounts.model import User
from tocsin.accounts.service import user_of
from tocsin.delivery import (
    attempt_store,
    contact_store,
    pace_store,
    proofs,
    rules,
    spending_store,
    store,
    taking_back,
    telling,
)
from tocsin.delivery.bulkheads import NO_ANSWER
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import (
    Attempt,
    Contact,
    Delivery,
    DeliveryId,
    DeliveryState,
    Endpoint,
    Notification,
    Overtaken,
    Purpose,
    Told,
    Way,
)
from tocsin.delivery.pacing import Hold
from tocsin.delivery.quiet import decide_quiet
from tocsin.delivery.spending import Spent, spans_of
from tocsin.delivery.wording import on_clock_of_reader, shown_address, without
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.ids import uuid7
from tocsin.kernel.questions import Question, ask, ask_one
from tocsin.kernel.signing import span_of_short
from tocsin.kernel.tx import Tx

ENDPOINTS_SHOWN_FOR = timedelta(days=1)

_KEY = "delivery:"


async def notify(tx: Tx, notification: Notification) -> list[DeliveryId]:
    """One delivery, and its job, for each way the person is told by; none when there is no way or they are disabled.

    What waits in the same chains and has been overtaken is superseded. What meets quiet hours is due when they end, and
    the ledger says why (PAG-3).
    """
    deliveries, hold = await _deliveries(tx, notification)
    if deliveries:
        overtaken, why = sorted(rules.OVERTAKES[notification.purpose]), "a newer message says more"
        older = await ask_one(tx.conn, store.inserting(deliveries, overtaken, why, tx.now, tx.conn.keyring))
        jobs.enqueue_last(tx, *(deliver_job(delivery) for delivery in deliveries))
        await _let_go(tx, older)
    if hold is not None:
        for delivery in deliveries:
            await tx.emit(telling.held(delivery, hold))
    return [DeliveryId(delivery.id) for delivery in deliveries]


def deliver_job(delivery: Delivery) -> jobs.NewJob:
    """The lane is the kind of channel: one that is dead holds up no other (REL-7)."""
    return jobs.NewJob(
        kind=f"deliver.{delivery.kind}",
        payload={"delivery_id": str(delivery.id)},
        lane=delivery.kind,
        run_at=delivery.due_at,
        prio=delivery.prio,
        key=job_key(delivery.id),
    )


def job_key(delivery_id: UUID) -> str:
    return f"{_KEY}{delivery_id}"


def delivery_of_key(key: str | None) -> UUID | None:
    """The delivery that a job is for; None for jobs of other kinds."""
    return UUID(key.removeprefix(_KEY)) if key and key.startswith(_KEY) else None


async def supersede(
    tx: Tx, topic: str, purposes: Sequence[Purpose], reason: str, *, but_causes: Sequence[str] = ()
) -> int:
    """Takes back what has not left yet: how many deliveries will not be sent. What is being sent this moment may still
    arrive, and is not tried again; a phone that rings is hung up. What `but_causes` have asked for goes on.
    """
    return await _let_go(tx, await store.supersede_of_topic(tx.conn, topic, purposes, reason, tx.now, but_causes))


async def supersede_cause(tx: Tx, topic: str, cause: str, purposes: Sequence[Purpose], reason: str) -> int:
    """The same for the messages of one cause only, such as "page/17": one person is called no more, the others are."""
    return await _let_go(tx, await store.supersede_of_cause(tx.conn, topic, cause, purposes, reason, tx.now))


async def supersede_for_others(tx: Tx, topic: str, user_ids: Sequence[int], reason: str) -> None:
    """Takes back whatever has not left yet and would go to anybody but these people."""
    await _let_go(tx, await store.supersede_for_others(tx.conn, topic, user_ids, reason, tx.now))


async def move_scope(tx: Tx, topic: str, scope_id: int) -> None:
    """From now on only the readers of this scope see what was sent about a topic."""
    await store.update_scope(tx.conn, topic, scope_id)


async def replace_text(tx: Tx, topic: str, text: str, mark: str) -> None:
    """A text that was taken back, in every message about a topic: those that were sent, and those that wait (WAR-6)."""
    found = await store.list_messages_with(tx.conn, topic, text)
    await store.update_messages(tx.conn, [(each, without(message, text, mark)) for each, message in found])


async def list_deliveries(conn: Conn, topic: str) -> list[Delivery]:
    """For people: oldest first, addresses as far as they may be shown."""
    deliveries = await store.list_of_topic(conn, topic)
    return [msgspec.structs.replace(d, address=shown_address(d.kind, d.address)) for d in deliveries]


async def list_latest(conn: Conn, topics: Sequence[str]) -> dict[str, Delivery]:
    """For people: the last message about each topic that has any, by topic."""
    found = await store.list_latest_of_topics(conn, topics)
    return {each.topic: msgspec.structs.replace(each, address=shown_address(each.kind, each.address)) for each in found}


async def list_attempts(conn: Conn, deliveries: Sequence[Delivery]) -> list[Attempt]:
    return await attempt_store.list_attempts(conn, [delivery.id for delivery in deliveries])


async def list_endpoints(conn: Conn, now: datetime) -> list[Endpoint]:
    """The peers that were tried within the last day, by channel, with what all workers have found out together."""
    return await attempt_store.list_endpoints(conn, sorted(NO_ANSWER), now - ENDPOINTS_SHOWN_FOR)


async def read_spent(conn: Conn, now: datetime) -> list[Spent]:
    """What texts and calls have cost today and this month."""
    return await spending_store.read_spent(conn, *spans_of(now))


async def cost_of_topic(conn: Conn, topic: str) -> Decimal:
    return await spending_store.sum_of_topic(conn, topic)


async def list_reachable(conn: Conn, users: Sequence[User]) -> frozenset[int]:
    """Of these people, the enabled ones who have at least one way to be told, by id."""
    enabled = [user for user in users if not user.is_disabled]
    without_email = [user.id for user in enabled if not user.working_email]
    with_contact = await contact_store.list_users_with_contact(conn, without_email) if without_email else []
    return frozenset(user.id for user in enabled if user.working_email or user.id in with_contact)


@dataclass(frozen=True)
class AckLink:
    """What a link that acknowledges belongs to. `refusal` says why it cannot be used (any more), or None."""

    delivery: Delivery
    refusal: str | None


async def find(conn: Conn, delivery_id: UUID) -> Delivery | None:
    return await store.find_delivery(conn, delivery_id)


async def find_ack_token(conn: Conn, links: AckLinks, short: str) -> str | None:
    """The token of the link that a short one stands for; None for what we did not make."""
    span = span_of_short(short)
    return links.lengthen(short, await store.list_ids_between(conn, *span)) if span is not None else None


async def find_by_ack_token(conn: Conn, links: AckLinks, token: str, now: datetime) -> AckLink | None:
    """For the page behind the link: reads only, so that a scanner that fetches it changes nothing (SEC-6)."""
    delivery_id = links.read(token)
    delivery = await store.find_delivery(conn, delivery_id) if delivery_id else None
    return AckLink(delivery, _refusal(delivery, links, now)) if delivery else None


async def use_ack_token(tx: Tx, links: AckLinks, token: str) -> Delivery:
    """Spends the link: the delivery it came with says who acknowledges what (`user_id`, `user_name`, `topic`).

    Raises NotFound for what is no link of ours, Refused when it was used or is too old. Its contact is proven by it.
    """
    delivery_id = links.read(token)
    if delivery_id is None:
        raise _no_such_link()
    return await use_message(tx, links, delivery_id)


async def use_message(tx: Tx, links: AckLinks, delivery_id: UUID) -> Delivery:
    """The same for an answer to the message itself, of which the caller knows that it is the receiver's."""
    delivery = await store.lock_delivery(tx.conn, delivery_id)
    if delivery is None:
        raise _no_such_link()
    refusal = _refusal(delivery, links, tx.now)
    if refusal:
        raise Refused(refusal, "Sign in to see where things stand.")
    await store.update_link_used(tx.conn, delivery.id, tx.now)
    await proofs.note_answered(tx, delivery)
    return delivery


def _no_such_link() -> NotFound:
    return NotFound("This link does not belong to any message.", "Open it straight from the message.")


def _refusal(delivery: Delivery, links: AckLinks, now: datetime) -> str | None:
    if not delivery.message.can_acknowledge:
        return "This message has nothing to acknowledge."
    if delivery.link_used_at is not None:
        return "This link has been used."
    if links.is_over(delivery.requested_at, now):
        return "This link is too old."
    return None


async def _deliveries(tx: Tx, notification: Notification) -> tuple[list[Delivery], Hold | None]:
    """One for each way, and why they wait, None: they are due as the person's rules say."""
    outsider = notification.outsider
    if outsider is not None:
        contact = Contact(id=None, user_id=None, kind=outsider.kind, address=outsider.address)
        account = f"{outsider.name} {tx.conn.keyring.digest(outsider.address, 'delivery.chain')[:16]}"
        message = on_clock_of_reader(notification.message, notification.message.time_zone, tx.now)
        notification = msgspec.structs.replace(notification, message=message)
        return _by_ways(notification, outsider.name, account, [Way(contact, rules.AT_ONCE)], tx.now), None
    if notification.user_id is None:
        return [], None
    user, told = await _read_reader(tx, notification.user_id)
    if user is None or user.is_disabled:
        return [], None
    email = user.email if notification.purpose is Purpose.TEST else user.working_email
    ways = rules.decide_ways(notification, told.contacts, told.rules, email)
    message = on_clock_of_reader(notification.message, user.time_zone or notification.message.time_zone, tx.now)
    notification = msgspec.structs.replace(notification, message=message)
    hold = decide_quiet(notification, told.habit.quiet, user.time_zone, tx.now)
    deliveries = _by_ways(notification, user.name, f"account {user.id}", ways, tx.now)
    if hold is None:
        return deliveries, None
    waits = hold.until - tx.now
    return [msgspec.structs.replace(each, due_at=each.due_at + waits) for each in deliveries], hold


def readers_ahead(tx: Tx, user_ids: Iterable[int]) -> list[Question[None]]:
    """What `notify` reads of these people, to be asked together with what comes before it."""
    return [
        tx.ahead(user_id, question)
        for user_id in user_ids
        for question in (user_of(user_id), contact_store.told_of(user_id, tx.conn.keyring))
    ]


async def _read_reader(tx: Tx, user_id: int) -> tuple[User | None, Told]:
    user, told = tx.take(User, user_id), tx.take(Told, user_id)
    if user is not None and told is not None:
        return user, told
    return await ask(tx.conn, user_of(user_id), contact_store.told_of(user_id, tx.conn.keyring))


def _by_ways(notification: Notification, name: str, account: str, ways: Iterable[Way], now: datetime) -> list[Delivery]:
    """One delivery a way; `account` names the chain of an address that is no contact's."""
    notification_id = uuid7()
    return [
        Delivery(
            id=uuid7(),
            notification_id=notification_id,
            position=position,
            user_id=notification.user_id,
            user_name=name,
            contact_id=way.contact.id,
            kind=way.contact.kind,
            address=way.contact.address,
            topic=notification.topic,
            scope_id=notification.scope_id,
            cause=notification.cause,
            purpose=notification.purpose,
            urgency=notification.urgency,
            prio=notification.prio,
            message=notification.message,
            chain=f"{way.contact.id or account}/{notification.topic}",
            state=DeliveryState.WAITING,
            attempts=0,
            requested_at=now,
            due_at=now + way.delay,
            is_top_level=notification.is_top_level,
        )
        for position, way in enumerate(ways)
    ]


async def _let_go(tx: Tx, overtaken: Sequence[Overtaken]) -> int:
    """Deliveries that are not wanted any more need no job; what travelled with them waits for itself again. How many
    were not sent: a call that is made already is ended."""
    ended = [each.id for each in overtaken if each.state is DeliveryState.SUPERSEDED]
    for delivery_id in ended:
        await jobs.cancel(tx, key=job_key(delivery_id))
    if ended:
        await release_carried(tx, ended)
    await jobs.enqueue(tx, *taking_back.jobs_for(overtaken, tx.now))
    return len(ended)


async def release_carried(tx: Tx, leaders: Sequence[UUID]) -> None:
    """What was to travel in the message of these, which is not sent, is due now with a job of its own (PAG-9)."""
    freed = await pace_store.release_carried(tx.conn, leaders, tx.now)
    await jobs.enqueue(tx, *(deliver_job(delivery) for delivery in freed))
