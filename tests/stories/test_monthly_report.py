"""The report of a month comes by mail on its first working morning, once, to those whom the organisation names."""

from collections.abc import AsyncIterator

import pytest

from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.kernel.clock import VirtualClock

ORGANISATION = """
organisation:
  name: Example
  time_zone: UTC
  monthly_report: ["user:carol"]
users:
  - {name: root, email: root@example.com, role: admin}
  - {name: alice, email: alice@example.com}
  - {name: carol, email: carol@example.com}
"""


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(
        postgres_server, clock, ORGANISATION, with_insights={"insights.monthly_report", "insights.note_schedules"}
    ) as world:
        yield world


async def test_carol_reads_how_the_month_was(world: World) -> None:
    assert f"{world.clock.now():%Y-%m-%d}" == "2026-11-02"
    await world.passes(hours=8)
    view = world.phone("carol").receives("notice", saying="How was October 2026?").view
    assert view.url.endswith("/insights/reports/2026-10")
    assert view.subject == "October 2026: 0 incidents, as many as in September 2026."
    assert [line.value for line in view.lines][:2] == ["0, before 0", "0, before 0"]
    await world.passes(hours=3)
    world.nobody_else_is_paged()
    assert await world.rows("select month from monthly_report where mailed_at is not null") == [("2026-10",)]
