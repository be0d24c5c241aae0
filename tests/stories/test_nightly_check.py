"""The checker looks each morning: a lead hears of what is new, once, the administrators of silence (ONC-3)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World, new_world
from tocsin.delivery.model import MessageView
from tocsin.insights.wakes import list_wakes
from tocsin.kernel import ledger
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall import checking
from tocsin.oncall.checking_jobs import check_kinds
from tocsin.oncall.findings import Rule

CONFIGURATION = """
organisation: {name: Example, time_zone: UTC}
users:
  - {name: alice, email: alice@example.com, role: admin}
  - {name: bob, email: bob@example.com}
  - {name: carol, email: carol@example.com}
teams:
  - {name: payments, members: [alice, bob, carol], leads: [carol]}
schedules:
  - name: primary
    team: payments
    layers:
      - {name: day, rotation: daily, handover: "09:00", starts: 2026-01-01, users: [alice, bob, carol]}
"""


@pytest.fixture
async def world(dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    async with new_world(dsn, clock, kinds=check_kinds(list_wakes)) as world:
        await world.worker.drain()
        yield world


def told(world: World) -> dict[str, MessageView]:
    """Who has heard from the checker since the last time; word of moved shifts is another matter."""
    unread, world.airwaves.unread = world.airwaves.unread, []
    return {world.name_of(each.user_id): each.view for each in unread if each.view.title.startswith("On-call, coming")}


async def test_the_lead_is_told_once_and_of_silence_the_administrators_too(world: World) -> None:
    await world.configure(CONFIGURATION)
    await world.passes(hours=24)
    assert told(world) == {}
    longer = CONFIGURATION.replace("users: [alice, bob, carol]}", "users: [alice]}")
    await world.configure(longer)
    await world.passes(hours=24)
    (to_lead,) = told(world).items()
    assert (to_lead[0], to_lead[1].title) == ("carol", "On-call, coming weeks: too many days in a row")
    assert "alice is on call in primary for" in to_lead[1].lines[0].value
    await world.configure(longer.replace("starts: 2026-01-01", "starts: 2026-01-01, ends: 2026-12-24"))
    await world.passes(hours=24)
    silent = told(world)
    assert silent.keys() == {"alice", "carol"}
    assert silent["alice"].lines[0].value == "nobody is on call in primary from Thu 2026-12-24 00:00 UTC on"
    await world.passes(hours=72)
    assert told(world) == {}
    async with world.db.connection() as conn:
        said = [each.sentence for each in await ledger.list_last_entries(conn, "oncall", limit=10)]
    assert "the nightly look at the schedules found 1 new, told carol" in said
    assert len([each for each in said if "nightly look" in each]) == 2


async def test_a_page_at_night_asks_for_rest(world: World) -> None:
    rest = "severity_profile: sre, oncall_limits: {rest_after_night_page: 11}"
    await world.configure(ORGANISATION.replace("severity_profile: sre", rest))
    night = world.clock.now()
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(hours=4)
    world.airwaves.unread.clear()
    async with world.db.connection() as conn:
        now = world.clock.now()
        wakes = await list_wakes(conn, now)
        report = await checking.report(conn, now, wakes=wakes)
    assert (wakes[0].user, wakes[0].at) == ("alice", night)
    last = {wake.user: wake.at for wake in wakes}
    short = {each.people[0]: (each.starts_at, each.ends_at) for each in report.findings if each.rule is Rule.REST}
    assert short == {user: (now, last[user] + timedelta(hours=11)) for user in ("alice", "bob")}  # the time-out went on
