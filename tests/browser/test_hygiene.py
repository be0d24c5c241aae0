"""Alerts and silences in a real browser: what is typed is matched at once, everything works without script."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Open
from tests.stores.alerting import open_desk, signal
from tocsin.db.database import Database

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def hold(office: Database, *names: str) -> None:
    desk = await open_desk(office, [{"match": ["job=batch"], "hold": "it can wait"}])
    for name in names:
        await desk.receive(signal(alertname=name, job="batch", severity="warning"))


async def test_what_a_silence_would_match_follows_what_is_typed(sit_down: Open, office: Database) -> None:
    await hold(office, "TypedAtFirst", "TypedAtLast")
    alice = await sit_down("alice")
    await alice.goto("/")
    await alice.keyboard.press("g")
    await alice.keyboard.press("s")
    await alice.get_by_role("link", name="Silence alerts…").click()
    field, preview = alice.get_by_label("Which alerts?"), alice.locator("#preview")
    await field.fill("alertname=TypedAtFirst")
    await expect(preview).to_contain_text("Matches 1")
    await expect(preview.get_by_role("link")).to_have_text("TypedAtFirst")
    await field.fill('alertname=~"TypedAt.*"')
    await expect(preview).to_contain_text("Matches 2")
    await field.fill("no matcher")
    await expect(preview).to_contain_text("bad matcher format")
    await field.fill('alertname="TypedAtFirst"')
    await alice.get_by_label("Why?").fill("a test of ours")
    await alice.get_by_role("button", name="Silence", exact=True).click()
    await expect(alice.get_by_role("heading", name="a test of ours")).to_be_visible()


async def test_without_script_on_a_phone_an_alert_is_found_silenced_and_let_loose(
    sit_down: Open, office: Database
) -> None:
    await hold(office, "FoundByLabels")
    bob = await sit_down("bob", java_script_enabled=False, viewport=PHONE)
    await bob.goto("/alerts")
    await bob.get_by_label("Labels").fill("alertname=FoundByLabels")
    await bob.get_by_role("button", name="Show").click()
    await expect(bob.get_by_role("row")).to_have_count(2)
    await bob.get_by_role("link", name="FoundByLabels").click()
    await bob.get_by_role("link", name="Silence this…").click()
    await bob.get_by_role("button", name="See what it matches").click()
    await expect(bob.locator("#preview")).to_contain_text("Matches 1")
    await bob.get_by_label("Why?").fill("known, DB-1234")
    await bob.get_by_role("button", name="Silence", exact=True).click()
    await bob.get_by_role("button", name="End it now").click()
    await expect(bob.get_by_role("link", name="Set it again…")).to_be_visible()
