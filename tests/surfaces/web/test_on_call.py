"""Who is on call, until when, why, and who comes next; gaps are named."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

from msgspec.structs import replace

from tests.surfaces.web.conftest import Browser
from tocsin.catalog.oncall_limits import Limits
from tocsin.db.database import Database
from tocsin.insights.reachability_model import Marks
from tocsin.kernel.localtime import Hours
from tocsin.oncall import service as oncall
from tocsin.oncall.findings import Finding, Rule
from tocsin.oncall.model import Layer, OnCall, Rotation, Schedule, Source
from tocsin.surfaces.web.pages.incidents.now import calm_words
from tocsin.surfaces.web.pages.oncall.checks import checks_view
from tocsin.surfaces.web.pages.oncall.show import schedule_view
from tocsin.surfaces.web.times import Times, zone_named

BrowserOf = Callable[[str], Awaitable[Browser]]
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


async def test_a_quiet_system_says_who_is_on_call_and_until_when(browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    page = (await carol.get("/")).text
    assert "All calm." in page
    assert "alice is on call until Mon 9 Mar 09:00." in page
    assert "Acknowledge" not in page


def test_of_several_schedules_a_quiet_system_says_in_how_many_somebody_is() -> None:
    assert calm_of(("wendy",), ("bob",)) == "Somebody is on call in all 2 schedules."
    assert calm_of(("wendy",), (), ("bob",)) == "Somebody is on call in 2 of 3 schedules."
    assert calm_of((), ("wendy", "bob")) == "wendy and bob are on call."
    assert calm_of((), ()) == ""


def calm_of(*held: tuple[str, ...]) -> str:
    answers = [
        OnCall(
            schedule=f"schedule-{place}",
            at=NOW,
            users=users,
            source=Source.LAYER if users else Source.NOBODY,
            reason="",
            layer=None,
            since=None,
            until=None,
        )
        for place, users in enumerate(held)
    ]
    return calm_words(answers, Times(zone_named("UTC"), NOW))


async def test_each_schedule_has_its_shifts_in_the_viewers_zone(office: Database, browser_of: BrowserOf) -> None:
    page = (await (await browser_of("victor")).get("/oncall")).text
    assert "payments-primary" in page
    assert "Mon 9 Mar 09:00" in page
    assert "alice" in page
    assert "bob" in page


async def test_a_gap_before_the_next_is_said(office: Database, browser_of: BrowserOf) -> None:
    days = Layer(
        name="days",
        rotation=Rotation.DAILY,
        starts=datetime.fromisoformat("2026-01-01T00:00"),
        users=(("alice",), ("bob",)),
        restrict=(Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(8), to=time(20)),),
    )
    async with office.transaction() as tx:
        await oncall.put_schedule(tx, Schedule(name="days", time_zone="UTC", layers=(days,)))
    page = (await (await browser_of("victor")).get("/oncall/days")).text
    assert 'then <span class="amber">nobody</span>, and <b>' in page
    assert ">nobody</span>, and" not in (await (await browser_of("victor")).get("/oncall/payments-primary")).text


def test_a_gap_is_shown_as_one() -> None:
    nights = Layer(
        name="nights",
        rotation=Rotation.DAILY,
        starts=datetime.fromisoformat("2026-01-01T00:00"),
        users=(("alice",),),
        restrict=(Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(20), to=time(8)),),
    )
    view = schedule_view(Schedule(name="night", time_zone="UTC", layers=(nights,)), NOW, {"alice": "tone-3"}, Marks())
    assert view.people == ""
    assert view.until == datetime(2026, 3, 2, 20, tzinfo=UTC)
    assert [shift.people for shift in view.shifts[:3]] == ["", "alice", ""]
    assert {bar.tone for bar in view.bars} == {"tone-gap", "tone-3"}
    assert max(bar.x + bar.width for bar in view.bars) == 1000


def finding(rule: Rule, days: float, *people: str, schedule: str = "night") -> Finding:
    begins = NOW + timedelta(days=days)
    return Finding(
        rule=rule,
        schedule=schedule,
        starts_at=begins,
        ends_at=begins + timedelta(hours=12),
        people=people,
        sentence="nobody",
        remedy="Mend it.",
    )


def test_silence_is_red_within_a_week_and_only_where_a_policy_would_fall_into_it() -> None:
    gaps = [finding(Rule.GAP, day) for day in range(1, 6)]
    view = checks_view(gaps, {"night": ("nights",), "spare": ()}, NOW)
    assert view is not None
    (gap,) = view.red
    assert (gap.policies, len(gap.times), gap.more) == ("nights", 3, 2)
    assert gap.times[0][0] == NOW + timedelta(days=1)
    later = checks_view([finding(Rule.GAP, 8)], {"night": ("nights",)}, NOW)
    assert later is not None
    assert (len(later.red), len(later.amber)) == (0, 1)
    assert checks_view([finding(Rule.GAP, 1, schedule="spare")], {"spare": ()}, NOW) is None


def test_what_wears_people_out_is_told_quietly() -> None:
    view = checks_view([finding(Rule.DAYS_IN_A_ROW, 1, "alice", schedule="spare")], {"spare": ()}, NOW)
    assert view is not None
    assert (view.red, view.amber, [each.people for each in view.others]) == ((), (), ["alice"])


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
        schedule = await oncall.get_schedule(tx.conn, "payments-primary", NOW)
    for path in ("/oncall", "/oncall/payments-primary"):
        page = (await (await browser_of("victor")).get(path)).text
        assert "Nobody is on call at times in the next 28 days." in page
        assert ">Friday 18:00</time>" in page
        assert "Why is this red?" in page
        assert "used by payments" in page
        assert 'class="warning red"' in page
    async with office.transaction() as tx:
        await oncall.put_schedule(tx, replace(schedule, limits=Limits(gaps=True)))
    for path in ("/oncall", "/oncall/payments-primary", "/oncall/calendar"):
        page = (await (await browser_of("victor")).get(path)).text
        assert "Nobody is on call at times" not in page
        assert "tone-gap" not in page


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
