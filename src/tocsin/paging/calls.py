"""What becomes of a call (PAG-12): a key says what the person wants; a call that ends without one has failed, and is
made once more before the next way is used.
"""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tocsin.delivery import service as delivery
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import Delivery, DeliveryState, Report, Word
from tocsin.delivery.reports import record_report
from tocsin.kernel.errors import Forbidden, NotFound, Refused
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.tx import Transactions
from tocsin.paging.by_delivery import Answer, answer

KIND = "voice"
REDIAL = timedelta(seconds=60)
CALLS = 2
"""Of one delivery: somebody who did not hear the first often hears the second."""


class Key(StrEnum):
    TAKE = "4"
    AGAIN = "5"
    DECLINE = "6"


class Heard(NamedTuple):
    """What to say next: `words`, and the message once more when `again`. `sent` is the message of the call."""

    sent: Delivery
    words: str
    again: bool


async def press(db: Transactions, links: AckLinks, delivery_id: UUID, key: str) -> Heard | None:
    """What a key does; None for a call that is none of ours. Whoever presses 4 or 6 has got the call."""
    async with db.connection() as conn:
        sent = await delivery.find(conn, delivery_id)
    if sent is None:
        return None
    if key not in (Key.TAKE, Key.DECLINE):
        return Heard(sent, "", again=True)
    # A transaction of its own: the answer locks the incident before any delivery, and may be refused.
    async with db.transaction() as tx:
        await record_report(tx, delivery_id, Report(Word.ARRIVED, f"key {key} was pressed"))
    if not sent.message.can_acknowledge:
        return Heard(sent, "", again=False)
    said = Answer.TAKE if key == Key.TAKE else Answer.NEXT
    try:
        async with db.transaction() as tx:
            return Heard(sent, await answer(tx, links, sent, said, KIND), again=False)
    except (Refused, NotFound, Forbidden) as refused:
        return Heard(sent, refused.message, again=False)


async def end(db: Transactions, delivery_id: UUID, why: str, ref: str) -> None:
    """The call is over: unless a key was pressed, nobody has heard it (a voicemail presses none)."""
    async with db.transaction() as tx:
        sent = await delivery.find(tx.conn, delivery_id)
        if sent is None or sent.state is DeliveryState.SENT:
            return
        again = REDIAL if sent.attempts < CALLS else None
        report = Report(Word.FAILED, why, FailureReason.NO_ANSWER, again_after=again, ref=ref)
        await record_report(tx, delivery_id, report)
