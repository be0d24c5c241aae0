"""A budget is used up and recovers (MET-5): each is told once to the team, and what Prometheus says is kept."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World, new_world
from tocsin.insights.slo_jobs import slo_kinds
from tocsin.kernel.clock import VirtualClock

PROMISE = "slo: {availability: 99.9%, error_rate: 1%, errors: failed, window: 1d}, "


class Failing:
    """A Prometheus that knows one share of failures, and counts who asks."""

    def __init__(self) -> None:
        self.share = 0.0
        self.asked: list[tuple[datetime, datetime]] = []

    async def measure(
        self, query: str, prometheus: str | None, begin: datetime, end: datetime, step: timedelta
    ) -> Sequence[tuple[datetime, float]]:
        assert (query, prometheus) == ("failed", None)
        self.asked.append((begin, end))
        count = (end - begin) // step + 1
        return [(begin + n * step, self.share) for n in range(count)]


@pytest.fixture
def prometheus() -> Failing:
    return Failing()


@pytest.fixture
async def world(dsn: str, clock: VirtualClock, prometheus: Failing) -> AsyncIterator[World]:
    async with new_world(dsn, clock, with_insights=True, kinds=slo_kinds(prometheus)) as world:
        await world.configure(ORGANISATION.replace("{name: checkout, ", "{name: checkout, " + PROMISE))
        yield world


async def announced(world: World) -> list[str]:
    rows = await world.rows("SELECT kind FROM ledger WHERE starts_with(kind, 'Budget') ORDER BY id")
    return [kind for (kind,) in rows]


async def test_used_up_is_told_once_and_so_is_the_recovery(world: World) -> None:
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=3)
    await world.resolve("alice")
    await world.passes(minutes=5)
    told = world.phone("bob").receives("notice", saying="The availability budget of checkout is used up")
    assert "only critical deployments go out" in told.view.what
    assert told.view.why_you == "Your team owns checkout."
    world.airwaves.unread.clear()
    assert await announced(world) == ["BudgetExhausted"]
    await world.passes(hours=23)
    assert await announced(world) == ["BudgetExhausted"]
    await world.passes(hours=2)
    assert await announced(world) == ["BudgetExhausted", "BudgetRecovered"]
    world.phone("carol").receives("notice", saying="no longer used up")
    world.airwaves.unread.clear()


async def test_prometheus_is_asked_for_what_is_not_known_yet(world: World, prometheus: Failing) -> None:
    await world.passes(minutes=1)
    begin, end = prometheus.asked[0]
    assert end - begin == timedelta(days=1) - timedelta(minutes=5), "the whole window, once"
    prometheus.share = 1.0
    await world.passes(minutes=20)
    later = prometheus.asked[1:]
    assert all(one.minute % 5 == 0 for _, one in later)
    assert [begin for begin, _ in later] == [end + timedelta(minutes=5) for _, end in prometheus.asked[:-1]]
    world.phone("bob").receives("notice", saying="15 of 14.4 minutes (104 %) are used")
    assert await announced(world) == ["BudgetExhausted"]
    world.airwaves.unread.clear()
