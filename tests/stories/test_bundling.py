"""Many things at once: a person is called once for what comes together, and told all of it (PAG-9)."""

from datetime import timedelta

from tests.support.channels import Received
from tests.support.world import World
from tocsin.auditor import store as auditor
from tocsin.kernel.outbound import FailureReason


async def troubles(world: World, first: int, last: int, severity: str = "SEV-3") -> None:
    """Incidents on one service, declared at this moment."""
    for n in range(first, last + 1):
        await world.declare(f"Trouble {n}", severity=severity, services=("checkout",))


def named(message: Received) -> set[str]:
    return {line.label for line in message.view.lines}


async def unfinished(world: World) -> list[tuple[str, str]]:
    """Of the first step: deliveries that have not ended, by incident."""
    return await world.rows(
        "select message ->> 'incident_ref', state from delivery where state in ('waiting', 'sending') order by 1"
    )


async def test_what_comes_within_seconds_comes_in_one_message_that_names_it_all(world: World) -> None:
    await troubles(world, 1, 4)
    first = world.phone("alice").receives("page", saying="Trouble 1")
    world.nobody_else_is_paged()
    held = await world.says("Page to @alice by email is held until 03:00:04 UTC: bundled with", "INC-2")
    assert held.kind == "DeliveryHeld"
    (call,) = (await world.explain("INC-2")).calls
    assert call.sends[0].detail.startswith("held: bundled with what else comes until then")
    await world.passes(seconds=4)
    together = world.phone("alice").receives("page", saying="3 messages in one: 3 pages")
    assert together.at - first.at == timedelta(seconds=4)
    assert named(together) == {"INC-2", "INC-3", "INC-4"}
    assert all(f"https://tocsin.example.com/incidents/{line.label}" in line.value for line in together.view.lines)
    assert together.delivery.ack_url is None
    await world.says("Page to @alice by email sent in one message with", "INC-3")
    assert await unfinished(world) == []


async def test_a_page_that_wakes_is_not_held_by_one_that_does_not(world: World) -> None:
    await troubles(world, 1, 1)
    world.phone("alice").receives("page", saying="Trouble 1")
    await world.resolve("root")
    world.phone("alice").receives("resolved")
    await troubles(world, 2, 2)
    assert world.phone("alice").receives("page", saying="Trouble 2").at == world.clock.now()


async def test_two_messages_about_one_incident_are_not_held(world: World) -> None:
    await troubles(world, 1, 1)
    world.phone("alice").receives("page")
    await world.resolve("root")
    world.phone("alice").receives("resolved")


async def test_a_first_page_of_the_worst_level_waits_for_nothing(world: World) -> None:
    await troubles(world, 1, 2)
    await troubles(world, 3, 14, severity="SEV-1")
    pages = [world.phone("alice").receives("page", saying=f"Trouble {n}") for n in (1, *range(3, 15))]
    assert {page.at for page in pages} == {world.clock.now()}
    await world.passes(minutes=10)
    world.airwaves.unread.clear()


async def test_after_ten_messages_in_ten_minutes_a_digest_comes_when_the_first_is_ten_minutes_old(world: World) -> None:
    await world.rows("update app_user set disabled_at = now() where name in ('bob', 'carol') returning name")
    began = world.clock.now()
    for n in range(1, 15):
        await troubles(world, n, n)
        await world.passes(seconds=11)
    for n in range(1, 11):
        world.phone("alice").receives("page", saying=f"Trouble {n}")
    world.nobody_else_is_paged()
    await world.says("bundled with what else comes until then, after 10 messages in 10 minutes", "INC-11")
    await world.passes(seconds=(began + timedelta(minutes=10) - world.clock.now()).total_seconds())
    digest = next(message for message in world.airwaves.unread if "4 messages in one" in message.view.title)
    assert named(digest) >= {"INC-11", "INC-12", "INC-13", "INC-14"}
    world.airwaves.unread.clear()


async def test_what_is_resolved_while_it_is_held_is_not_paged(world: World) -> None:
    await troubles(world, 1, 4)
    world.phone("alice").receives("page", saying="Trouble 1")
    await world.resolve("root", "INC-2")
    await world.passes(seconds=4)
    assert named(world.phone("alice").receives("page", saying="2 messages in one")) == {"INC-3", "INC-4"}


async def test_when_the_one_message_fails_the_next_step_of_each_is_called(world: World) -> None:
    await troubles(world, 1, 3)
    world.phone("alice").receives("page", saying="Trouble 1")
    world.airwaves.break_down("email", FailureReason.REJECTED)
    await world.passes(seconds=4)
    for ref in ("INC-2", "INC-3"):
        await world.says("alice could not be reached", ref)
        await world.says("Escalation goes on with step 2", ref)
    world.airwaves.mend_all()


async def test_when_the_one_message_gets_no_answer_the_next_way_of_each_is_used_at_once(world: World) -> None:
    for n in range(1, 4):
        await world.declare(f"Trouble {n}", severity="SEV-3", services=("search",))
    world.phone("dave").receives("page", by="email", saying="Trouble 1")
    world.airwaves.break_down("email", FailureReason.TIMEOUT)
    await world.passes(seconds=4)
    for ref in ("INC-2", "INC-3"):
        await world.says("Page to @dave by email did not go through yet", ref)
    await world.passes(seconds=4)
    by_webhook = [world.phone("dave").receives("page", by="webhook") for _ in range(2)]
    assert {page.view.incident_ref for page in by_webhook} == {"INC-2", "INC-3"}
    world.airwaves.mend_all()
    await world.passes(minutes=2)
    world.airwaves.unread.clear()


async def test_what_travelled_with_a_message_that_is_not_wanted_any_more_goes_by_itself(world: World) -> None:
    await troubles(world, 1, 3)
    world.phone("alice").receives("page", saying="Trouble 1")
    world.airwaves.break_down("email", FailureReason.TIMEOUT)
    await world.passes(seconds=4)
    ((leader,),) = await world.rows(
        "select message ->> 'incident_ref' from delivery where id in (select carried_by from delivery)"
    )
    world.airwaves.mend_all()
    async with world.db.connection() as conn:
        assert await auditor.count_unsent(conn) == 0
    await world.acknowledge("root", leader)
    other = {"INC-2": "Trouble 3", "INC-3": "Trouble 2"}[leader]
    world.phone("alice").receives("page", saying=other)
    await world.passes(seconds=10)
    world.airwaves.unread.clear()
