"""The on-call calendar in a real browser: an override by dragging, by keys alone, and on a phone without script."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, Open
from tocsin.db.database import Database
from tocsin.oncall import leave_store
from tocsin.oncall import service as oncall
from tocsin.oncall.change_model import LeaveDraft
from tocsin.oncall.model import Override

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DESK = {"width": 1280, "height": 800}


def monday_in(weeks: int) -> datetime:
    """Midnight of a Monday to come, by its date alone."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 * weeks - today.weekday())


async def overrides(office: Database) -> list[Override]:
    async with office.connection() as conn:
        return list((await oncall.get_schedule(conn, "payments-primary", datetime.now(UTC))).overrides)


async def drag(page: Page, cell: int, begins: float, ends_cell: int, ends: float) -> None:
    """From a share of one cell's width to a share of another's."""
    cells = page.locator("#calendar td[data-from]")
    for place, (number, share) in enumerate(((cell, begins), (ends_cell, ends))):
        box = await cells.nth(number).bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2, steps=4)
        if place == 0:
            await page.mouse.down()
    await page.mouse.up()


async def send(page: Page) -> None:
    """By keys from the last field, and again with a reason where a rule of rest objects: that depends on today."""
    form = page.locator("#take-over")
    await form.locator("[name=reason]").press("Enter")
    await expect(page.locator("#take-over:not([open]), #take-over [data-anyway]:not([hidden])")).to_have_count(1)
    if await form.is_visible():
        await expect(form.locator("[name=anyway]")).to_be_focused()
        await page.keyboard.type("a test of ours")
        await page.keyboard.press("Enter")
    await expect(form).to_be_hidden()


async def test_dragging_over_hours_puts_somebody_on_call_and_the_calendar_shows_it(
    sit_down: Open, office: Database
) -> None:
    monday = monday_in(2)
    carol = await sit_down("carol", viewport=DESK)
    await carol.goto(f"/oncall/calendar?view=week&at={monday:%Y-%m-%d}&schedule=payments-primary")
    await carol.evaluate("window.wasHere = true")
    await drag(carol, 1, 0.26, 1, 0.74)
    form = carol.get_by_role("dialog")
    tuesday = monday + timedelta(days=1)
    await expect(form.locator("[name=from]")).to_have_value(f"{tuesday:%Y-%m-%d}T06:00")
    await expect(form.locator("[name=to]")).to_have_value(f"{tuesday:%Y-%m-%d}T18:00")
    await expect(form.locator("[name=user]")).to_have_value("carol")
    await form.locator("[name=to]").fill(f"{tuesday:%Y-%m-%d}T05:00")
    await form.get_by_role("button", name="Override").click()
    await expect(form.get_by_role("alert")).to_contain_text("It would end before it begins.")
    await form.locator("[name=to]").fill(f"{tuesday:%Y-%m-%d}T18:00")
    await form.locator("[name=reason]").fill("dragged")
    await send(carol)
    await expect(carol.locator(".bar-box.is-override")).to_contain_text("carol")
    assert await carol.evaluate("window.wasHere"), "the page was not loaded again"
    (made,) = [each for each in await overrides(office) if each.reason == "dragged"]
    assert made.ends_at - made.starts_at == timedelta(hours=12)
    assert (made.user, made.created_by) == ("carol", "@carol")


async def test_what_breaks_a_rule_is_saved_by_who_says_why(sit_down: Open, office: Database) -> None:
    monday = monday_in(8)
    async with office.transaction() as tx:
        away = LeaveDraft(user="carol", starts_at=monday, ends_at=monday + timedelta(days=7))
        await leave_store.insert_leave(tx.conn, away, "person", "@carol", tx.now)
    carol = await sit_down("carol", viewport=DESK)
    await carol.goto(f"/oncall/calendar?view=day&at={monday + timedelta(days=2):%Y-%m-%d}&schedule=payments-primary")
    await drag(carol, 10, 0.3, 11, 0.2)
    form = carol.get_by_role("dialog")
    await expect(form.locator("[name=from]")).to_have_value(f"{monday + timedelta(days=2):%Y-%m-%d}T10:15")
    await expect(form.locator("[name=to]")).to_have_value(f"{monday + timedelta(days=2):%Y-%m-%d}T11:15")
    anyway = form.locator("[name=anyway]")
    await expect(anyway).to_be_hidden()
    await form.get_by_role("button", name="Override").click()
    await expect(form.get_by_role("alert")).to_contain_text("carol")
    await expect(anyway).to_be_focused()
    await anyway.fill("only an hour")
    await form.get_by_role("button", name="Override").click()
    await expect(form).to_be_hidden()
    await expect(carol.locator(".bar-box.is-clash")).to_have_count(1)


async def test_by_keys_alone_days_are_chosen_and_overridden(sit_down: Open, office: Database) -> None:
    monday = monday_in(3)
    bob = await sit_down("bob", viewport=DESK)
    await bob.goto("/oncall/calendar?schedule=payments-primary")
    await bob.keyboard.press("w")
    await expect(bob.get_by_role("heading", name="Week")).to_be_visible()
    await bob.goto(f"/oncall/calendar?view=week&at={monday:%Y-%m-%d}&schedule=payments-primary")
    await bob.locator("td[tabindex='0']").focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft"):
        await bob.keyboard.press(key)
    await expect(bob.locator("td[aria-selected=true]")).to_have_count(2)
    await bob.keyboard.press("Enter")
    form = bob.get_by_role("dialog")
    await expect(form.locator("[name=from]")).to_have_value(f"{monday + timedelta(days=1):%Y-%m-%d}T00:00")
    await expect(form.locator("[name=to]")).to_have_value(f"{monday + timedelta(days=3):%Y-%m-%d}T00:00")
    await bob.keyboard.press("Escape")
    await expect(form).to_be_hidden()
    await expect(bob.locator(".chosen")).to_have_count(0)
    await bob.keyboard.press("Enter")
    await form.locator("[name=reason]").focus()
    await bob.keyboard.type("by keys")
    await send(bob)
    await expect(bob.locator(".bar-box.is-override")).to_contain_text("bob")
    (made,) = [each for each in await overrides(office) if each.reason == "by keys"]
    assert made.user == "bob"


async def test_days_of_a_month_and_a_shift_that_is_clicked(sit_down: Open, office: Database) -> None:
    monday = monday_in(14)
    carol = await sit_down("carol", viewport=DESK)
    await carol.goto(f"/oncall/calendar?at={monday:%Y-%m-%d}&schedule=payments-primary")
    cells = carol.locator("#calendar td[data-from]")
    first = await cells.nth(15).get_attribute("data-name")
    await drag(carol, 15, 0.5, 23, 0.5)
    form = carol.get_by_role("dialog")
    await expect(carol.locator("td[aria-selected=true]")).to_have_count(9)
    begins, ends = [await form.locator(f"[name={name}]").input_value() for name in ("from", "to")]
    assert f"{datetime.fromisoformat(begins):%A}" in (first or "")
    assert datetime.fromisoformat(ends) - datetime.fromisoformat(begins) == timedelta(days=9)
    await form.get_by_role("button", name="Cancel").click()
    await expect(carol.locator(".chosen")).to_have_count(0)
    box = await cells.nth(15).bounding_box()
    assert box is not None
    await carol.mouse.move(box["x"] + 80, box["y"] + 12)
    await carol.mouse.down()
    await carol.mouse.move(box["x"] + 300, box["y"] + 12, steps=3)
    await expect(carol.locator(".chosen")).to_have_count(1)
    await carol.keyboard.press("Escape")
    await carol.mouse.up()
    await expect(carol.locator(".chosen")).to_have_count(0)
    await expect(form).to_be_hidden()
    bar = carol.locator(".bar-box").nth(3)
    await bar.click(position={"x": 60, "y": 12})
    begins = await form.locator("[name=from]").input_value()
    assert begins.endswith("T09:00"), "the whole shift, from its hand-over"
    await carol.keyboard.press("Escape")
    await expect(form).to_be_hidden()
    await carol.locator("body").press("?")
    await expect(carol.locator("#keys").get_by_text("override what is chosen")).to_be_visible()


async def test_on_a_phone_without_script_a_shift_is_taken_over_by_a_short_form(
    sit_down: Open, office: Database
) -> None:
    monday = monday_in(5)
    bob = await sit_down("bob", java_script_enabled=False, viewport=PHONE)
    await bob.goto(f"/oncall/calendar?view=week&at={monday:%Y-%m-%d}&schedule=payments-primary")
    await expect(bob.locator("table.calendar")).to_be_hidden()
    await bob.get_by_role("link", name="take over…").first.click()
    await bob.locator("[name=from]").fill(f"{monday + timedelta(days=2):%Y-%m-%d}T10:00")
    await bob.locator("[name=to]").fill(f"{monday + timedelta(days=2):%Y-%m-%d}T12:00")
    await bob.get_by_label("Why?").fill("on a phone")
    await bob.get_by_role("button", name="Override").click()
    await expect(bob.locator(".agenda, [name=anyway]").first).to_be_visible()
    if await bob.locator("[name=anyway]").is_visible():
        await bob.locator("[name=anyway]").fill("a test of ours")
        await bob.get_by_role("button", name="Override").click()
    await expect(bob.locator(".agenda")).to_contain_text("override")
    assert [each.user for each in await overrides(office) if each.reason == "on a phone"] == ["bob"]


@pytest.mark.parametrize("view", ["month", "week", "day"])
async def test_on_a_phone_nothing_scrolls_sideways(sit_down: Open, view: str) -> None:
    alice = await sit_down("alice", viewport=PHONE, has_touch=True)
    for path in (f"/oncall/calendar?view={view}", "/oncall/payments-primary/override"):
        await alice.goto(path)
        assert await alice.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_the_script_of_the_pages_stays_small(sit_down: Open) -> None:
    alice = await sit_down("alice")
    await alice.goto("/oncall/calendar")
    size = await alice.evaluate(
        "fetch(document.querySelector('script[src]').src).then((it) => it.text()).then((it) => it.length)"
    )
    assert 20_000 < size < 100_000
