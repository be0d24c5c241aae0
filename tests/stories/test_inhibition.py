"""A cause that has called somebody mutes its effects: by rule, and along what the services depend on (ALR-7)."""

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.alerts.model import Says, Signal, identity_of

LAYERED = ORGANISATION.replace(
    "  - {name: checkout, team: payments, escalation_policy: payments}\n",
    "  - {name: checkout, team: payments, escalation_policy: payments, depends_on: [ledger]}\n"
    "  - {name: ledger, team: payments, escalation_policy: payments, depends_on: [db]}\n"
    "  - {name: db, team: payments, escalation_policy: payments}\n",
).replace(
    "default_route:",
    """  - {match: ['job="db"'], service: db, severity: SEV-2}
  - {match: ['job="db-minor"'], service: db, severity: SEV-4, urgency: low}
default_route:""",
)
GRAVE = {"severity": "critical"}


@pytest.fixture
async def layered(world: World) -> World:
    await world.configure(LAYERED)
    return world


async def why_muted(world: World) -> list[str]:
    return [row[0] for row in await world.rows("select muted_reason from alert where muted_reason is not null")]


async def test_a_cause_on_what_it_depends_on_mutes_an_effect_until_the_cause_ends(layered: World) -> None:
    world = layered
    await world.alert("DiskFull", job="db", **GRAVE)
    world.phone("alice").receives("page", saying="DiskFull")
    await world.alert("HighErrorRate", job="checkout", **GRAVE)
    assert await why_muted(world) == [
        "inhibited: checkout depends on db, where alert 1 (DiskFull) fires and has paged",
    ]
    await world.acknowledge("alice")
    await world.passes(minutes=1)
    world.nobody_else_is_paged()
    await world.clears("DiskFull", job="db", **GRAVE)
    await world.passes(seconds=10)
    world.phone("alice").receives("info", saying="cleared")
    world.phone("alice").receives("page", saying="HighErrorRate")
    assert await why_muted(world) == []


async def test_effects_that_come_together_with_their_cause_are_muted_whatever_their_order(layered: World) -> None:
    world = layered
    fired = [("HighErrorRate", "checkout"), ("DiskFull", "db")]
    await world.receive(
        [
            Signal(
                identity=identity_of({"alertname": name}),
                says=Says.FIRING,
                labels={"alertname": name, "job": job, **GRAVE},
                title=name,
                severity_hint="critical",
                starts_at=world.clock.now(),
            )
            for name, job in fired
        ]
    )
    await world.worker.drain()
    world.phone("alice").receives("page", saying="DiskFull")
    world.nobody_else_is_paged()
    assert len(await why_muted(world)) == 1


async def test_a_cause_that_pages_nobody_mutes_nothing(layered: World) -> None:
    world = layered
    await world.alert("DiskSlow", job="db-minor", **GRAVE)
    world.phone("alice").receives("page", saying="DiskSlow", by="email")
    await world.alert("HighErrorRate", job="checkout", **GRAVE)
    await world.passes(seconds=4)
    world.phone("alice").receives("page", saying="HighErrorRate")


async def test_a_critical_effect_is_not_muted_by_a_cause_that_is_none(layered: World) -> None:
    world = layered
    await world.alert("DiskFull", job="db", severity="warning")
    world.phone("alice").receives("page", saying="DiskFull")
    await world.alert("HighErrorRate", job="checkout", **GRAVE)
    await world.passes(seconds=4)
    world.phone("alice").receives("page", saying="HighErrorRate")


async def test_when_the_causes_incident_is_resolved_by_a_person_its_effects_speak_for_themselves(
    layered: World,
) -> None:
    world = layered
    await world.alert("DiskFull", job="db", **GRAVE)
    world.phone("alice").receives("page")
    await world.alert("HighErrorRate", job="checkout", **GRAVE)
    await world.resolve("alice")
    world.phone("alice").receives("resolved")
    await world.passes(seconds=4)
    world.phone("alice").receives("page", saying="HighErrorRate")
