"""Many alerts of one cause: one incident, few messages, the number swallowed is shown (ALR-6, PAG-10)."""

import asyncio
from datetime import datetime, timedelta

from msgspec.structs import replace

from tests.support.world import World
from tocsin.alerts.jobs import JOBS
from tocsin.alerts.model import Says, Signal, identity_of
from tocsin.worker import Worker

BURNING = {"job": "checkout", "severity": "critical"}


async def test_a_storm_of_one_cause_is_one_incident_and_one_page(world: World) -> None:
    for batch in range(5):
        for instance in range(20):
            said = {**BURNING, "instance": f"{batch}-{instance}"}
            await world.signal(Says.FIRING, "HighErrorRate", starts_at=world.clock.now(), **said)
        await world.worker.drain()
    world.phone("alice").receives("page")
    world.nobody_else_is_paged()
    incident = await world.see()
    assert incident.alerts == 100
    await world.says("(100 in all)")


def burning(instances: range, starts_at: datetime) -> list[Signal]:
    """One request of a storm: a signal for each instance, all with one cause."""
    said = [{"alertname": "HighErrorRate", **BURNING, "instance": str(number)} for number in instances]
    return [
        Signal(
            identity=identity_of(labels),
            says=Says.FIRING,
            labels=labels,
            title="HighErrorRate",
            severity_hint="critical",
            group_hint="HighErrorRate",
            starts_at=starts_at,
        )
        for labels in said
    ]


async def test_sixty_four_thousand_alerts_of_one_cause_are_one_incident_and_at_most_three_messages_a_person(
    world: World,
) -> None:
    """64 requests of 1 000 alerts over five minutes, taken by somebody after the first; beside them another alert."""
    begun = world.clock.now()
    for minute in range(4):
        for request in range(minute * 16, minute * 16 + 16):
            await world.receive(burning(range(request * 1000, request * 1000 + 1000), begun))
        if minute == 2:
            await world.signal(Says.FIRING, "DatabaseDown", starts_at=world.clock.now(), **BURNING)
        await world.worker.drain()
        if minute == 0:
            await world.acknowledge("alice")
        await world.passes(minutes=1)
    messages = world.airwaves.unread[:]
    world.phone("alice").receives("page", saying="HighErrorRate")
    world.phone("alice").receives("info", saying="more alerts joined")
    world.phone("alice").receives("page", saying="DatabaseDown")
    world.nobody_else_is_paged()
    assert len(messages) == 3
    assert await world.rows("select count(*) from incident") == [(2,)]
    assert (await world.see()).alerts == 64_000
    assert "64000 are in it: they called nobody anew" in (await world.explain()).now


async def test_an_urgent_alert_passes_a_storm_that_waits_to_be_grouped(world: World) -> None:
    for request in range(20):
        storm = burning(range(request * 10, request * 10 + 10), world.clock.now())
        await world.receive([replace(signal, severity_hint="warning") for signal in storm])
    await world.signal(Says.FIRING, "DatabaseDown", starts_at=world.clock.now(), **BURNING)
    order = await world.rows(
        "select a.title from job j join alert a on a.id = (j.payload -> 'alert_ids' ->> 0)::bigint "
        "where j.kind = 'alerts.group' order by j.prio, j.run_at, j.id limit 1"
    )
    assert order == [("DatabaseDown",)]
    await world.passes(seconds=4)
    for _ in range(2):
        world.phone("alice").receives("page")


async def test_an_unrelated_alert_in_a_storm_pages_for_itself(world: World) -> None:
    for instance in range(50):
        said = {**BURNING, "instance": str(instance)}
        await world.signal(Says.FIRING, "HighErrorRate", starts_at=world.clock.now(), **said)
    await world.signal(Says.FIRING, "DatabaseDown", starts_at=world.clock.now(), **BURNING)
    await world.worker.drain()
    await world.passes(seconds=4)
    refs = {world.phone("alice").receives("page").view.incident_ref for _ in range(2)}
    assert refs == {"INC-1", "INC-2"}


async def test_whoever_has_taken_it_hears_of_further_alerts_now_and_then(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    for instance in range(10):
        await world.alert("HighErrorRate", **BURNING, instance=str(instance))
    world.phone("alice").receives("info", saying="1 more alert joined (2 in all)")
    world.nobody_else_is_paged()
    world.clock.advance(timedelta(minutes=6))
    await world.alert("HighErrorRate", **BURNING, instance="late")
    world.phone("alice").receives("info", saying="(12 in all)")


async def test_an_incident_is_clear_when_its_last_alert_is(world: World) -> None:
    await world.alert("Slow", job="checkout", instance="a")
    await world.alert("Slow", job="checkout", instance="b")
    world.phone("alice").receives("page")
    await world.clears("Slow", job="checkout", instance="a")
    assert (await world.see()).status == "triggered"
    await world.clears("Slow", job="checkout", instance="b")
    assert (await world.see()).status == "monitoring"


async def test_an_alert_without_a_name_pages_too(world: World) -> None:
    begun = world.clock.now()
    labels = {"alertname": " ", "job": "checkout"}
    nameless = Signal(identity=identity_of(labels), says=Says.FIRING, labels=labels, title="", starts_at=begun)
    await world.receive([nameless])
    await world.worker.drain()
    world.phone("alice").receives("page", saying="An alert without a name")


async def test_one_alert_that_cannot_be_grouped_keeps_no_other_from_its_page(world: World) -> None:
    names = ("A", "B", "Poison", "C", "D")
    signals = [
        Signal(
            identity=identity_of({"alertname": name, **BURNING}),
            says=Says.FIRING,
            labels={"alertname": name, **BURNING},
            title=name,
            group_hint=name,
            starts_at=world.clock.now(),
        )
        for name in names
    ]
    await world.receive(signals)
    async with world.db.connection() as conn:
        await conn.execute("alter table incident add constraint of_this_test check (title <> 'Poison')")
    worker = Worker(world.db, JOBS, patience=timedelta(seconds=1))
    running = asyncio.create_task(worker.run())
    for _ in range(400):
        world.clock.advance(timedelta(seconds=1))
        await asyncio.sleep(0.05)
        if await world.rows("select from incident having count(*) = %s", len(names) - 1):
            break
    worker.stop()
    await running
    left = await world.rows("select payload -> 'alert_ids' from job where kind = 'alerts.group'")
    poison = await world.rows("select jsonb_build_array(id) from alert where title = 'Poison'")
    assert left == poison
