"""The keyboard alone: from signing in to the all-clear, with the focus always to be seen and never lost."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Open, declare
from tests.support.office import link_for
from tests.support.tocsin import Tocsin
from tocsin.db.database import Database
from tocsin.kernel.ids import incident_ref

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MOST_STEPS = 80

FOCUSED = """() => {
    const element = document.activeElement;
    const label = element.labels?.[0]?.innerText ?? "";
    const { outlineStyle } = getComputedStyle(element);
    return [element.getAttribute("aria-label") || label || element.innerText || "", outlineStyle];
}"""


async def tab_to(page: Page, name: str) -> None:
    """By Tab alone; every stop on the way can be seen."""
    for _ in range(MOST_STEPS):
        label, outline = await page.evaluate(FOCUSED)
        if label.strip().startswith(name):
            assert outline != "none", name
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by Tab")


async def choose_password(page: Page, link: str, password: str) -> None:
    await page.goto(link)
    await tab_to(page, "Sign in")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/password*")
    for field in ("Password", "The same again"):
        await tab_to(page, field)
        await page.keyboard.type(password)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="On call")).to_be_visible()


async def test_from_signing_in_to_the_all_clear_without_a_mouse(
    chromium: Browser, tocsin: Tocsin, office: Database
) -> None:
    page = await chromium.new_page(base_url=tocsin.url)
    await choose_password(page, await link_for(office, "bob"), "three slow bronze gongs")
    await tab_to(page, "Account of")
    await page.keyboard.press("Enter")
    await tab_to(page, "Sign out")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("E-mail or name")).to_be_visible()
    await tab_to(page, "E-mail or name")
    await page.keyboard.type("bob")
    await tab_to(page, "Password")
    await page.keyboard.type("three slow bronze gongs")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="On call")).to_be_visible()

    await page.keyboard.press("c")
    await expect(page.get_by_label("What is wrong?")).to_be_focused()
    await page.keyboard.type("Search answers nothing")
    await tab_to(page, "Declare")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Search answers nothing")).to_be_visible()
    await page.keyboard.press("a")
    await expect(page.get_by_role("button", name="Resolve…")).to_be_visible()

    await page.keyboard.press("n")
    await page.keyboard.type("the index is being rebuilt")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("the index is being rebuilt")
    await page.keyboard.press("Escape")

    await page.keyboard.press("r")
    await expect(page.get_by_label("What put it right?")).to_be_focused()
    await page.keyboard.type("the index is whole again")
    await tab_to(page, "Resolve")
    await page.keyboard.press("Enter")
    await expect(page.locator(".facts .status")).to_have_text("monitoring")
    await page.keyboard.press("r")
    await tab_to(page, "End it now")
    await page.keyboard.press("Enter")
    await tab_to(page, "Override")
    await page.keyboard.press("Space")
    await tab_to(page, "Why?")
    await page.keyboard.type("nobody searches at night")
    await page.keyboard.press("Enter")
    await expect(page.locator(".facts .status")).to_have_text("resolved")
    await page.keyboard.press("g")
    await page.keyboard.press("n")
    await expect(page.get_by_role("heading", name="On call")).to_be_visible()
    await page.close()


async def test_a_sheet_takes_the_focus_keeps_it_and_gives_it_back(sit_down: Open, office: Database) -> None:
    incident = await declare(office)
    alice = await sit_down("alice")
    await alice.goto(f"/incidents/{incident_ref(incident.number)}")
    opener = alice.get_by_role("button", name="Change status…")
    await opener.focus()
    await alice.keyboard.press("Enter")
    sheet = alice.locator("#move")
    await expect(sheet.get_by_role("radio").first).to_be_focused()
    for _ in range(10):
        await alice.keyboard.press("Tab")
        assert await sheet.evaluate("sheet => sheet.contains(document.activeElement)")
    await alice.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_enter_posts_one_line_and_breaks_within_a_text(sit_down: Open, office: Database) -> None:
    incident = await declare(office)
    alice = await sit_down("alice")
    await alice.goto(f"/incidents/{incident_ref(incident.number)}")
    log, field = alice.get_by_role("log"), alice.get_by_placeholder("What happened")
    await alice.keyboard.press("n")
    await expect(field).to_be_focused()
    await alice.keyboard.type("one line")
    await alice.keyboard.press("Enter")
    await expect(log.get_by_text("one line", exact=True)).to_be_visible()
    await expect(field).to_have_value("")
    await alice.keyboard.type("first")
    await alice.keyboard.press("Shift+Enter")
    await alice.keyboard.type("second")
    await alice.keyboard.press("Enter")
    await alice.keyboard.type("third")
    await expect(field).to_have_value("first\nsecond\nthird")
    await alice.keyboard.press("Control+Enter")
    await expect(log.get_by_text("first second third")).to_be_visible()
    await alice.keyboard.press("Escape")
    await expect(field).not_to_be_focused()
    await alice.keyboard.press("/")
    await expect(alice.get_by_role("searchbox")).to_be_focused()
