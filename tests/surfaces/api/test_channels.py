"""GET /channels: who may not, then what is configured and what the peers have answered."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from tests.surfaces.api.callers import Api, problem
from tocsin.accounts.service import get_user_by_name
from tocsin.config.plan import unconfigured_channels
from tocsin.delivery import attempt_store, service
from tocsin.delivery.bulkheads import TRIPS_AT
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.model import ContactDraft, MessageView, Notification, NotificationRule, Purpose, Urgency
from tocsin.integrations.channels.registry import KINDS
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.questions import ask_one
from tocsin.settings import Settings
from tocsin.surfaces.wire.channels import channel_list

HOOK = "hooks.example.com:443"


async def request_delivery(api: Api) -> UUID:
    async with api.db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        drafts = [ContactDraft("webhook", "https://hooks.example.com/alice")]
        await replace_contacts(tx, alice.id, drafts, [NotificationRule(Urgency.HIGH, "webhook", timedelta(0))], None)
        message = MessageView(title="x")
        asked = Notification(user_id=alice.id, topic="incident/1", purpose=Purpose.PAGE, message=message)
        return (await service.notify(tx, asked))[0]


async def fail_once(api: Api, sent: UUID, reason: FailureReason = FailureReason.TIMEOUT) -> None:
    async with api.db.connection() as conn:
        now = api.db.clock.now()
        await attempt_store.begin_attempt(conn, sent, HOOK, now)
        await attempt_store.end_attempt_failed(conn, sent, reason, "no answer within 5 s", now)


async def webhook(api: Api) -> dict[str, object]:
    (found,) = [each for each in (await api.vera.get("/channels")).json()["channels"] if each["kind"] == "webhook"]
    return found["endpoints"][0]


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.get("/channels"), 401)


async def test_every_kind_with_what_it_lacks(api: Api) -> None:
    found = (await api.vera.get("/channels")).json()["channels"]
    assert [(each["kind"], each["endpoints"]) for each in found] == [(kind, []) for kind in KINDS]
    assert {"email", "webhook", "ntfy", "slack"} <= {each["kind"] for each in found if each["missing"] is None}
    lacking = channel_list(KINDS, unconfigured_channels(Settings(data_dir=Path("/nowhere"))), [])
    assert "TOCSIN_SMTP_URL" in (lacking.channels[0].missing or "")


async def test_a_peer_that_does_not_answer_is_held_back_until_it_does(api: Api) -> None:
    sent = await request_delivery(api)
    await fail_once(api, sent)
    seen = await webhook(api)
    assert (seen["endpoint"], seen["circuit"], seen["failures"]) == (HOOK, "failing", 1)
    for _ in range(TRIPS_AT - 1):
        await fail_once(api, sent)
    seen = await webhook(api)
    assert (seen["circuit"], seen["last_failure"], seen["last_answer_at"]) == ("open", "no answer within 5 s", None)
    assert seen["since"] is not None
    async with api.db.connection() as conn:
        await attempt_store.begin_attempt(conn, sent, HOOK, api.db.clock.now())
        await ask_one(conn, attempt_store.sent(sent, "HTTP 200", "", api.db.clock.now()))
    seen = await webhook(api)
    assert (seen["circuit"], seen["failures"], seen["since"]) == ("closed", 0, None)
    assert seen["last_failure"] == "no answer within 5 s"


async def test_a_refusal_is_an_answer(api: Api) -> None:
    sent = await request_delivery(api)
    for _ in range(TRIPS_AT):
        await fail_once(api, sent, FailureReason.REFUSED)
    seen = await webhook(api)
    assert (seen["circuit"], seen["failures"]) == ("closed", 0)
