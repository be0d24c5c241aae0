"""A swap between two people in two browsers, and cover that somebody takes on a phone."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, Open
from tocsin.db.database import Database
from tocsin.oncall import changes

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def overrides(office: Database) -> set[tuple[str, str | None, int | None]]:
    async with office.connection() as conn:
        found = await changes.list_overrides(conn, office.clock.now(), "payments-primary")
    return {(each.override.user, each.override.instead_of, each.override.swap_id) for each in found}


async def give_away_the_last(page: Page) -> None:
    """Opens the form for the shift that is furthest ahead, from the row of links of the overview."""
    await page.goto("/oncall")
    await page.get_by_role("link", name="Swaps").click()
    await page.get_by_role("link", name="Give it away…").last.click()


async def test_a_swap_between_two_people_in_two_browsers(sit_down: Open, office: Database) -> None:
    alice, bob = await sit_down("alice"), await sit_down("bob")
    before = await overrides(office)
    await give_away_the_last(alice)
    theirs = alice.locator('optgroup[label="bob"] option').nth(1)
    await alice.get_by_label("Who is asked?").select_option(value=await theirs.get_attribute("value"))
    await alice.get_by_label("Why?").fill("wedding of my sister")
    await alice.get_by_role("button", name="Ask").click()
    await expect(alice).to_have_url(re.compile("/swaps$"))

    await bob.goto("/swaps")
    row = bob.get_by_role("listitem").filter(has_text="wedding of my sister")
    await expect(row).to_contain_text("alice would give you")
    await row.get_by_role("button", name="Accept").click()
    reason = bob.get_by_label("Do it anyway, because")
    await expect(bob.get_by_role("alert")).to_contain_text("days in a row")
    await reason.fill("we have agreed")
    await row.get_by_role("button", name="Accept anyway").click()
    await expect(row).to_have_count(0)

    made = await overrides(office) - before
    assert {(user, other) for user, other, _ in made} == {("alice", "bob"), ("bob", "alice")}
    assert len({swap for _, _, swap in made}) == 1
    await alice.reload()
    await expect(alice.get_by_text("wedding of my sister")).to_have_count(0)


async def test_cover_is_taken_on_a_phone_without_script(sit_down: Open, office: Database) -> None:
    alice = await sit_down("alice")
    carol = await sit_down("carol", viewport=PHONE, java_script_enabled=False)
    before = await overrides(office)
    await give_away_the_last(alice)
    await alice.get_by_label("Why?").fill("the dentist")
    await alice.get_by_role("button", name="Ask").click()
    await carol.goto("/swaps")
    row = carol.get_by_role("listitem").filter(has_text="the dentist")
    await row.get_by_role("button", name="Take it").click()
    answer = carol.get_by_label("Do it anyway, because")
    if await answer.count():
        await answer.fill("nobody else is there")
        await row.get_by_role("button", name="Take it anyway").click()
    await expect(row).to_have_count(0)
    assert {(user, other) for user, other, _ in await overrides(office) - before} == {("carol", "alice")}
    width = await carol.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing is wider than the phone"
