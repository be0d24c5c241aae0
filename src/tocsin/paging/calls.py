"""What becomes of a call (PAG-12): a key says what the person wants; a call that ends without one has failed, and is
made once more before the next way is used.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tocsin.delivery import answering
from tocsin.delivery import service as delivery
from tocsin.delivery.bundling import bundle
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import Delivery, DeliveryState, MessageView, Purpose, Report, Word
from tocsin.delivery.reports import record_report
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.tx import Transactions
from tocsin.paging.answered import Answered
from tocsin.paging.by_delivery import Answer, answer_all

KIND = "voice"
REDIAL = timedelta(seconds=60)
CALLS = 2
"""Of one delivery: somebody who did not hear the first often hears the second."""


class Key(StrEnum):
    TAKE = "4"
    AGAIN = "5"
    DECLINE = "6"


class Heard(NamedTuple):
    """What to say next: the message once more when `again`, else what the key has done; nothing `answered` is a key
    that confirms. `purpose` and `message` are those of the call."""

    purpose: Purpose
    message: MessageView
    again: bool
    answered: Sequence[Answered] = ()


async def press(db: Transactions, links: AckLinks, delivery_id: UUID, key: str) -> Heard | None:
    """What a key does to everything that the call named; None for a call that is none of ours. Whoever presses 4 or 6
    has got the call."""
    async with db.connection() as conn:
        sent = await delivery.find(conn, delivery_id)
        together = await answering.list_together(conn, sent) if sent else []
    if sent is None:
        return None
    purpose, message = _as_sent(together, links.public_url)
    if key not in (Key.TAKE, Key.DECLINE):
        return Heard(purpose, message, again=True)
    # A transaction of its own: the answer locks the incident before any delivery, and may be refused.
    async with db.transaction() as tx:
        await record_report(tx, delivery_id, Report(Word.ARRIVED, f"key {key} was pressed"))
    said = Answer.TAKE if key == Key.TAKE else Answer.NEXT
    answered = await answer_all(db, links, answering.answerable(together), said, KIND)
    return Heard(purpose, message, again=False, answered=answered)


def _as_sent(together: Sequence[Delivery], public_url: str) -> tuple[Purpose, MessageView]:
    """What the call was for and what it said: that of all that travelled in it."""
    if len(together) == 1:
        return together[0].purpose, together[0].message
    whole = bundle(together, public_url)
    return whole.purpose, whole.message


async def end(db: Transactions, delivery_id: UUID, why: str, ref: str) -> None:
    """The call is over: unless a key was pressed, nobody has heard it (a voicemail presses none)."""
    async with db.transaction() as tx:
        sent = await delivery.find(tx.conn, delivery_id)
        if sent is None or sent.state is DeliveryState.SENT:
            return
        again = REDIAL if sent.attempts < CALLS else None
        report = Report(Word.FAILED, why, FailureReason.NO_ANSWER, again_after=again, ref=ref)
        await record_report(tx, delivery_id, report)
