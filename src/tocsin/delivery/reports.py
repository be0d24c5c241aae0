"""What providers say later of messages that they took: that one arrived, came back, or that nobody answered a call.

`report_rules` decides what a report changes; here it is looked up and written down. Whoever calls has checked that the
report is the provider's own.
"""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from tocsin.delivery import pace_store, recording, report_store, store, telling
from tocsin.delivery.breaking import break_way
from tocsin.delivery.model import Delivery, DeliveryState, Report, Word
from tocsin.delivery.report_rules import after_report, silence
from tocsin.delivery.rules import TryAgain
from tocsin.delivery.service import deliver_job, job_key, release_carried
from tocsin.delivery.wording import deed
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.kernel.tx import Tx

__all__ = ["JOBS", "Report", "Word", "find_by_ref", "find_delivery", "record_report"]


async def find_by_ref(conn: Conn, kind: str, ref: str) -> Delivery | None:
    """What its provider calls so; None also as long as the receipt of the send is not written down."""
    return await report_store.find_by_ref(conn, kind, ref)


async def find_delivery(conn: Conn, delivery_id: UUID) -> Delivery | None:
    """What a provider speaks of when it gives our own id back."""
    return await store.find_delivery(conn, delivery_id)


async def record_report(tx: Tx, delivery_id: UUID, report: Report) -> bool:
    """Writes down what a report changes, for what travelled in the same message, too; False when that is nothing.

    A failure brings the next way forward at once (PAG-7), or has the message tried once more.
    """
    delivery = await store.find_delivery(tx.conn, delivery_id)
    if delivery is None:
        return False
    is_news = await _follow(tx, delivery, report)
    if is_news and delivery.held is not None:
        await _follow_with_others(tx, delivery, report)
    if is_news and report.word is Word.FAILED and report.disables:
        await break_way(tx, delivery, report.answer)
    return is_news


async def _follow_with_others(tx: Tx, leader: Delivery, report: Report) -> None:
    """What travelled in the message of another, and is to be tried again although that one is not, goes by itself."""
    for other in await pace_store.list_travelled(tx.conn, leader.id):
        await _follow(tx, other, report)
    after = await store.find_delivery(tx.conn, leader.id)
    if after is not None and after.state is not DeliveryState.WAITING:
        await release_carried(tx, [leader.id])


async def _follow(tx: Tx, found: Delivery, report: Report) -> bool:
    siblings = await store.list_of_notification(tx.conn, found.notification_id)
    delivery = next(sibling for sibling in siblings if sibling.id == found.id)
    verdict = after_report(delivery, report, tx.now)
    if verdict is None:
        return False
    await jobs.cancel(tx, key=recording.silence_key(delivery.id))
    if report.word is Word.FAILED:
        await report_store.update_lost_attempt(tx.conn, delivery.id, report.reason, report.answer)
    if isinstance(verdict, TryAgain):
        await _try_again(tx, delivery, report, verdict)
        return True
    if delivery.state is DeliveryState.WAITING:
        await jobs.cancel(tx, key=job_key(delivery.id))
    if verdict is DeliveryState.SUPERSEDED:
        await recording.end_superseded(tx, delivery)
    elif verdict is DeliveryState.SENT:
        await report_store.update_arrived(tx.conn, delivery.id, report.answer, tx.now)
        sentence = f"{deed(delivery)} arrived: {report.answer}."
        await tx.emit(telling.ended(delivery, DeliveryState.SENT, None, sentence, is_last=False))
    else:
        sentence = f"{deed(delivery)} did not arrive: {report.answer}."
        await recording.end_failed(tx, delivery, siblings, report.reason, report.answer, sentence)
    return True


async def _try_again(tx: Tx, delivery: Delivery, report: Report, again: TryAgain) -> None:
    """What travels with another waits with that one."""
    if delivery.carried_by is not None:
        await pace_store.update_rejoined(tx.conn, delivery.id, report.reason, report.answer)
        return
    await store.update_waiting(tx.conn, delivery.id, report.reason, report.answer, again.at)
    await jobs.enqueue(tx, replace(deliver_job(delivery), run_at=again.at))


async def decide_silence(held: Held) -> None:
    """The instant has come until which a report was awaited."""
    async with held.finish() as tx:
        delivery = await store.find_delivery(tx.conn, UUID(held.payload["delivery_id"]))
        if delivery is not None and delivery.state is DeliveryState.TAKEN:
            await record_report(tx, delivery.id, silence(delivery))


JOBS = (JobKind(recording.SILENCE, "timers", decide_silence, Retry(attempts=1000, longest=timedelta(minutes=1))),)
