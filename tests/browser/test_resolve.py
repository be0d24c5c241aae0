"""Resolving in a browser: refused with what is not met, ticked, waited for, and done – seen by everybody (RES-1)."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open, declare
from tocsin.catalog import service as catalog
from tocsin.catalog.checks import ManualCheck
from tocsin.catalog.model import Service
from tocsin.db.database import Database
from tocsin.kernel.ids import incident_ref

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_resolve_is_refused_in_its_sheet_and_then_done_for_both_browsers(
    sit_down: Open, office: Database
) -> None:
    async with office.transaction() as tx:
        queue = ManualCheck(name="queue", asks="the support queue does not grow")
        await catalog.put_service(tx, Service(name="desk", team="payments", checks=(queue,)))
    incident = await declare(office, "The desk is overrun", services=("desk",))
    alice, bob = await sit_down("alice"), await sit_down("bob")
    for page in (alice, bob):
        await page.goto(f"/incidents/{incident_ref(incident.number)}")
    await alice.keyboard.press("a")
    await alice.get_by_role("button", name="Resolve…").click()
    sheet = alice.locator("#resolve")
    await sheet.get_by_label("What put it right?").fill("two more people at the desk")
    await sheet.get_by_role("button", name="Resolve", exact=True).click()
    await expect(sheet.get_by_role("alert")).to_contain_text("nobody has ticked it")
    await expect(sheet.get_by_label("What put it right?")).to_have_value("two more people at the desk")
    await alice.keyboard.press("Escape")

    await bob.get_by_role("button", name="Yes, tick it").click()
    await expect(alice.locator("#part-verification")).to_contain_text("Ticked by @bob")
    await alice.get_by_role("button", name="Resolve…").click()
    await expect(sheet.get_by_role("alert")).to_be_hidden()
    await expect(sheet.get_by_label("What put it right?")).to_have_value("two more people at the desk")
    await sheet.get_by_role("button", name="Resolve", exact=True).click()
    await expect(sheet).to_be_hidden()
    await expect(bob.locator(".facts .status")).to_have_text("monitoring")
    await expect(bob.locator("#part-verification")).to_contain_text("Resolves at")

    await alice.get_by_role("button", name="Resolve…").click()
    await sheet.get_by_text("End it now").click()
    await sheet.get_by_label("Override").check()
    await sheet.get_by_label("Why?").fill("the shift ends")
    await sheet.get_by_role("button", name="Resolve", exact=True).click()
    for page in (alice, bob):
        await expect(page.locator(".facts .status")).to_have_text("resolved")
        await expect(page.get_by_role("log")).to_contain_text("the shift ends")
