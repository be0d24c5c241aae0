"""Who is on call, until when, why, and who comes next; gaps are named."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

from msgspec.structs import replace

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.kernel.localtime import Hours
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Layer, Rotation, Schedule
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.surfaces.web.pages.oncall.show import gaps_view, schedule_view

BrowserOf = Callable[[str], Awaitable[Browser]]
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


async def test_a_quiet_system_says_who_is_on_call_and_until_when(browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    page = (await carol.get("/")).text
    assert "All calm." in page
    assert "alice is on call until Mon 9 Mar 09:00." in page
    assert "Acknowledge" not in page


async def test_each_schedule_has_its_shifts_in_the_viewers_zone(office: Database, browser_of: BrowserOf) -> None:
    page = (await (await browser_of("victor")).get("/oncall")).text
    assert "payments-primary" in page
    assert "Mon 9 Mar 09:00" in page
    assert "alice" in page
    assert "bob" in page


def test_a_gap_is_shown_as_one() -> None:
    nights = Layer(
        name="nights",
        rotation=Rotation.DAILY,
        starts=datetime.fromisoformat("2026-01-01T00:00"),
        users=(("alice",),),
        restrict=(Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(20), to=time(8)),),
    )
    view = schedule_view(Schedule(name="night", time_zone="UTC", layers=(nights,)), NOW, {"alice": "tone-3"})
    assert view.people == ""
    assert view.until == datetime(2026, 3, 2, 20, tzinfo=UTC)
    assert [shift.people for shift in view.shifts[:3]] == ["", "alice", ""]
    assert {bar.tone for bar in view.bars} == {"tone-gap", "tone-3"}
    assert max(bar.x + bar.width for bar in view.bars) == 1000


def named(*schedules: str) -> Policy:
    targets = tuple(parse_target(f"schedule:{name}") for name in schedules)
    return Policy("nights", (Step(targets, timedelta(minutes=5)),))


def test_gaps_are_warned_of_where_a_policy_would_fall_into_them() -> None:
    layer = Layer(
        name="nights",
        rotation=Rotation.DAILY,
        starts=datetime.fromisoformat("2026-01-01T00:00"),
        users=(("alice",),),
        restrict=(Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(20), to=time(8)),),
    )
    schedule = Schedule(name="night", time_zone="UTC", layers=(layer,))
    warned = gaps_view(schedule, [named("night"), named("other")], NOW)
    assert warned is not None
    assert warned.policies == ("nights",)
    assert warned.gaps[0] == (NOW, datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert (len(warned.gaps), warned.more) == (3, 26)
    assert gaps_view(schedule, [named("other")], NOW) is None
    always = replace(schedule, layers=(replace(layer, restrict=()),))
    assert gaps_view(always, [named("night")], NOW) is None


async def test_the_page_warns_of_a_gap_by_name(office: Database, browser_of: BrowserOf) -> None:
    assert "Nobody is on call at times" not in (await (await browser_of("victor")).get("/oncall")).text
    async with office.transaction() as tx:
        until = Layer(
            name="until",
            rotation=Rotation.WEEKLY,
            starts=datetime.fromisoformat("2026-01-05T09:00"),
            ends=datetime.fromisoformat("2026-03-06T18:00"),
            users=(("alice",), ("bob",)),
        )
        await oncall.put_schedule(tx, Schedule(name="payments-primary", time_zone="Europe/Berlin", layers=(until,)))
    page = (await (await browser_of("victor")).get("/oncall")).text
    assert "Nobody is on call at times in the next 28 days." in page
    assert ">Friday 18:00</time>" in page
    assert "used by payments" in page


async def test_a_gap_lasts_until_somebody_comes(office: Database, browser_of: BrowserOf) -> None:
    week = Layer(
        name="week",
        rotation=Rotation.DAILY,
        starts=datetime.fromisoformat("2026-01-05T11:00"),
        users=(("alice",), ("bob",)),
        restrict=(Hours(days=(3,), begin=time(9), to=time(17)),),
    )
    async with office.transaction() as tx:
        await oncall.put_schedule(tx, Schedule(name="payments-primary", time_zone="Europe/Berlin", layers=(week,)))
    victor = await browser_of("victor")
    for path in ("/", "/oncall"):
        page = (await victor.get(path)).text
        assert re.search(r"[Nn]obody(?: is on call)? until <time[^>]*>Thursday 09:00</time>", page), path


async def test_without_a_schedule_the_page_says_how_to_make_one(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await oncall.remove_schedule(tx, "payments-primary")
    carol = await browser_of("carol")
    assert "tocsin apply" in (await carol.get("/oncall")).text
    assert "No schedule yet" in (await carol.get("/")).text
