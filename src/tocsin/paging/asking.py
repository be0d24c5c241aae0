"""A page that rings until somebody answers it at the provider: the provider calls us back then, where it can reach us.
Since nobody knows whether it can, it is asked as well, as long as it rings and the page is open.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tocsin.delivery import service as delivery
from tocsin.delivery.events import DeliveryEnded
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import Delivery, Ring
from tocsin.delivery.ports import Channel, Ringing
from tocsin.kernel import jobs
from tocsin.kernel.errors import Forbidden, NotFound, Refused
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.outbound import SendFailed
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing
from tocsin.paging.by_delivery import Answer, answer
from tocsin.paging.model import PageState
from tocsin.paging.service import find_page_of

ASK = "paging.ask"
OFTEN, SELDOM = timedelta(seconds=10), timedelta(seconds=30)
"""Pushover wants to be asked every 5 s at most."""

SOON = timedelta(minutes=5)
"""Most pages are answered by then, or not for long."""

_log = logging.getLogger(__name__)


async def begin_asking(tx: Tx, event: DeliveryEnded) -> None:
    """Reaction: a page has left, and rings on over there."""
    if event.rings_for is None or climbing.page_of(event.cause) is None:
        return
    until = tx.now + event.rings_for
    await jobs.enqueue(
        tx,
        jobs.NewJob(
            kind=ASK,
            payload={"delivery_id": str(event.delivery_id), "since": tx.now.isoformat(), "until": until.isoformat()},
            lane="asking",
            run_at=tx.now + OFTEN,
            key=f"ask:{event.delivery_id}",
        ),
    )


def next_question_at(since: datetime, until: datetime, now: datetime) -> datetime | None:
    """The last one is put when the ringing is over; None: that was it."""
    pause = OFTEN if now < since + SOON else SELDOM
    return min(now + pause, until) if now < until else None


@dataclass(frozen=True)
class Questions:
    """What asking needs: the channels that can be asked, by kind, and the maker of links."""

    channels: Mapping[str, Ringing]
    links: AckLinks

    def kinds(self) -> tuple[JobKind, ...]:
        return (JobKind(ASK, "asking", self.ask),)

    async def ask(self, held: Held) -> None:
        """Answered there, it is answered here by that person. A page that is not open any more needs no answer."""
        sent = await _find_open(held)
        ring = await self._read_ring(held, sent) if sent is not None else Ring.OVER
        if sent is not None and ring is Ring.ANSWERED:
            await self._take(held, sent)
        elif ring is Ring.RINGS:
            await _ask_again(held)

    async def _read_ring(self, held: Held, sent: Delivery) -> Ring:
        """Whoever does not answer this time is asked again; a provider that is not set up any more is not."""
        channel = self.channels.get(sent.kind)
        if channel is None:
            return Ring.OVER
        try:
            return await channel.read_ring(sent.ref, held.now())
        except SendFailed as failure:
            _log.info("whether a page still rings is not known: %s", failure.detail)
            return Ring.RINGS

    async def _take(self, held: Held, sent: Delivery) -> None:
        """What is refused now would be refused again: the page was answered, or taken back, a moment ago."""
        try:
            async with held.finish() as tx:
                await answer(tx, self.links, sent, Answer.TAKE, sent.kind)
        except (Refused, NotFound, Forbidden):
            return


def questions_of(channels: Mapping[str, Channel], links: AckLinks) -> Questions:
    return Questions({kind: each for kind, each in channels.items() if isinstance(each, Ringing)}, links)


async def _find_open(held: Held) -> Delivery | None:
    """What was sent, while its page is open and nobody has answered by it."""
    async with held.db.connection() as conn:
        sent = await delivery.find(conn, UUID(held.payload["delivery_id"]))
        page = await find_page_of(conn, sent.cause) if sent is not None else None
    is_open = page is not None and page.state is PageState.OPEN
    return sent if is_open and sent is not None and sent.link_used_at is None else None


async def _ask_again(held: Held) -> None:
    since, until = (datetime.fromisoformat(held.payload[name]) for name in ("since", "until"))
    at = next_question_at(since, until, held.now())
    if at is None:
        return
    async with held.db.transaction() as tx:
        await held.put_back(tx, at, "it still rings", counted=False)
    held.settled = True
