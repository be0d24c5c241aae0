"""What texts and calls cost, counted from what providers took, and capped (PAG-9)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.support.channels import Airwaves, RecordingChannel
from tests.support.stepper import Stepper, stepping
from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.delivery import attempt_store, recording, service
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import (
    ContactDraft,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    Receipt,
    Urgency,
)
from tocsin.delivery.spending import Caps, Spent
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.running import JobParked

PRICED = frozenset({"sms"})


@dataclass
class Office:
    """Alice gets a text at once, half a euro each, and a mail after ten minutes."""

    db: Database
    step: Stepper
    alice: int
    airwaves: Airwaves

    async def page(self, incident: int, *, is_top_level: bool = False) -> UUID:
        sent = await self.ask_for(incident, is_top_level=is_top_level)
        await self.step.passes(timedelta(seconds=30))  # what is held is sent
        return sent

    async def ask_for(self, incident: int, *, is_top_level: bool = False) -> UUID:
        """A page that waits for a worker."""
        asked = Notification(
            user_id=self.alice,
            topic=f"incident/{incident}",
            purpose=Purpose.PAGE,
            message=MessageView(title="Checkout 5xx", can_acknowledge=True),
            is_top_level=is_top_level,
        )
        async with self.db.transaction() as tx:
            sent = await service.notify(tx, asked)
        return sent[0]

    async def dies_sending(self, delivery_id: UUID) -> None:
        """A worker gets as far as the send, and nobody ever hears of it again."""
        async with self.db.connection() as conn:
            assert await attempt_store.begin_attempt(conn, delivery_id, "sms.example.com:443", self.db.clock.now())

    def texts(self) -> int:
        return len([each for each in self.airwaves.unread if each.kind == "sms"])

    async def states(self, incident: int) -> list[tuple[str, str, str]]:
        async with self.db.connection() as conn:
            sent = await service.list_deliveries(conn, f"incident/{incident}")
        return [(each.kind, str(each.state), str(each.reason or "")) for each in sent]

    async def spent(self) -> list[Spent]:
        async with self.db.connection() as conn:
            return await service.read_spent(conn, self.db.clock.now())


@pytest.fixture
async def office(db: Database, clock: VirtualClock) -> AsyncIterator[Office]:
    airwaves = Airwaves()
    airwaves.receipts["sms"] = Receipt(answer="queued", cost=Decimal("0.5"))
    channels = {kind: RecordingChannel(kind, airwaves) for kind in ("sms", "email")}
    links = ack_links(bytes(range(32)), "https://tocsin.example.com")
    outbox = Outbox(channels, links, Bulkheads(), Caps(PRICED, per_day=Decimal(1), per_month=Decimal("1.5")))
    async with db.transaction() as tx:
        alice = await upsert_user(tx, UserDraft("alice", "alice@example.com"), managed_by=None, actor="tocsin")
        rules = [
            NotificationRule(Urgency.HIGH, "sms", timedelta(0)),
            NotificationRule(Urgency.HIGH, "email", timedelta(minutes=10)),
        ]
        await replace_contacts(tx, alice.id, [ContactDraft("sms", "+4915112345678")], rules, None)
    async with stepping(db, clock, outbox.kinds()) as step:
        yield Office(db, step, alice.id, airwaves)


async def test_at_the_cap_the_next_way_is_used_at_once_and_a_new_day_begins_anew(office: Office) -> None:
    await office.page(1)
    await office.page(2)
    assert await office.spent() == [Spent("sms", Decimal(1), Decimal(1))]
    await office.page(3)
    assert await office.states(3) == [("sms", "failed", "cost_cap"), ("email", "sent", "")]
    async with office.db.connection() as conn:
        first, _ = await service.list_deliveries(conn, "incident/3")
        assert first.answer == "the cost cap is reached: 1.00 EUR today, of 1.00 EUR"
        assert await service.cost_of_topic(conn, "incident/1") == Decimal("0.5")
        assert await service.cost_of_topic(conn, "incident/3") == 0
    await office.step.passes(timedelta(days=1))
    await office.page(4)
    assert await office.states(4) == [("sms", "sent", ""), ("email", "waiting", "")]
    assert await office.spent() == [Spent("sms", Decimal("0.5"), Decimal("1.5"))]
    await office.page(5)
    assert (await office.states(5))[0] == ("sms", "failed", "cost_cap"), "the month's cap"


async def test_a_first_page_of_a_top_level_is_sent_whatever_it_costs(office: Office) -> None:
    for incident in (1, 2, 3):
        await office.page(incident)
    await office.page(4, is_top_level=True)
    assert (await office.states(4))[0] == ("sms", "sent", "")
    await office.page(4, is_top_level=True)
    assert ("sms", "failed", "cost_cap") in await office.states(4), "only the first of them"


async def test_what_a_provider_may_have_taken_without_answering_counts_towards_the_cap(office: Office) -> None:
    unanswered = SendFailed(FailureReason.TIMEOUT, "no answer", may_have_arrived=True)
    unanswered.cost = Decimal("0.5")
    office.airwaves.fail_with("sms", unanswered)
    await office.page(1)
    spent = await office.spent()
    assert spent[0].today >= Decimal(1), "each try of it"
    office.airwaves.mend_all()
    await office.page(2)
    assert (await office.states(2))[0] == ("sms", "failed", "cost_cap")
    async with office.db.connection() as conn:
        assert await service.cost_of_topic(conn, "incident/1") == spent[0].today


async def test_a_try_in_which_the_process_died_counts_beside_the_one_that_follows(office: Office) -> None:
    await office.dies_sending(await office.ask_for(1))
    await office.step.passes(timedelta(seconds=30))
    assert await office.states(1) == [("sms", "sent", ""), ("email", "waiting", "")]
    async with office.db.connection() as conn:
        assert await service.cost_of_topic(conn, "incident/1") == Decimal(1), "both may have been taken"


async def test_a_process_that_dies_again_and_again_passes_no_cap(office: Office) -> None:
    await office.page(1)
    await office.dies_sending(await office.ask_for(2))
    await office.step.passes(timedelta(seconds=30))
    assert await office.states(2) == [("sms", "failed", "cost_cap"), ("email", "sent", "")]
    assert office.texts() == 1, "it is not sent again"
    async with office.db.connection() as conn:
        assert await service.cost_of_topic(conn, "incident/2") == Decimal("0.5")


async def test_what_was_taken_back_after_the_process_died_may_have_been_sent(office: Office) -> None:
    await office.dies_sending(await office.ask_for(1))
    async with office.db.transaction() as tx:
        await service.supersede(tx, "incident/1", [Purpose.PAGE], "it is over")
    await office.step.passes(timedelta(seconds=30))
    assert (await office.states(1))[0] == ("sms", "superseded", "")
    assert await office.spent() == [Spent("sms", Decimal("0.5"), Decimal("0.5"))]


async def test_a_message_that_is_given_up_after_crashes_has_cost_each_of_them(office: Office) -> None:
    async def dies() -> None:
        raise RuntimeError("a defect")

    office.airwaves.while_sending = dies
    sent = await office.ask_for(1)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await office.step.passes(timedelta(seconds=1))
    parked = JobParked(
        topic="jobs",
        sentence="",
        job_id=1,
        key=service.job_key(sent),
        kind="deliver.sms",
        attempts=2,
        trouble="a defect",
    )
    async with office.db.transaction() as tx:
        await recording.fail_parked(tx, parked)
    assert (await office.states(1))[0] == ("sms", "failed", "other")
    assert await office.spent() == [Spent("sms", Decimal(1), Decimal(1))]
