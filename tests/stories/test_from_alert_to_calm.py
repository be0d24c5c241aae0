"""The main story: an alert wakes the right person, nobody answers, the next one is called at their minute, somebody
takes it, everything is silent, it is over, people are told.
"""

from datetime import timedelta

from tests.support.world import World
from tocsin.alerts import groups
from tocsin.alerts.model import Says
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Status

BURNING = {"job": "checkout", "severity": "critical"}


async def test_the_person_on_call_is_paged_at_once(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    message = world.phone("alice").receives("page", saying="HighErrorRate")
    assert (message.view.incident_ref, message.view.severity) == ("INC-1", "SEV-2")
    assert message.view.since == world.clock.now()
    assert message.view.why_you.startswith("Step 1 of 2: on call in primary (layer week)")
    assert message.delivery.message.url == "https://tocsin.example.com/incidents/INC-1"
    world.nobody_else_is_paged()
    incident = await world.see()
    assert (incident.status, incident.services, incident.alerts) == (Status.TRIGGERED, ("checkout",), 1)


async def test_an_unanswered_page_climbs_at_its_minute(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=4, seconds=59)
    world.nobody_else_is_paged()
    await world.passes(seconds=1)
    others = world.phone("bob").receives("page").view.lines
    assert any((line.label, line.value) == ("Also paged", "carol") for line in others)
    world.phone("carol").receives("page")
    await world.says("Escalation goes on with step 2 of 2: nobody acknowledged within 5 minutes.")


async def test_from_alert_to_calm(world: World) -> None:
    begun = world.clock.now()
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    page = world.phone("bob").receives("page")
    world.phone("carol").receives("page")

    await world.passes(minutes=2)
    await world.follows_link(page)
    world.phone("alice").receives("acknowledged", saying="@bob has acknowledged INC-1")
    world.phone("carol").receives("acknowledged")
    incident = await world.see()
    assert (incident.status, incident.acknowledged_by) == (Status.ACKNOWLEDGED, "@bob")
    assert incident.acknowledged_at == begun + timedelta(minutes=7)
    await world.says("@bob has answered, 7 minutes after the first page")

    for _ in range(5):
        await world.works("bob")
        await world.passes(minutes=24)
    world.nobody_else_is_paged()

    await world.clears("HighErrorRate", **BURNING)
    for name in ("alice", "bob", "carol"):
        world.phone(name).receives("info", saying="The last alert has cleared")
    assert (await world.see()).status is Status.MONITORING

    await world.resolve("bob", reason="Rolled back v17")
    for name in ("alice", "bob", "carol"):
        over = world.phone(name).receives("resolved", saying="Resolved by @bob. Rolled back v17.")
        assert "Duration: 2 h 07 min" in over.view.what
    await world.passes(hours=24)
    world.phone("bob").receives("notice", saying="nobody has drafted its postmortem")
    world.nobody_else_is_paged()


async def test_an_untouched_minor_incident_ends_itself_after_its_stability_window(world: World) -> None:
    await world.alert("Slow", job="checkout")
    world.phone("alice").receives("page")
    await world.passes(minutes=2)
    await world.clears("Slow", job="checkout")
    assert (await world.see()).status is Status.MONITORING
    await world.passes(minutes=14, seconds=59)
    world.nobody_else_is_paged()
    await world.passes(seconds=1)
    world.phone("alice").receives("resolved", saying="Resolved by itself. Nothing has fired since 03:02 UTC")
    incident = await world.see()
    assert (incident.status, incident.acknowledged_at) == (Status.RESOLVED, None)


async def test_an_unanswered_top_level_goes_on_climbing_after_its_alerts_have_cleared(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=2)
    await world.clears("HighErrorRate", **BURNING)
    world.phone("alice").receives("info", saying="A SEV-2 is ended by a person")
    await world.passes(minutes=3)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.acknowledge("bob")
    world.phone("alice").receives("acknowledged")
    world.phone("carol").receives("acknowledged")
    assert (await world.see()).status is Status.MONITORING


async def test_a_relapse_pages_again_whoever_had_taken_it(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.clears("HighErrorRate", **BURNING)
    world.phone("alice").receives("info")
    await world.passes(minutes=10)
    await world.alert("HighErrorRate", **BURNING)
    again = world.phone("alice").receives("page", saying="Relapse, it fires again: HighErrorRate.")
    assert again.view.can_acknowledge
    assert (await world.see()).status is Status.INVESTIGATING
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.acknowledge("bob")
    world.phone("alice").receives("acknowledged")
    world.phone("carol").receives("acknowledged")


async def test_a_relapse_calls_off_the_end_that_was_under_way(world: World) -> None:
    await world.alert("Slow", job="checkout")
    world.phone("alice").receives("page")
    await world.clears("Slow", job="checkout")
    await world.passes(minutes=14)
    await world.alert("Slow", job="checkout")
    world.phone("alice").receives("page", saying="Relapse")
    await world.passes(minutes=4)
    assert (await world.see()).status is Status.INVESTIGATING


async def test_a_group_that_fires_again_in_its_window_reopens_what_was_resolved(world: World) -> None:
    await world.alert("Slow", job="checkout")
    world.phone("alice").receives("page")
    await world.passes(minutes=1)
    await world.resolve("alice", reason="restarted")
    world.phone("alice").receives("resolved")
    await world.alert("Slow", job="checkout", instance="b")
    world.phone("alice").receives("page", saying="Reopened: it fires again: Slow.")
    assert (await world.see()).status is Status.INVESTIGATING


async def test_resolving_what_still_fires_is_said(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.resolve("alice", reason="looks fine to me")
    world.phone("alice").receives("resolved")
    await world.says("It is being resolved while alerts still fire")


async def test_after_its_window_a_new_alert_is_a_new_incident(world: World) -> None:
    await world.alert("Slow", job="checkout")
    world.phone("alice").receives("page")
    await world.passes(minutes=4)
    await world.resolve("alice", reason="restarted")
    world.phone("alice").receives("resolved")
    await world.passes(hours=3)
    await world.alert("Slow", job="checkout", instance="b")
    assert world.phone("alice").receives("page").view.incident_ref == "INC-2"
    assert (await world.see("INC-1")).status is Status.RESOLVED


async def test_a_person_declares_in_one_line(world: World) -> None:
    await world.declare("Customers cannot pay", by="carol", severity="SEV-1", services=("checkout",))
    message = world.phone("alice").receives("page", saying="Customers cannot pay")
    assert message.view.severity == "SEV-1"
    await world.says("INC-1 declared at SEV-1: Customers cannot pay. Service checkout.")
    await world.resolve("alice", reason="false alarm")
    world.phone("alice").receives("resolved")


async def test_without_a_service_there_is_no_ladder_and_the_administrators_are_told(world: World) -> None:
    await world.declare("The office is on fire")
    world.phone("root").receives("page", saying="The office is on fire")
    await world.says("No escalation policy is known for this incident")
    await world.says("The severity is not set")
    await world.resolve("root")
    world.phone("root").receives("resolved")


async def test_an_alert_without_a_level_is_graded_by_its_facts(world: World) -> None:
    await world.alert("ManyAffected", job="graded", severity="critical")
    assert world.phone("alice").receives("page").view.severity == "SEV-2"
    await world.says("SEV-2: users affected")


async def test_taken_in_the_tool_that_sent_it_is_taken_here(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledged_at_source("HighErrorRate", "sam", **BURNING)
    assert (await world.see()).status is Status.ACKNOWLEDGED
    world.phone("alice").receives("acknowledged", saying="sam")
    await world.passes(minutes=29)


async def test_what_a_person_reopens_still_calms_down_with_its_alerts(world: World) -> None:
    begun = world.clock.now()
    await world.alert("Slow", job="checkout")
    world.phone("alice").receives("page")
    await world.resolve("alice")
    world.phone("alice").receives("resolved")
    await world.reopen("alice", "too early")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    world.clock.set(begun + timedelta(days=2))  # long after the window of its group
    await world.alert("Slow", job="checkout", instance="b")
    world.phone("alice").receives("page", saying="nobody has acted on it for 30 minutes")
    world.phone("alice").receives("info", saying="1 more alert joined (2 in all)")
    await world.clears("Slow", job="checkout")
    await world.clears("Slow", job="checkout", instance="b")
    world.phone("alice").receives("info", saying="has cleared; monitoring")
    assert (await world.see()).status is Status.MONITORING


async def test_alerts_that_are_faster_than_the_closing_of_their_group_calm_down_too(world: World) -> None:
    await world.alert("Slow", job="checkout")
    world.phone("alice").receives("page")
    incident = await world.see()
    async with world.db.transaction() as tx:
        await incidents.resolve(tx, incident.id, "@alice")
    await world.signal(Says.FIRING, "Slow", starts_at=world.clock.now(), job="checkout", instance="b")
    new = await world.rows("select id from alert where group_id is null")
    async with world.db.transaction() as tx:
        await groups.group_alerts(tx, [row[0] for row in new])
    await world.worker.drain()
    world.phone("alice").receives("resolved")
    world.phone("alice").receives("page")
    assert await world.rows("select closed_at from alert_group") == [(None,)]
    await world.clears("Slow", job="checkout")
    await world.clears("Slow", job="checkout", instance="b")
    assert (await world.see()).status is Status.MONITORING
