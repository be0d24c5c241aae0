"""What a worker does with one delivery: check once more, send outside any transaction, record the outcome.

At least once: a process that dies between the send and the record leaves the delivery `sending`, and whoever claims
the job next sends it again with the same id (REL-2). Nothing is marked failed that was not refused or timed out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from msgspec.structs import replace

from tocsin.delivery import pace_store, recording, rules, spending, spending_store, store
from tocsin.delivery.beginning import Begun, begin
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.bundling import bundle
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import UNFINISHED, Delivery, DeliveryState, Outgoing
from tocsin.delivery.pacing import Hold
from tocsin.delivery.ports import Channel, Priced
from tocsin.delivery.recording import Outcome
from tocsin.delivery.spending import NO_CAPS, Caps
from tocsin.delivery.taking_back import TakingBack
from tocsin.delivery.wording import with_addresses, with_code
from tocsin.kernel import tracing
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.keeping import record_while_held
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.retry import Retry
from tocsin.kernel.secrets import UNREADABLE

PLACES = 64
"""Sends of one lane at once in one process; each endpoint gets a share of them (`Bulkheads.limit`)."""

CHAIN_PAUSE = timedelta(seconds=5)
"""How long a message waits for an earlier one of its chain, whose end wakes it sooner."""

_PREPARING_TAKES = timedelta(seconds=20)
# Only what was not foreseen comes here, since failed sends are put back uncounted; then the delivery is given up.
_UNFORESEEN = Retry(attempts=4, first=timedelta(seconds=1), factor=3.0)


@dataclass(frozen=True)
class Outbox:
    """What sending needs: the channels by kind, the maker of links, the bulkheads of this process, what may be
    spent."""

    channels: Mapping[str, Channel]
    links: AckLinks
    bulkheads: Bulkheads
    caps: Caps = NO_CAPS

    def kinds(self) -> tuple[JobKind, ...]:
        """One kind of job and one lane for each channel, and what takes calls back."""
        calls = self.channels.get(rules.CALL)
        sends = tuple(
            JobKind(
                f"deliver.{kind}",
                kind,
                partial(deliver, outbox=self, channel=channel),
                retry=_UNFORESEEN,
                timeout=channel.timeout + _PREPARING_TAKES,
            )
            for kind, channel in self.channels.items()
        )
        return sends if calls is None else (*sends, TakingBack(calls).kind())

    def places(self) -> dict[str, int]:
        return dict.fromkeys(self.channels, PLACES)


async def deliver(held: Held, *, outbox: Outbox, channel: Channel) -> None:
    delivery_id = UUID(held.payload["delivery_id"])
    async with held.db.connection() as conn:
        found = await store.find_delivery_in_chain(conn, delivery_id, held.now())
    if found is None:
        return
    delivery = found.delivery
    if delivery.state not in UNFINISHED or delivery.carried_by is not None:
        return
    if delivery.state is DeliveryState.SENDING:
        await _count_interrupted(held, found, outbox.links, channel)
    if delivery.superseded is not None:
        await recording.record_superseded(held, delivery)
    elif found.is_behind:
        await recording.put_back(held, held.now() + CHAIN_PAUSE, "an earlier message of its chain is under way")
    else:
        await _deliver_if_let_in(held, found, outbox, channel)


async def _deliver_if_let_in(held: Held, found: store.InChain, outbox: Outbox, channel: Channel) -> None:
    delivery = found.delivery
    too_dear = await _find_too_dear(held, found, outbox.caps)
    if too_dear is not None:
        await record_while_held(held, partial(recording.record, held, delivery, too_dear))
        return
    endpoint = _endpoint(channel, delivery.address)
    turned_away = outbox.bulkheads.enter(endpoint)
    if turned_away is not None:
        await recording.record_turned_away(held, delivery, endpoint, turned_away)
        return
    try:
        outcome = await _begin_and_send(held, found, endpoint, outbox.links, channel)
    except BaseException:
        outbox.bulkheads.abandon(endpoint)
        raise
    if outcome is None or isinstance(outcome, Hold):
        outbox.bulkheads.abandon(endpoint)
    else:
        outbox.bulkheads.leave(endpoint, outcome.reason if isinstance(outcome, SendFailed) else None)
    await record_while_held(held, partial(recording.record, held, delivery, outcome))


async def _count_interrupted(held: Held, found: store.InChain, links: AckLinks, channel: Channel) -> None:
    """The process that was sending it has died, and its provider may have taken it: that try costs what it would have,
    before it is asked whether another may be made (PAG-9)."""
    if not isinstance(channel, Priced):
        return
    delivery = found.delivery
    async with held.db.transaction() as tx:
        others = await pace_store.list_carried(tx.conn, delivery.id) if delivery.held is not None else ()
        price = channel.price(_outgoing(held, found, Begun(delivery.attempts, others), links))
        if price is not None:
            await spending_store.insert_cost_of_open_attempt(tx.conn, delivery.id, delivery.kind, price)


async def _find_too_dear(held: Held, found: store.InChain, caps: Caps) -> SendFailed | None:
    """What texts and calls may cost is spent; the first page of a top level is sent all the same (PAG-9)."""
    if found.is_first_of_top or not caps.bind(found.delivery.kind):
        return None
    async with held.db.connection() as conn:
        spent = await spending_store.read_spent(conn, *spending.spans_of(held.now()))
    why = spending.why_too_dear(caps, spent)
    return None if why is None else SendFailed(FailureReason.COST_CAP, why)


async def _begin_and_send(
    held: Held, found: store.InChain, endpoint: str, links: AckLinks, channel: Channel
) -> Outcome:
    await held.wait_for_lease(channel.timeout.total_seconds())
    begun = await begin(held.db, found, endpoint, held.now())
    if not isinstance(begun, Begun):
        return begun
    if found.delivery.address == UNREADABLE:
        return SendFailed(FailureReason.UNREADABLE, "its address is sealed with a key that this installation has not")
    return await _send(channel, _outgoing(held, found, begun, links))


async def _send(channel: Channel, outgoing: Outgoing) -> Outcome:
    about = {"tocsin.delivery_id": str(outgoing.id), "tocsin.topic": outgoing.topic, "tocsin.attempt": outgoing.attempt}
    with tracing.span(f"send {channel.kind}", part="client", about=about) as span:
        try:
            return await channel.send(outgoing)
        except SendFailed as failure:
            span.fail(failure.reason)
            return failure


def _outgoing(held: Held, found: store.InChain, begun: Begun, links: AckLinks) -> Outgoing:
    delivery = found.delivery
    if begun.others:
        return _bundled(held, delivery, begun, links)
    message = with_addresses(delivery.message, links.public_url)
    if message.lets_in:
        message = replace(message, url=links.entry_url(links.entry_secret(delivery.id)))
    if message.gives_code:
        message = with_code(message, links.code(delivery.id))
    return Outgoing(
        id=delivery.id,
        user_id=delivery.user_id,
        contact_id=delivery.contact_id,
        address=delivery.address,
        topic=delivery.topic,
        purpose=delivery.purpose,
        urgency=delivery.urgency,
        message=message,
        attempt=begun.attempt,
        requested_at=delivery.requested_at,
        now=held.now(),
        ack_url=links.url_for(delivery.id) if message.can_acknowledge else None,
        short_url=links.short_url_for(delivery.id) if message.can_acknowledge else None,
        earlier_ref=found.earlier_ref,
    )


def _bundled(held: Held, delivery: Delivery, begun: Begun, links: AckLinks) -> Outgoing:
    """One message for all that was held, under the id of the delivery that carries the others."""
    together = bundle([delivery, *begun.others], links.public_url)
    return Outgoing(
        id=delivery.id,
        user_id=delivery.user_id,
        contact_id=delivery.contact_id,
        address=delivery.address,
        topic=f"bundle/{delivery.id}",
        purpose=together.purpose,
        urgency=together.urgency,
        message=together.message,
        attempt=begun.attempt,
        requested_at=delivery.requested_at,
        now=held.now(),
    )


def _endpoint(channel: Channel, address: str) -> str:
    """An address that makes no sense is its own endpoint: the channel refuses it when it is sent."""
    try:
        return channel.endpoint(address)
    except SendFailed:
        return channel.kind
