"""What people choose by themselves: a telephone of one's own that is told once it is confirmed, and a quiet night."""

from datetime import time

from tests.support.world import World
from tocsin.accounts.service import get_user_by_name
from tocsin.delivery import confirming, contacts, proofs, service
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import ContactDraft, NotificationRule, QuietHours, Urgency
from tocsin.delivery.rules import AT_ONCE

NUMBER = ContactDraft("sms", "+4915111111111")
LINKS = ack_links(bytes(range(32)), "https://tocsin.example.com")


async def test_a_telephone_of_ones_own_is_told_once_it_is_confirmed(world: World) -> None:
    async with world.db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        added = await confirming.add_contact(tx, alice, NUMBER, "@alice", client="203.0.113.7")
    await world.passes(seconds=1)
    warning = world.phone("alice").receives("notice", by="email", saying="sms +49…111 was added")
    assert "@alice did this at 03:00 UTC, from 203.0.113.7. Nothing is sent to it before" in warning.view.what
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


async def rests(world: World, night: QuietHours | None) -> None:
    async with world.db.transaction() as tx:
        await contacts.set_quiet_hours(tx, await get_user_by_name(tx.conn, "alice"), night, "@alice")
    await world.passes(seconds=0)
    world.phone("alice").receives("notice", by="email", saying="your quiet hours were")


async def test_a_stolen_session_leads_no_page_away_in_silence(world: World) -> None:
    night = QuietHours(days=tuple(range(7)), begin=time(22), to=time(12), time_zone="UTC")
    await rests(world, night)
    async with world.db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        added = await confirming.add_contact(tx, alice, NUMBER, "@alice", client="203.0.113.7")
    await world.passes(seconds=1)
    world.phone("alice").receives("notice", by="email", saying="sms +49…111 was added")
    code = LINKS.code(world.phone("alice").receives("notice", by="sms").delivery.id)
    await confirming.verify(world.db, alice, added.id or 0, code, "@alice", LINKS, client="203.0.113.7")
    await world.passes(seconds=1)
    warning = world.phone("alice").receives("notice", by="email", saying="sms +49…111 was confirmed")
    assert warning.view.what == (
        "@alice did this at 03:00 UTC, from 203.0.113.7. You are told by it from now on. Nothing to do if that was "
        "you, or somebody whom you asked. If not: end the sessions that are not yours (https://tocsin.example.com/me), "
        "take it back on My notifications, and tell an administrator at once."
    )
    async with world.db.transaction() as tx:
        await contacts.replace_rules(tx, alice, [NotificationRule(Urgency.HIGH, "sms", AT_ONCE)], "@alice")
    await world.passes(seconds=1)
    world.phone("alice").receives("notice", by="email", saying="High urgency: sms at once")
    world.phone("alice").receives("notice", by="sms", saying="your notification rules were changed")
    async with world.db.transaction() as tx:
        await contacts.replace_rules(tx, alice, [], "@alice")
        answered = await service.find(tx.conn, warning.delivery.id)
        assert answered is not None
        await proofs.note_answered(tx, answered)
        await contacts.remove_contact(tx, alice, added.id, "@alice")
    await world.passes(seconds=1)
    world.phone("alice").receives("notice", by="email", saying="as without rules")
    world.phone("alice").receives("notice", by="sms", saying="as without rules")
    world.phone("alice").receives("notice", by="email", saying="sms +49…111 was removed")
    world.nobody_else_is_paged()


async def test_what_can_wait_comes_once_in_the_morning(world: World) -> None:
    night = QuietHours(days=tuple(range(7)), begin=time(22), to=time(7), time_zone="UTC")
    await rests(world, night)
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
    await rests(world, night)
    await world.declare("A report is late", severity="SEV-3", urgency=Urgency.LOW, services=("checkout",))
    await world.resolve("bob", reason="It came.")
    await world.passes(hours=5)
    world.nobody_else_is_paged()
