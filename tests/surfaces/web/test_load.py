"""The page of the load: first who sees whom, then the row, its records and the file."""

from collections.abc import Awaitable, Callable

import pytest

from tests.support.served import begin_recording, page_at_night
from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock

BrowserOf = Callable[[str], Awaitable[Browser]]
WEEK = "/oncall/load?from=2026-03-02&to=2026-03-08"


@pytest.fixture
async def served(office: Database, clock: VirtualClock) -> None:
    await begin_recording(office)
    await page_at_night(office, clock)


@pytest.mark.usefixtures("served")
async def test_who_sees_whom(browser_of: BrowserOf, guest: Browser) -> None:
    assert (await guest.get(WEEK)).status_code == 303
    assert (await guest.get(WEEK.replace("load", "load.csv"))).status_code == 303
    for reader in ("alice", "bob", "carol"):  # herself, her team, who manages
        assert "adds-up-alice" in (await (await browser_of(reader)).get(WEEK)).text
    victor = await browser_of("victor")
    assert "adds-up-alice" not in (page := (await victor.get(WEEK)).text)
    assert "Nobody whom you may see" in page
    assert "alice" not in (await victor.get(WEEK.replace("load", "load.csv"))).text


@pytest.mark.usefixtures("served")
async def test_each_number_says_what_it_counts_and_adds_up(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("carol")).get(WEEK)).text
    assert 'title="of these, the hours at night on the person&#39;s own clock"' in page
    assert "157:00" in page
    assert "1 (1 at night)" in page
    assert "1 of 1" in page
    assert "%" not in page[page.index("<main") : page.index("</main")]
    assert "Tue 3 Mar 03:10 – Tue 3 Mar 03:55" in page  # awake, in Berlin
    assert "INC-1, its first page, at night, acknowledged within 15 min" in page
    assert "Shifts before" in page


@pytest.mark.usefixtures("served")
async def test_another_month_keeps_the_team(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("carol")).get("/oncall/load?team=payments&schedule=")).text
    assert "/oncall/load?team=payments&amp;month=2026-02" in page
    assert "/oncall/load?team=payments&amp;month=2026-04" in page
    assert "Together" in page


@pytest.mark.usefixtures("served")
async def test_the_file(browser_of: BrowserOf) -> None:
    answer = await (await browser_of("carol")).get(WEEK.replace("load", "load.csv"))
    assert answer.headers["content-disposition"] == 'attachment; filename="on-call-load-2026-03-02-2026-03-08.csv"'
    assert answer.text.splitlines()[1].startswith("alice,")


async def test_what_is_wrong_is_said(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert (await alice.get("/oncall/load?month=soon")).status_code == 400
    assert (await alice.get("/oncall/load?team=nothing")).status_code == 404
