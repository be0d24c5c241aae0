"""Taking back what a provider has and has not brought yet: a phone that rings on although somebody else has answered.

As well as can be: where it fails the phone rings to its end, and nothing else follows from it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tocsin.delivery import pace_store, rules, store
from tocsin.delivery.model import URGENT, DeliveryState, Overtaken
from tocsin.delivery.ports import Channel, TakesBack
from tocsin.kernel import jobs
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.outbound import SendFailed

TAKE_BACK = "delivery.take_back"

_MARGIN = timedelta(seconds=10)
_log = logging.getLogger(__name__)


def jobs_for(overtaken: Sequence[Overtaken], now: datetime) -> list[jobs.NewJob]:
    """One for each call that a provider is making."""
    called = (each for each in overtaken if each.state is DeliveryState.TAKEN and each.kind == rules.CALL)
    return [job_for(leader, now) for leader in dict.fromkeys(each.carried_by or each.id for each in called)]


def job_for(delivery_id: UUID, now: datetime) -> jobs.NewJob:
    return jobs.NewJob(
        kind=TAKE_BACK,
        payload={"delivery_id": str(delivery_id)},
        lane=rules.CALL,
        run_at=now,
        prio=URGENT,
        key=f"delivery-take-back:{delivery_id}",
    )


@dataclass(frozen=True)
class TakingBack:
    """By the channel of calls, where it can."""

    channel: Channel

    def kind(self) -> JobKind:
        return JobKind(TAKE_BACK, rules.CALL, self.take_back, timeout=self.channel.timeout + _MARGIN)

    async def take_back(self, held: Held) -> None:
        """Unless a call that brings several messages is still wanted for one of them."""
        async with held.db.connection() as conn:
            call = await store.find_delivery(conn, UUID(held.payload["delivery_id"]))
            others = await pace_store.list_travelled(conn, call.id) if call is not None else []
        if call is None or not rules.is_brought_to_nobody(call, others) or not isinstance(self.channel, TakesBack):
            return
        await held.wait_for_lease(self.channel.timeout.total_seconds())
        try:
            await self.channel.take_back(call, held.now())
        except SendFailed as failure:
            _log.info("a call that nobody needs any more rings on: %s", failure.detail)
