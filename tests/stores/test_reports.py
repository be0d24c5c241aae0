"""What providers report, from the send to the next way: a real database, channels that record, time under the hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from tests.support.channels import Airwaves, RecordingChannel
from tests.support.keys import KEYRING
from tests.support.stepper import Stepper, stepping
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import find_user, upsert_user
from tocsin.db.database import Database
from tocsin.delivery import service
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.contacts import replace_contacts, send_test, ways_of
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import (
    ContactDraft,
    Delivery,
    MessageView,
    Notification,
    NotificationRule,
    Outgoing,
    Purpose,
    Receipt,
    Report,
    Urgency,
    Word,
)
from tocsin.delivery.reports import JOBS, find_by_ref, record_report
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.ledger import list_entries
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.reactions import REACTIONS

TOPIC = "incident/42"
MINUTE = timedelta(minutes=1)
LINKS = ack_links(bytes(range(32)), "https://tocsin.example.com")
CALLED = Receipt(answer="queued", ref="CA1", awaits=10 * MINUTE, on_silence=Word.FAILED)
ARRIVED = Report(Word.ARRIVED, "a key was pressed")
GONE = Report(Word.FAILED, "550 5.1.1 no such user", FailureReason.REFUSED, disables=True)


@dataclass
class Office:
    """Alice is called by phone at once and by ntfy three minutes later; her account has an address, too."""

    db: Database
    step: Stepper
    alice: int
    airwaves: Airwaves = field(default_factory=Airwaves)

    async def page(self, purpose: Purpose = Purpose.PAGE) -> UUID:
        message = MessageView(title="Checkout 5xx", incident_ref="INC-1", can_acknowledge=True)
        async with self.db.transaction() as tx:
            sent = await service.notify(
                tx, Notification(user_id=self.alice, topic=TOPIC, purpose=purpose, message=message)
            )
        await self.step.drain()
        return sent[0]

    async def report(self, delivery_id: UUID, report: Report) -> bool:
        async with self.db.transaction() as tx:
            changed = await record_report(tx, delivery_id, report)
        await self.step.drain()
        return changed

    async def deliveries(self, topic: str = TOPIC) -> list[Delivery]:
        async with self.db.connection() as conn:
            return await service.list_deliveries(conn, topic)

    async def states(self) -> list[tuple[str, str]]:
        return [(each.kind, str(each.state)) for each in await self.deliveries()]

    async def outcomes(self) -> list[tuple[int, str | None, str]]:
        async with self.db.connection() as conn:
            attempts = await service.list_attempts(conn, await service.list_deliveries(conn, TOPIC))
        return [(each.n, each.outcome, each.answer) for each in attempts]

    async def told(self, topic: str = TOPIC) -> list[str]:
        async with self.db.connection() as conn:
            return [entry.sentence for entry in await list_entries(conn, topic)]

    async def armed(self) -> list[str]:
        async with self.db.connection() as conn:
            cursor = await conn.execute("SELECT kind FROM job WHERE key LIKE 'deliver%' ORDER BY kind")
            return [row[0] for row in await cursor.fetchall()]


@pytest.fixture
async def office(db: Database, clock: VirtualClock) -> AsyncIterator[Office]:
    airwaves = Airwaves()
    airwaves.receipts["voice"] = CALLED
    channels = {kind: RecordingChannel(kind, airwaves) for kind in ("voice", "ntfy", "email")}
    outbox = Outbox(channels, LINKS, Bulkheads(clock=lambda: clock.now().timestamp()))
    async with db.transaction() as tx:
        alice = await upsert_user(tx, UserDraft("alice", "alice@example.com"), managed_by=None, actor="tocsin")
        contacts = [ContactDraft("voice", "+4930123456"), ContactDraft("ntfy", "https://ntfy.example.com/alice")]
        rules = [
            NotificationRule(Urgency.HIGH, "voice", timedelta(0)),
            NotificationRule(Urgency.HIGH, "ntfy", 3 * MINUTE),
        ]
        await replace_contacts(tx, alice.id, contacts, rules, None)
    async with stepping(db, clock, (*outbox.kinds(), *JOBS)) as step:
        yield Office(db, step, alice.id, airwaves)


async def test_what_a_provider_took_is_not_sent_until_it_says_so(office: Office) -> None:
    called = await office.page()
    assert await office.states() == [("voice", "taken"), ("ntfy", "waiting")]
    assert await office.told() == [
        "Page to @alice by voice was taken by the provider; whether it arrives is not known yet."
    ]
    async with office.db.connection() as conn:
        found = await find_by_ref(conn, "voice", "CA1")
        assert found is not None
        assert found.id == called
        assert await find_by_ref(conn, "voice", "") is None
        assert await find_by_ref(conn, "sms", "CA1") is None
    assert await office.report(called, ARRIVED)
    assert not await office.report(called, ARRIVED)
    assert await office.states() == [("voice", "sent"), ("ntfy", "waiting")]
    assert await office.outcomes() == [(1, "taken", "queued")]
    assert (await office.told())[-1] == "Page to @alice by voice arrived: a key was pressed."
    assert await office.armed() == ["deliver.ntfy"], "nothing waits for silence any more"


async def test_a_call_that_fails_uses_the_next_way_at_once(office: Office) -> None:
    called = await office.page()
    assert await office.report(called, Report(Word.FAILED, "voicemail", FailureReason.OTHER))
    assert await office.states() == [("voice", "failed"), ("ntfy", "sent")]
    assert await office.outcomes() == [(1, "lost", "voicemail"), (1, "sent", "250 OK")]
    assert not await office.report(called, ARRIVED), "nothing that failed is revived"


@pytest.mark.parametrize(("on_silence", "state"), [(Word.FAILED, "failed"), (Word.ARRIVED, "sent")])
async def test_silence_decides_when_nothing_is_heard(office: Office, on_silence: Word, state: str) -> None:
    office.airwaves.receipts["voice"] = Receipt(answer="queued", ref="CA1", awaits=MINUTE, on_silence=on_silence)
    await office.page()
    await office.step.passes(timedelta(seconds=59))
    assert (await office.states())[0] == ("voice", "taken")
    await office.step.passes(timedelta(seconds=2))
    assert (await office.states())[0] == ("voice", state)
    assert (await office.deliveries())[0].answer == "the provider said nothing more for 1m"


async def test_a_call_nobody_answered_is_made_once_more(office: Office) -> None:
    called = await office.page()
    nobody = Report(Word.FAILED, "nobody answered", FailureReason.OTHER, again_after=MINUTE, ref="CA1")
    assert await office.report(called, nobody)
    assert not await office.report(called, nobody)
    assert (await office.states())[0] == ("voice", "waiting")
    office.airwaves.receipts["voice"] = Receipt(answer="queued", ref="CA2", awaits=10 * MINUTE)
    await office.step.passes(MINUTE)
    assert (await office.states())[0] == ("voice", "taken")
    assert [n for n, _, _ in await office.outcomes()] == [1, 2]
    assert not await office.report(called, nobody), "it speaks of the first call"
    assert await office.report(called, Report(Word.FAILED, "voicemail", ref="CA2"))
    assert await office.states() == [("voice", "failed"), ("ntfy", "sent")]


async def test_a_report_may_be_faster_than_the_receipt(office: Office) -> None:
    seen: list[UUID] = []
    office.airwaves.on_send = lambda outgoing: seen.append(outgoing.id)
    office.airwaves.receipts["voice"] = Receipt(answer="queued", ref="CA1", awaits=10 * MINUTE)
    async with office.db.transaction() as tx:
        (called, _) = await service.notify(
            tx, Notification(user_id=office.alice, topic=TOPIC, purpose=Purpose.PAGE, message=MessageView(title="x"))
        )
        await tx.conn.execute("UPDATE delivery SET state = 'sending', attempts = 1 WHERE id = %s", (called,))
        assert await record_report(tx, called, ARRIVED)
    await office.step.drain()
    assert (await office.states())[0] == ("voice", "sent")
    assert seen == [], "what arrived is not sent again"


class _Hasty(RecordingChannel):
    """A provider whose report of the first call is there before its answer to the request."""

    def __init__(self, db: Database, airwaves: Airwaves) -> None:
        super().__init__("voice", airwaves)
        self._db = db

    async def send(self, outgoing: Outgoing) -> Receipt:
        receipt = await super().send(outgoing)
        if outgoing.attempt == 1:
            async with self._db.transaction() as tx:
                assert await record_report(tx, outgoing.id, Report(Word.FAILED, "busy", again_after=MINUTE))
        return receipt


async def test_the_second_call_has_its_own_time_when_the_end_of_the_first_was_faster_than_its_receipt(
    db: Database, clock: VirtualClock
) -> None:
    airwaves = Airwaves()
    airwaves.receipts["voice"] = CALLED
    async with db.transaction() as tx:
        alice = await upsert_user(tx, UserDraft("alice", None), managed_by=None, actor="tocsin")
        await replace_contacts(tx, alice.id, [ContactDraft("voice", "+4930123456")], [], None)
    outbox = Outbox({"voice": _Hasty(db, airwaves)}, LINKS, Bulkheads())
    async with stepping(db, clock, (*outbox.kinds(), *JOBS)) as step:
        office = Office(db, step, alice.id, airwaves)
        await office.page()
        assert await office.states() == [("voice", "waiting")]
        await step.passes(10 * MINUTE)  # from the first call on
        assert await office.states() == [("voice", "taken")]
        await step.passes(MINUTE)
        assert await office.states() == [("voice", "failed")]


async def test_what_was_taken_back_meanwhile_ends_as_superseded(office: Office) -> None:
    called = await office.page()
    async with office.db.transaction() as tx:
        assert await service.supersede(tx, TOPIC, (Purpose.PAGE,), "@bob has acknowledged") == 1
    assert await office.states() == [("voice", "taken"), ("ntfy", "superseded")]
    assert await office.report(called, Report(Word.FAILED, "voicemail", again_after=MINUTE))
    assert await office.states() == [("voice", "superseded"), ("ntfy", "superseded")]


async def answer_elsewhere(office: Office) -> None:
    async with office.db.transaction() as tx:
        await service.supersede(tx, TOPIC, (Purpose.PAGE,), "@bob has acknowledged")


async def test_a_phone_that_rings_is_hung_up_when_nobody_need_answer_any_more(office: Office) -> None:
    called = await office.page()
    await answer_elsewhere(office)
    await office.step.drain()
    assert office.airwaves.taken_back == [called]
    assert await office.armed() == ["delivery.silence"]
    assert await office.report(called, Report(Word.FAILED, "the call ended without a key press", again_after=MINUTE))
    assert await office.states() == [("voice", "superseded"), ("ntfy", "superseded")]
    assert await office.armed() == []


async def test_a_call_that_cannot_be_ended_rings_to_its_end_and_nothing_follows(office: Office) -> None:
    called = await office.page()
    office.airwaves.break_down("voice", FailureReason.TIMEOUT)
    await answer_elsewhere(office)
    await office.step.passes(MINUTE)
    assert office.airwaves.taken_back == [called]
    office.airwaves.mend_all()
    await office.step.passes(10 * MINUTE)
    assert await office.states() == [("voice", "superseded"), ("ntfy", "superseded")]
    assert await office.armed() == []


async def test_a_call_that_was_answered_for_while_it_was_asked_for_is_ended_as_soon_as_it_has_a_name(
    office: Office,
) -> None:
    office.airwaves.while_sending = partial(answer_elsewhere, office)
    called = await office.page()
    assert office.airwaves.taken_back == [called]


async def test_whoever_has_pressed_a_key_is_not_cut_short(office: Office) -> None:
    called = await office.page()
    await office.report(called, ARRIVED)
    await answer_elsewhere(office)
    await office.step.drain()
    assert office.airwaves.taken_back == []


async def test_a_chat_is_told_which_message_to_edit(office: Office) -> None:
    seen: list[str] = []
    office.airwaves.on_send = lambda outgoing: seen.append(outgoing.earlier_ref)
    office.airwaves.receipts["ntfy"] = Receipt(answer="ok", ref="M1")
    await office.report(await office.page(), Report(Word.FAILED, "voicemail", FailureReason.NO_ANSWER))
    office.airwaves.receipts["ntfy"] = Receipt(answer="ok", ref="M2")
    await office.page(Purpose.ACKNOWLEDGED)  # a phone does not ring for this
    await office.page(Purpose.RESOLVED)
    assert seen == ["", "", "M1", "M2"]


async def test_an_address_that_is_dead_is_called_no_more_and_its_owner_told(office: Office) -> None:
    called = await office.page()
    assert await office.report(called, GONE)
    (notice,) = await office.deliveries(f"user/{office.alice}")
    assert (notice.kind, str(notice.state)) == ("email", "sent")
    assert notice.message.title == "You cannot be reached by voice"
    assert "550 5.1.1 no such user" in notice.message.what
    assert await office.told(f"user/{office.alice}") == [
        "Nothing is sent to @alice by voice to +49…456 any more: 550 5.1.1 no such user."
    ]
    await office.page()
    assert [each.kind for each in await office.deliveries()][2:] == ["ntfy"]


async def test_whoever_answers_a_test_mends_the_way(office: Office) -> None:
    await office.report(await office.page(), GONE)
    async with office.db.transaction() as tx:
        alice = await find_user(tx.conn, office.alice)
        assert alice is not None
        voice = (await ways_of(tx.conn, alice)).contacts[0]
        assert (voice.kind, voice.broken_why) == ("voice", "550 5.1.1 no such user")
        sent = await send_test(tx, alice, voice.id, "@alice")
    await office.step.drain()
    async with office.db.transaction() as tx:
        await service.use_ack_token(tx, LINKS, LINKS.url_for(sent).rpartition("/")[2])
        voice = (await ways_of(tx.conn, alice)).contacts[0]
        assert (voice.broken_at, voice.proven_at) == (None, tx.now)


async def test_the_accounts_own_address_can_be_dead_too(office: Office) -> None:
    """And a refusal at the send says so at once."""
    office.airwaves.fail_with("email", SendFailed(FailureReason.REFUSED, "550 5.1.1 no such user", disables=True))
    async with office.db.transaction() as tx:
        by_mail = [NotificationRule(Urgency.HIGH, "email", timedelta(0))]
        await replace_contacts(tx, office.alice, [ContactDraft("voice", "+4930123456")], by_mail, None)
    await office.page()
    async with office.db.transaction() as tx:
        alice = await find_user(tx.conn, office.alice)
        assert alice is not None
        assert alice.email_broken_why == "550 5.1.1 no such user"
        account = (await ways_of(tx.conn, alice)).contacts[-1]
        assert (account.id, account.broken_why) == (None, "550 5.1.1 no such user")
        await replace_contacts(tx, office.alice, [], [], None)
        assert await service.list_reachable(tx.conn, [alice]) == frozenset()
    office.airwaves.mend("email")
    async with office.db.transaction() as tx:
        sent = await send_test(tx, alice, None, "@alice")
    await office.step.drain()
    async with office.db.transaction() as tx:
        await service.use_ack_token(tx, LINKS, LINKS.url_for(sent).rpartition("/")[2])
        mended = await find_user(tx.conn, office.alice)
        assert mended is not None
        assert mended.working_email == "alice@example.com"


async def test_who_cannot_be_told_at_all_is_named_to_the_administrators(dsn: str, clock: VirtualClock) -> None:
    airwaves = Airwaves()
    outbox = Outbox({kind: RecordingChannel(kind, airwaves) for kind in ("voice", "email")}, LINKS, Bulkheads())
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as reacting:
        async with reacting.transaction() as tx:
            alice = await upsert_user(tx, UserDraft("alice", None), managed_by=None, actor="tocsin")
            await replace_contacts(tx, alice.id, [ContactDraft("voice", "+4930123456")], [], None)
            await upsert_user(tx, UserDraft("ada", "ada@example.com", Role.ADMIN), managed_by=None, actor="tocsin")
        async with stepping(reacting, clock, (*outbox.kinds(), *JOBS)) as step:
            office = Office(reacting, step, alice.id, airwaves)
            await office.report(await office.page(), GONE)
    page, word = airwaves.unread
    assert (page.kind, word.kind, word.view.title) == ("voice", "email", "alice cannot be reached")
    assert "550 5.1.1 no such user" in word.view.what


async def test_a_mail_comes_back_long_after_it_was_taken(office: Office) -> None:
    office.airwaves.receipts.clear()
    called = await office.page()
    assert (await office.states())[0] == ("voice", "sent")
    await office.step.passes(2 * MINUTE)
    assert await office.report(called, GONE)
    assert await office.states() == [("voice", "failed"), ("ntfy", "sent")]
    first = (await office.deliveries())[0]
    assert (first.sent_at, first.taken_at is not None) == (None, True)
