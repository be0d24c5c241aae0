"""The past is told by what the schedules said then, also while files are applied (ONC-7)."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.insights import service as insights
from tocsin.insights.model import Asked, Figures
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall import service as oncall

HOUR = timedelta(hours=1)


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ORGANISATION, with_insights=True) as world:
        yield world


async def load(world: World) -> Mapping[str, Figures]:
    async with world.db.connection() as conn:
        viewer = await world.viewer("root")
        found = await insights.read_load(conn, viewer, Asked(month=f"{world.clock.now():%Y-%m}"), world.clock.now())
    return {each.user: each.served for each in found.people}


async def test_a_file_that_is_applied_changes_no_past(world: World) -> None:
    """Bob is on call in `secondary` all the time: beside `primary` it is the same hours once."""
    await world.passes(hours=5)
    await world.configure(ORGANISATION.replace("users: [alice]", "users: [bob]"))
    for name in ("alice", "bob"):
        world.phone(name).receives("notice", saying="Your shifts in primary change")
    await world.passes(hours=3)
    found = await load(world)
    assert {user: figures.hours for user, figures in found.items()} == {"alice": 5 * HOUR, "bob": 8 * HOUR}


async def test_what_changes_without_a_word_is_noticed_within_ten_minutes(world: World) -> None:
    await world.passes(hours=5)
    async with world.db.transaction() as tx:
        await oncall.remove_schedule(tx, "primary")
    await world.passes(hours=5)
    assert 5 * HOUR <= (await load(world))["alice"].hours <= 5 * HOUR + timedelta(minutes=10)
    rows = await world.rows("SELECT definition IS NULL FROM schedule_version WHERE schedule = 'primary' ORDER BY id")
    assert [is_gone for (is_gone,) in rows] == [False, True]
