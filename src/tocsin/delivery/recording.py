"""Writing down what became of a try, and what follows from it: the next try, the next way, the next in the chain.

Every function settles the held job in the same transaction as its effects.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from tocsin.delivery import attempt_store, pace_store, rules, spending_store, store, taking_back, telling
from tocsin.delivery.breaking import break_way
from tocsin.delivery.bulkheads import TurnedAway
from tocsin.delivery.bundling import travelled_with
from tocsin.delivery.model import UNFINISHED, Delivery, DeliveryState, Receipt
from tocsin.delivery.pacing import Hold
from tocsin.delivery.service import delivery_of_key, job_key, release_carried
from tocsin.delivery.wording import deed
from tocsin.kernel import jobs
from tocsin.kernel.held import Held
from tocsin.kernel.ledger import Event
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.questions import Question, ask, ask_one
from tocsin.kernel.running import JobParked, draw_of
from tocsin.kernel.tx import Tx

Outcome = Receipt | SendFailed | Hold | None
"""What became of a try. None: it was superseded before it began."""


async def record(held: Held, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Hold):
        await _record_held(held, delivery, outcome)
    elif isinstance(outcome, Receipt):
        await _record_sent(held, delivery, outcome)
    elif isinstance(outcome, SendFailed):
        await _record_failure(held, delivery, outcome)
    else:
        await record_superseded(held, delivery)


async def put_back(held: Held, at: datetime, why: str) -> None:
    """Not counted by the engine: the delivery counts its own tries."""
    async with held.db.transaction() as tx:
        await held.put_back(tx, at, why, counted=False)
    held.settled = True


async def record_superseded(held: Held, delivery: Delivery) -> None:
    async with held.finish() as tx:
        await end_superseded(tx, delivery)


async def _record_held(held: Held, delivery: Delivery, hold: Hold) -> None:
    async with held.db.transaction() as tx:
        is_wanted = await pace_store.update_held(tx.conn, delivery.id, hold.why, hold.until)
        if is_wanted and delivery.held is None:
            await tx.emit(telling.held(delivery, hold))
        await held.put_back(tx, hold.until, f"held: {hold.why}", counted=False)
    held.settled = True


async def record_turned_away(held: Held, delivery: Delivery, endpoint: str, turned_away: TurnedAway) -> None:
    """Nothing was sent and no try is used up. While the endpoint does not answer, the person's next way is used."""
    pause = turned_away.seconds * (1 + 0.5 * draw_of(held.id))
    at = held.now() + timedelta(seconds=pause)
    failure = SendFailed(FailureReason.UNREACHABLE, f"{endpoint} does not answer and is held back")
    if not turned_away.is_failing:
        await put_back(held, at, f"{endpoint} is busy")
    elif rules.is_too_old(delivery, at):
        await _give_up(held, delivery, failure)
    else:
        async with held.db.transaction() as tx:
            await store.lock_with_siblings(tx.conn, delivery.id)
            await _bring_next_forward(tx, delivery)
            await store.update_waiting(tx.conn, delivery.id, failure.reason, failure.detail, at)
            await held.put_back(tx, at, failure.detail, counted=False)
        held.settled = True


async def _record_sent(held: Held, delivery: Delivery, receipt: Receipt) -> None:
    """Unless a report about it was faster than the receipt: then all is said."""
    async with held.finish() as tx:
        together = [delivery, *await _carried(tx, delivery)]
        await _count_cost(tx, delivery, receipt.cost)
        for each in together:
            others = travelled_with(each, together)
            answer = ", ".join(filter(None, (receipt.answer, others)))
            ref = receipt.ref if each.id == delivery.id else ""
            scope_id, later = await ask(
                tx.conn, _by_receipt(tx, each, receipt, answer, ref), store.later_in_chain(each, tx.now)
            )
            await _wake(tx, later)
            if scope_id is None:
                continue
            await tx.tell(_told_by_receipt(msgspec.structs.replace(each, scope_id=scope_id), receipt, others))
            if receipt.awaits is not None and each.id == delivery.id:
                await jobs.enqueue(tx, silence_job(delivery.id, tx.now + receipt.awaits))
        await _take_back_if_unwanted(tx, delivery)


async def _take_back_if_unwanted(tx: Tx, delivery: Delivery) -> None:
    """A call that was superseded between its request and its receipt rings already."""
    known = await store.find_delivery(tx.conn, delivery.id) if delivery.kind == rules.CALL else None
    if known is not None and known.superseded is not None:
        await jobs.enqueue(tx, taking_back.job_for(delivery.id, tx.now))


async def _count_cost(tx: Tx, delivery: Delivery, cost: Decimal | None) -> None:
    """Of one try: what it costs, or may."""
    if cost is not None:
        await spending_store.insert_cost(tx.conn, delivery.id, delivery.kind, cost, tx.now)


def _by_receipt(tx: Tx, delivery: Delivery, receipt: Receipt, answer: str, ref: str) -> Question[int | None]:
    if receipt.awaits is None:
        return attempt_store.sent(delivery.id, answer, ref, tx.now)
    return attempt_store.taken(delivery.id, answer, ref, tx.now, tx.now + receipt.awaits, receipt.on_silence)


def _told_by_receipt(delivery: Delivery, receipt: Receipt, others: str) -> Event:
    how = f" {others}" if others else ""
    if receipt.awaits is None:
        sentence = f"{deed(delivery)} sent{how}."
        return telling.ended(delivery, DeliveryState.SENT, None, sentence, is_last=False, rings_for=receipt.rings_for)
    return telling.taken(
        delivery, f"{deed(delivery)} was taken by the provider{how}; whether it arrives is not known yet."
    )


SILENCE = "delivery.silence"


def silence_key(delivery_id: UUID) -> str:
    return f"delivery-silence:{delivery_id}"


def silence_job(delivery_id: UUID, at: datetime) -> jobs.NewJob:
    """When it rings, nothing was heard of a message that its provider took."""
    return jobs.NewJob(
        kind=SILENCE,
        payload={"delivery_id": str(delivery_id)},
        lane="timers",
        run_at=at,
        key=silence_key(delivery_id),
    )


async def _carried(tx: Tx, delivery: Delivery) -> list[Delivery]:
    """What travels with it; nothing but what was held ever carries others."""
    return await pace_store.list_carried(tx.conn, delivery.id) if delivery.held is not None else []


async def end_superseded(tx: Tx, delivery: Delivery) -> bool:
    """Ends it if it was marked; what travelled with it waits for itself again."""
    if not await store.update_superseded(tx.conn, delivery.id, tx.now):
        return False
    await _wake_chain(tx, delivery)
    if delivery.held is not None:
        await release_carried(tx, [delivery.id])
    return True


async def _record_failure(held: Held, delivery: Delivery, failure: SendFailed) -> None:
    tried = msgspec.structs.replace(delivery, attempts=delivery.attempts + 1)
    decision = rules.after_failure(tried, failure, held.now(), draw_of(held.id))
    if isinstance(decision, rules.GiveUp):
        await _give_up(held, delivery, failure)
        return
    async with held.db.transaction() as tx:
        await store.lock_with_siblings(tx.conn, delivery.id)
        await _count_cost(tx, delivery, failure.cost)
        await attempt_store.end_attempt_failed(tx.conn, delivery.id, failure.reason, failure.detail, tx.now)
        waits = await store.update_waiting(tx.conn, delivery.id, failure.reason, failure.detail, decision.at)
        if waits:
            await _bring_next_forward(tx, delivery)
        if waits and not await end_superseded(tx, delivery) and delivery.attempts == 0:
            known = await store.find_delivery(tx.conn, delivery.id)  # who may read of it may have changed
            for each in (known or tried, *await _carried(tx, delivery)):
                await tx.emit(telling.delayed(each, failure))
        await held.put_back(tx, decision.at, failure.detail, counted=False)
    held.settled = True


async def _give_up(held: Held, delivery: Delivery, failure: SendFailed) -> None:
    async with held.finish() as tx:
        await store.lock_with_siblings(tx.conn, delivery.id)
        await _count_cost(tx, delivery, failure.cost)
        await fail(tx, delivery, failure)


async def fail(tx: Tx, delivery: Delivery, failure: SendFailed) -> None:
    """Ends a delivery as failed, and what travelled with it: for each its next way, or nobody, is what follows."""
    for each in (delivery, *await _carried(tx, delivery)):
        await _fail_one(tx, each, failure)


async def _fail_one(tx: Tx, delivery: Delivery, failure: SendFailed) -> None:
    """Unless it was superseded meanwhile, or a report about it has ended it."""
    siblings = await store.list_of_notification(tx.conn, delivery.notification_id)
    await attempt_store.end_attempt_failed(tx.conn, delivery.id, failure.reason, failure.detail, tx.now)
    await _wake_chain(tx, delivery)
    known = next(sibling for sibling in siblings if sibling.id == delivery.id)
    if known.superseded is not None:
        await store.update_superseded(tx.conn, delivery.id, tx.now)
    elif known.state in UNFINISHED:
        sentence = f"{deed(delivery)} failed: {failure.detail}."
        await end_failed(tx, known, siblings, failure.reason, failure.detail, sentence)
        if failure.disables:
            await break_way(tx, known, failure.detail)


async def end_failed(
    tx: Tx,
    delivery: Delivery,
    siblings: Sequence[Delivery],
    reason: FailureReason | None,
    answer: str,
    sentence: str,
) -> None:
    """The next way at once; `siblings` of its notification, locked, say whether anybody can still be reached."""
    await store.update_failed(tx.conn, delivery.id, reason, answer, tx.now)
    await _reschedule_next(tx, rules.next_way(delivery, siblings, tx.now))
    is_last = rules.is_last(delivery, siblings)
    await tx.emit(telling.ended(delivery, DeliveryState.FAILED, reason, sentence, is_last=is_last))


async def fail_parked(tx: Tx, event: JobParked) -> None:
    """Reaction: a delivery whose job nobody tries again counts as a failed way (DESIGN, *The engine*). Its last try may
    have gone out as well as those before it, and costs the same (PAG-9)."""
    delivery_id = delivery_of_key(event.key)
    delivery = await store.find_delivery(tx.conn, delivery_id) if delivery_id else None
    if delivery is not None and delivery.state in UNFINISHED:
        await store.lock_with_siblings(tx.conn, delivery.id)
        await spending_store.repeat_cost_for_open_attempt(tx.conn, delivery.id)
        await fail(
            tx, delivery, SendFailed(FailureReason.OTHER, f"the program failed at it (job {event.job_id}, see the log)")
        )


async def _bring_next_forward(tx: Tx, delivery: Delivery) -> None:
    """For what travels with it, too: each has ways of its own."""
    for each in (delivery, *await _carried(tx, delivery)):
        siblings = await store.list_of_notification(tx.conn, each.notification_id)
        await _reschedule_next(tx, rules.next_way(each, siblings, tx.now))


async def _reschedule_next(tx: Tx, following: Delivery | None) -> None:
    """PAG-7: the failure of one way falls through to the next at once."""
    if following is not None:
        await store.update_due(tx.conn, following.id, tx.now)
        await jobs.reschedule(tx, key=job_key(following.id), run_at=tx.now)


async def _wake_chain(tx: Tx, delivery: Delivery) -> None:
    await _wake(tx, await ask_one(tx.conn, store.later_in_chain(delivery, tx.now)))


async def _wake(tx: Tx, deliveries: Iterable[UUID]) -> None:
    for each in deliveries:
        await jobs.reschedule(tx, key=job_key(each), run_at=tx.now)
