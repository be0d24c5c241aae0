"""The page of one schedule: what its layers say, its overrides and who may end them, who asks it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.surfaces.web.conftest import Browser
from tocsin.accounts.model import Viewer
from tocsin.accounts.service import find_viewer, get_user_by_name
from tocsin.db.database import Database
from tocsin.oncall import changes, leave_store
from tocsin.oncall import service as oncall
from tocsin.oncall.change_model import LeaveDraft, OverrideDraft
from tocsin.oncall.model import Override, Part

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGE = "/oncall/payments-primary"
BEGINS, ENDS = datetime(2026, 3, 4, 17, tzinfo=UTC), datetime(2026, 3, 5, 7, tzinfo=UTC)


async def add(office: Database, by: str, **given: object) -> None:
    async with office.transaction() as tx:
        viewer = await find_viewer(tx.conn, (await get_user_by_name(tx.conn, by)).id)
        assert isinstance(viewer, Viewer)
        draft = OverrideDraft(schedule="payments-primary", user=by, starts_at=BEGINS, ends_at=ENDS)
        await changes.add_override(tx, viewer, replace(draft, **given))


async def test_a_viewer_reads_who_is_on_call_by_which_layers_and_for_whom(browser_of: BrowserOf) -> None:
    page = (await (await browser_of("victor")).get(PAGE)).text
    assert "<b>alice</b>" in page
    assert "then <b>bob</b>" in page
    assert "<b>week</b> weekly, hand-over Monday 09:00 Europe/Berlin: alice → bob" in page
    assert '<a href="/policies/payments">payments</a>' in page
    assert "None to come." in page
    assert "Override…" not in page


async def test_an_override_says_who_made_it_and_why(office: Database, browser_of: BrowserOf) -> None:
    await add(office, "bob", reason="dentist", instead_of="alice")
    page = (await (await browser_of("victor")).get(PAGE)).text
    assert "<b>bob</b> instead of alice" in page
    assert "dentist" in page
    assert "@bob" in page
    assert "/oncall/overrides/" not in page


async def test_who_made_it_or_leads_may_take_it_back(office: Database, browser_of: BrowserOf) -> None:
    await add(office, "bob")
    may = {
        name: "Take it back" in (await (await browser_of(name)).get(PAGE)).text for name in ("alice", "bob", "carol")
    }
    assert may == {"alice": False, "bob": True, "carol": True}


async def test_what_would_break_by_ending_one_asks_why_first(office: Database, browser_of: BrowserOf) -> None:
    await add(office, "bob")
    async with office.transaction() as tx:
        away = LeaveDraft(user="alice", starts_at=BEGINS, ends_at=ENDS)
        await leave_store.insert_leave(tx.conn, away, "person", "@alice", tx.now)
        (made,) = (await oncall.get_schedule(tx.conn, "payments-primary", tx.now)).overrides
    bob = await browser_of("bob")
    asked = await bob.press(f"/oncall/overrides/{made.id}/end", on=PAGE)
    assert asked.status_code == 409
    assert "alice" in asked.text
    assert "End it anyway, because" in asked.text
    answer = await bob.press(f"/oncall/overrides/{made.id}/end", on=PAGE, anyway="she knows")
    assert answer.headers["location"] == PAGE
    assert "None to come." in (await bob.get(PAGE)).text


async def test_what_a_file_manages_is_ended_there(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        schedule = await oncall.get_schedule(tx.conn, "payments-primary", tx.now)
        managed = Override(user="bob", starts_at=BEGINS, ends_at=ENDS, managed_by="oncall.yaml")
        await oncall.put_schedule(tx, replace(schedule, overrides=(managed,), managed_by="oncall.yaml"))
    page = (await (await browser_of("carol")).get(PAGE)).text
    assert "managed by oncall.yaml" in page
    assert "Take it back" not in page


async def test_a_shadow_that_comes_hands_nobody_over(office: Database, browser_of: BrowserOf) -> None:
    await add(office, "carol", part=Part.SHADOW)
    victor = await browser_of("victor")
    for path in (PAGE, "/oncall"):
        page = (await victor.get(path)).text
        assert "then <b>bob</b>" in page, path
        assert "then <b>alice</b>" not in page, path
    assert "as a shadow, not paged" in (await victor.get(PAGE)).text


async def test_an_unknown_schedule_is_not_found(browser_of: BrowserOf) -> None:
    assert (await (await browser_of("victor")).get("/oncall/nothing")).status_code == 404


@pytest.mark.parametrize(("name", "more"), [("victor", ()), ("bob", ("override", "readiness"))])
async def test_the_overview_leads_to_what_there_is_for_this_viewer(
    browser_of: BrowserOf, name: str, more: tuple[str, ...]
) -> None:
    person = await browser_of(name)
    page = (await person.get("/oncall")).text
    for path in ("/oncall/calendar", "/oncall/load", "/oncall/feeds", PAGE, f"{PAGE}/handoff"):
        assert f'href="{path}"' in page
        assert (await person.get(path)).status_code == 200, path
    for word in ("override", "readiness"):
        path = f"{PAGE}/{word}"
        assert page.count(f'href="{path}"') == (word in more), path
        assert (await person.get(path)).status_code == (200 if word in more else 403), path
