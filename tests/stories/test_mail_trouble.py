"""Mail that does not arrive: the server is down, the mail comes back, the address is dead; and the way back."""

from uuid import UUID

from tests.channels.test_bounces import GONE, block, notice
from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.accounts.service import get_user_by_name
from tocsin.delivery import contacts
from tocsin.delivery.reports import record_report
from tocsin.integrations.channels.email.bounces import report_of
from tocsin.kernel.outbound import FailureReason, SendFailed

BY_TEXT = """
    contacts: [{email: dave@example.com}, {sms: "+49 151 12345678"}]
    notify: {high: [{email: 0m}, {sms: 3m}], low: [{email: 0m}]}
"""
SLOW = {"job": "search", "severity": "critical"}


async def dave_has_a_telephone(world: World) -> None:
    given = ORGANISATION[: ORGANISATION.index("    contacts: [{email: dave")] + BY_TEXT.lstrip("\n")
    await world.configure(given + ORGANISATION[ORGANISATION.index("teams:\n") :])
    world.phone("dave").receives("notice", by="email", saying="sms +49…678 was added")


async def comes_back(world: World, delivery_id: UUID) -> None:
    """What the mail server of the receiver writes to the return path."""
    report = report_of(notice(block("failed", "5.1.1", GONE, "dave@example.com")), "dave@example.com")
    assert report is not None
    async with world.db.transaction() as tx:
        await record_report(tx, delivery_id, report)
    await world.passes(seconds=0)


async def test_a_mail_server_that_is_down_is_no_reason_to_wait(world: World) -> None:
    await dave_has_a_telephone(world)
    begun = world.clock.now()
    world.airwaves.break_down("email", FailureReason.UNREACHABLE)
    await world.alert("SlowSearch", **SLOW)
    assert world.phone("dave").receives("page", by="sms").at == begun
    world.nobody_else_is_paged()
    world.airwaves.mend("email")
    await world.passes(minutes=2)
    world.phone("dave").receives("page", by="email")
    (call,) = (await world.explain()).calls
    assert [(send.kind, send.state) for send in call.sends] == [("email", "sent"), ("sms", "sent")]


async def test_an_address_that_is_dead_is_left_out_until_its_owner_answers_by_it(world: World) -> None:
    await dave_has_a_telephone(world)
    await world.alert("SlowSearch", **SLOW)
    mail = world.phone("dave").receives("page", by="email")
    await world.passes(seconds=40)
    await comes_back(world, mail.delivery.id)
    world.phone("dave").receives("page", by="sms")
    await world.passes(seconds=30)
    assert GONE in world.phone("dave").receives("notice", by="sms").view.what
    await world.says(f"Page to @dave by email did not arrive: it came back: {GONE}.")
    (call,) = (await world.explain()).calls
    assert [(send.kind, send.state) for send in call.sends] == [("email", "failed"), ("sms", "sent")]
    await world.acknowledge("dave")
    await world.resolve("dave", reason="it was the index")
    world.airwaves.unread.clear()

    async with world.db.transaction() as tx:
        dave = await get_user_by_name(tx.conn, "dave")
        (mailed, _) = (await contacts.ways_of(tx.conn, dave)).contacts
        assert mailed.broken_why == f"it came back: {GONE}"
        await contacts.send_test(tx, dave, mailed.id, "@dave")
    await world.passes(minutes=1)
    await world.follows_link(world.phone("dave").receives("test", by="email"))
    async with world.db.connection() as conn:
        assert (await contacts.ways_of(conn, dave)).contacts[0].broken_at is None


async def test_a_server_that_refuses_the_address_says_the_same_at_once(world: World) -> None:
    await dave_has_a_telephone(world)
    begun = world.clock.now()
    world.airwaves.fail_with("email", SendFailed(FailureReason.REFUSED, GONE, disables=True))
    await world.alert("SlowSearch", **SLOW)
    assert world.phone("dave").receives("page", by="sms").at == begun
    await world.passes(seconds=30)
    assert world.phone("dave").receives("notice", by="sms").view.title == "You cannot be reached by email"
    world.nobody_else_is_paged()
