"""What people choose by themselves: a telephone of one's own that is told once it is confirmed, and a quiet night."""

from datetime import time

from tests.support.world import World
from tocsin.accounts.service import get_user_by_name
from tocsin.delivery import confirming, contacts
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import ContactDraft, NotificationRule, QuietHours, Urgency
from tocsin.delivery.rules import AT_ONCE

NUMBER = ContactDraft("sms", "+4915111111111")
LINKS = ack_links(bytes(range(32)), "https://tocsin.example.com")


async def test_a_telephone_of_ones_own_is_told_once_it_is_confirmed(world: World) -> None:
    async with world.db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        added = await confirming.add_contact(tx, alice, NUMBER, "@alice")
    await world.passes(seconds=1)
    letter = world.phone("alice").receives("notice", by="sms")
    code = LINKS.code(letter.delivery.id)
    assert letter.view.title == f"{code} is your code for Tocsin"
    await world.declare("Checkout is down", severity="SEV-2", services=("checkout",))
    await world.passes(seconds=1)
    world.phone("alice").receives("page", by="email")
    world.nobody_else_is_paged()  # nothing but the code went to the telephone
    await confirming.verify(world.db, alice, added.id or 0, code, "@alice", LINKS)
    async with world.db.transaction() as tx:
        await contacts.replace_rules(tx, alice, [NotificationRule(Urgency.HIGH, "sms", AT_ONCE)], "@alice")
    await world.declare("Checkout is down again", severity="SEV-2", services=("checkout",))
    await world.passes(seconds=5)
    world.phone("alice").receives("page", by="sms", saying="down again")


async def test_what_can_wait_comes_once_in_the_morning(world: World) -> None:
    night = QuietHours(days=tuple(range(7)), begin=time(22), to=time(7), time_zone="UTC")
    async with world.db.transaction() as tx:
        await contacts.set_quiet_hours(tx, await get_user_by_name(tx.conn, "alice"), night, "@alice")
    await world.declare("A report is late", severity="SEV-3", urgency=Urgency.LOW, services=("checkout",))
    await world.passes(hours=3, minutes=59)
    world.nobody_else_is_paged()
    said = await world.says("is held until")
    assert said.sentence == (
        "Page to @alice by email is held until 07:00:00 UTC: low urgency, and quiet hours until 07:00 UTC."
    )
    await world.passes(minutes=1, seconds=1)
    world.phone("alice").receives("page", by="email")
    world.nobody_else_is_paged()


async def test_what_is_resolved_in_the_night_wakes_nobody_in_the_morning(world: World) -> None:
    night = QuietHours(days=tuple(range(7)), begin=time(22), to=time(7), time_zone="UTC")
    async with world.db.transaction() as tx:
        await contacts.set_quiet_hours(tx, await get_user_by_name(tx.conn, "alice"), night, "@alice")
    await world.declare("A report is late", severity="SEV-3", urgency=Urgency.LOW, services=("checkout",))
    await world.resolve("bob", reason="It came.")
    await world.passes(hours=5)
    world.nobody_else_is_paged()
