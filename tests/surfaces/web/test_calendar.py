"""The calendar's page: its address is its state; everybody who is signed in may look."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Override
from tocsin.surfaces.web.pages.oncall.calendar import MOST_DRAWN

BrowserOf = Callable[[str], Awaitable[Browser]]
BARS = re.compile(r"<title>([^<]*)</title>")


async def put(office: Database, name: str = "payments-primary", **changes: object) -> None:
    """The office's schedule with something changed."""
    async with office.transaction() as tx:
        schedule = await oncall.get_schedule(tx.conn, "payments-primary", tx.now)
        await oncall.put_schedule(tx, replace(schedule, name=name, **changes))


async def test_who_is_not_signed_in_sees_no_calendar(guest: Browser, office: Database) -> None:
    answer = await guest.get("/oncall/calendar")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/oncall/calendar")


async def test_a_viewer_sees_this_month_with_its_hand_overs(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("victor")).get("/oncall/calendar")).text
    assert "<title>everybody, March 2026 · On call · Tocsin</title>" in page
    assert "alice, payments-primary: Mon 2 Mar 09:00 – Mon 9 Mar 09:00" in BARS.findall(page)
    assert "bob until 09:00; alice from 09:00" in page, "the same in words, for who does not see the bars"
    assert 'class="now"' in page
    assert "tone-gap" not in page


async def test_the_address_is_the_state(browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    page = (await victor.get("/oncall/calendar?view=week&at=2026-11-25&schedule=payments-primary")).text
    assert "<h1>Week 48, 23 – 29 November 2026" in page
    for there in ("view=week&amp;at=2026-11-16", "view=week&amp;at=2026-11-30", "view=month&amp;at=2026-11-25"):
        assert f"/oncall/calendar?{there}&amp;schedule=payments-primary" in page
    assert 'class="now"' not in page


async def test_a_persons_calendar_has_their_shifts_of_every_schedule(office: Database, browser_of: BrowserOf) -> None:
    await put(office, "payments-secondary")
    victor = await browser_of("victor")
    page = (await victor.get("/oncall/calendar?view=month&at=2026-03-01&person=bob")).text
    bars = BARS.findall(page)
    assert any("bob, payments-primary:" in bar for bar in bars)
    assert any("bob, payments-secondary:" in bar for bar in bars)
    assert not any("alice" in bar for bar in bars)
    assert "carol is not on call then." in (await victor.get("/oncall/calendar?person=carol")).text


async def test_of_many_schedules_those_of_ones_teams_are_drawn_first(office: Database, browser_of: BrowserOf) -> None:
    for number in range(MOST_DRAWN + 1):
        await put(office, f"a{number:02}", team=None)
    alice, victor = await browser_of("alice"), await browser_of("victor")
    own = (await alice.get("/oncall/calendar?view=week")).text
    assert 'data-schedule="payments-primary"' in own
    assert own.count('<tr role="row" data-schedule=') == MOST_DRAWN
    assert "2 more schedules are not drawn here" in own
    others = (await victor.get("/oncall/calendar?view=week")).text
    assert '<tr role="row" data-schedule="payments-primary"' not in others
    assert (
        '<tr role="row" data-schedule="payments-primary"'
        in (await victor.get("/oncall/calendar?view=week&schedule=payments-primary")).text
    )


async def test_an_override_is_drawn_as_one(office: Database, browser_of: BrowserOf) -> None:
    begins, ends = datetime(2026, 3, 4, 17, tzinfo=UTC), datetime(2026, 3, 5, 7, tzinfo=UTC)
    await put(office, overrides=(Override(user="carol", starts_at=begins, ends_at=ends),))
    page = (await (await browser_of("victor")).get("/oncall/calendar?view=day&at=2026-03-04")).text
    assert "carol, payments-primary (override): Wed 4 Mar 18:00 – Thu 5 Mar 08:00" in BARS.findall(page)


async def test_a_schedules_own_clock_rules_its_calendar_and_the_viewers_is_beside_it(
    office: Database, browser_of: BrowserOf
) -> None:
    await put(office, time_zone="America/New_York")
    victor = await browser_of("victor")
    own = (await victor.get("/oncall/calendar?view=week&schedule=payments-primary")).text
    assert re.findall(r'<tr class="ruler"[^>]*>\s*<th class="names">([^<]*)', own) == ["New York", "Berlin"]
    every = (await victor.get("/oncall/calendar?view=month")).text
    assert '<tspan class="note" dx="6">15:00 · 09:00</tspan>' in every
    assert "The second time of payments-primary is that of New York." in every


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("view=year", 400),
        ("at=tomorrow", 400),
        ("at=9999-12-31", 400),
        ("schedule=nothing", 404),
        ("person=nobody", 404),
        ("schedule=payments-primary&person=bob", 400),
    ],
)
async def test_what_cannot_be_shown_is_refused(browser_of: BrowserOf, query: str, status: int) -> None:
    assert (await (await browser_of("victor")).get(f"/oncall/calendar?{query}")).status_code == status


async def test_without_a_schedule_it_says_how_to_make_one(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await oncall.remove_schedule(tx, "payments-primary")
    assert "tocsin apply" in (await (await browser_of("carol")).get("/oncall/calendar")).text
