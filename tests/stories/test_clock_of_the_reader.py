"""On whose clock a message is: the reader's own, else the organisation's; what no person reads is on the latter."""

from datetime import timedelta

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.accounts.service import get_user_by_name
from tocsin.delivery import contacts
from tocsin.delivery.model import NotificationRule, Urgency

BERLIN = (
    ORGANISATION.replace("{name: Example, time_zone: UTC", "{name: Example, time_zone: Europe/Berlin", 1)
    .replace("{name: bob, email: bob@example.com}", "{name: bob, email: bob@example.com, time_zone: America/New_York}")
    .replace('notify: ["schedule:primary"]', 'notify: ["schedule:primary", "user:bob", "chat:ops"]', 1)
    .replace(
        "schedules:\n", 'chats:\n  - {name: ops, discord: "https://discord.com/api/webhooks/1/ops"}\nschedules:\n', 1
    )
)


async def test_everybody_reads_the_clock_that_they_live_by(world: World) -> None:
    await world.configure(BERLIN)
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    for name, zone, clock in (
        ("alice", "Europe/Berlin", "04:05 CET"),
        ("bob", "America/New_York", "22:05 EST"),
    ):
        view = world.phone(name).receives("page").view
        assert (view.time_zone, view.lines[-1].value) == (zone, f"the next step is called at {clock}")
    (posted,) = world.airwaves.unread
    world.airwaves.unread.clear()
    assert (posted.kind, posted.view.time_zone) == ("discord", "Europe/Berlin")
    assert posted.view.lines[-1].value == "the next step is called at 04:05 CET"


async def test_a_warning_about_ones_contacts_is_on_that_clock_too(world: World) -> None:
    await world.configure(BERLIN)
    for name, clock in (("alice", "04:00 CET"), ("bob", "22:00 EST")):
        async with world.db.transaction() as tx:
            user = await get_user_by_name(tx.conn, name)
            rules = [NotificationRule(Urgency.HIGH, "email", timedelta(minutes=1))]
            await contacts.replace_rules(tx, user, rules, f"@{name}")
        await world.passes(seconds=0)
        told = world.phone(name).receives("notice", saying="your notification rules were changed").view
        assert f"@{name} did this at " in told.what
        assert clock in told.what
