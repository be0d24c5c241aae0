"""A hand-off between two people in two browsers: one writes and signs, the other, on a phone, accepts."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import PHONE, Open
from tests.support.office import link_for
from tests.support.tocsin import Tocsin
from tocsin.db.database import Database
from tocsin.insights import handoff

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = "/oncall/payments-primary/handoff"


async def sides(office: Database) -> tuple[str, str]:
    """Who hands over this week, and who takes over."""
    async with office.connection() as conn:
        found = await handoff.get_handoff(conn, "payments-primary", office.clock.now())
    return found.handover.outgoing[0], found.handover.incoming[0]


async def test_it_works_without_script(chromium: Browser, tocsin: Tocsin, office: Database) -> None:
    page = await chromium.new_page(base_url=tocsin.url, java_script_enabled=False, viewport=PHONE)
    await page.goto(await link_for(office, "carol"))
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(PAGE)
    await page.get_by_text("Add a contact").click()
    form = page.locator("form", has=page.locator("input[name=kind][value=contact]"))
    await form.get_by_label("Who or what").fill("Security desk")
    await form.get_by_label("Phone").fill("+49 30 2")
    await form.get_by_role("button", name="Add").click()
    await expect(page.get_by_text("Security desk: +49 30 2")).to_be_visible()
    await page.get_by_role("button", name="Strike: Security desk: +49 30 2").click()
    await expect(page.get_by_text("Security desk")).to_have_count(0)
    await page.close()


async def test_one_writes_and_signs_and_the_other_accepts(sit_down: Open, office: Database) -> None:
    giver, taker = await sides(office)
    out, into = await sit_down(giver), await sit_down(taker, viewport=PHONE)
    await out.goto(PAGE)
    notes = out.get_by_role("textbox", name="Notes")
    await notes.fill("Watch the disk of db-2.")
    await out.reload()
    await expect(notes).to_have_value("Watch the disk of db-2.")
    await out.get_by_text("Add an ongoing issue").click()
    form = out.locator("form", has=out.locator("input[name=kind][value=issue]"))
    await form.get_by_label("What is it?").fill("Slow disk")
    await form.get_by_label("Who is at it?").fill(giver)
    await form.get_by_role("button", name="Add").click()
    await expect(out.get_by_text(f"Slow disk (owner: {giver})")).to_be_visible()
    await expect(notes).to_have_value("Watch the disk of db-2.")
    await out.get_by_role("button", name="Sign the hand-off").click()
    await expect(out.get_by_text(f"Signed by @{giver}")).to_be_visible()

    await into.goto(PAGE)
    await expect(into.get_by_text("Watch the disk of db-2.")).to_be_visible()
    width = await into.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    await into.get_by_role("button", name="Accept the hand-off").click()
    await expect(into.get_by_text(f"accepted by @{taker}")).to_be_visible()
    await into.get_by_role("link", name="The present one").click()
    await expect(into.get_by_text(f"Slow disk (owner: {giver})")).to_be_visible()
    await expect(into.get_by_role("button", name="Strike")).to_have_count(0)
