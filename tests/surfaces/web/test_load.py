"""The page of the load: first who sees whom, then the row, its records and the file."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.support.served import begin_recording, page_at_night
from tests.surfaces.web.conftest import Browser
from tocsin.catalog import service as catalog
from tocsin.catalog.compensation import Compensation, PageRates
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
    assert "<dt>Night</dt><dd>of these, the hours at night on the person&#39;s own clock</dd>" in page
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
    assert "Mean" in page
    assert "what is planned included; pages and what follows from them are those until now" in page
    assert "what is planned included" not in (await (await browser_of("carol")).get("/oncall/load?month=2026-02")).text
    assert "0.5 (0.5 at night)" in page


@pytest.mark.usefixtures("served")
async def test_the_file(browser_of: BrowserOf) -> None:
    answer = await (await browser_of("carol")).get(WEEK.replace("load", "load.csv"))
    assert answer.headers["content-disposition"] == 'attachment; filename="on-call-load-2026-03-02-2026-03-08.csv"'
    assert answer.text.splitlines()[1].startswith("alice,")


async def test_what_is_wrong_is_said(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert (await alice.get("/oncall/load?month=soon")).status_code == 400
    assert (await alice.get("/oncall/load?team=nothing")).status_code == 404


@pytest.mark.usefixtures("served")
async def test_compensation_is_of_whom_one_leads(browser_of: BrowserOf, office: Database) -> None:
    carol, bob, victor = [await browser_of(name) for name in ("carol", "bob", "victor")]
    assert "Compensation" not in (await carol.get(WEEK)).text
    rules = Compensation(currency="EUR", per_page=PageRates(night=Decimal(25)))
    async with office.transaction() as tx:
        await catalog.put_organisation(tx, replace(await catalog.organisation(tx.conn), compensation=rules))
    path = WEEK.replace("load", "compensation.csv")
    assert path.replace("&", "&amp;") in (await carol.get(WEEK)).text
    assert "alice,alice,2026-03-02,2026-03-08,pages at night,1,page,25,25.00,EUR" in (await carol.get(path)).text
    for other in (bob, victor):
        assert "alice" not in (await other.get(path)).text


@pytest.mark.usefixtures("served")
async def test_who_was_woken_is_said_until_the_evening(browser_of: BrowserOf, clock: VirtualClock) -> None:
    bob, victor = await browser_of("bob"), await browser_of("victor")
    for path in ("/oncall", "/oncall/load"):
        assert "woken at 03:10" in (await bob.get(path)).text
        assert "woken at" not in (await victor.get(path)).text
    clock.advance(timedelta(hours=19))
    assert "woken at" not in (await bob.get("/oncall")).text
