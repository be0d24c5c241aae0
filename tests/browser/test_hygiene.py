"""Alerts, silences, policies and maintenance in a real browser: live where script runs, whole where it does not."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Open
from tests.stores.alerting import open_desk, signal
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import upsert_user
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


async def test_a_policy_is_written_without_script_and_played_through_with_it(sit_down: Open, office: Database) -> None:
    async with office.transaction() as tx:
        await upsert_user(tx, UserDraft("root", "root@example.com", role=Role.ADMIN), managed_by=None, actor="tocsin")
    root = await sit_down("root", java_script_enabled=False, viewport=PHONE)
    await root.goto("/policies")
    await root.get_by_role("link", name="Write a policy…").click()
    await root.get_by_label("Name").fill("evenings")
    await root.locator("textarea").first.fill("user:nobody")
    await root.get_by_role("button", name="Write").click()
    await expect(root.get_by_text("user:nobody does not exist.")).to_be_visible()
    await root.locator("textarea").first.fill("user:carol")
    await root.get_by_role("button", name="Write").click()
    await expect(root.get_by_text("At once, page carol.")).to_be_visible()

    alice = await sit_down("alice")
    await alice.goto("/policies/evenings")
    await alice.get_by_role("button", name="Simulate").click()
    await expect(alice.locator("#simulation")).to_contain_text("carol")
    await expect(alice.locator("#simulation")).to_contain_text("Nothing was sent")


async def test_maintenance_is_added_and_ended_without_script_on_a_phone(sit_down: Open, office: Database) -> None:
    bob = await sit_down("bob", java_script_enabled=False, viewport=PHONE)
    await bob.goto("/maintenance")
    await bob.get_by_role("link", name="Work on a service…").click()
    await bob.get_by_label("checkout").check()
    await bob.get_by_label("What is done?").fill("a new disk, DB-7")
    await bob.get_by_role("button", name="Put into maintenance").click()
    await expect(bob.get_by_role("heading", name="Under way")).to_be_visible()
    await expect(bob.get_by_text("a new disk, DB-7")).to_be_visible()
    await bob.get_by_role("button", name="End it now").click()
    await expect(bob.get_by_role("heading", name="Under way")).to_have_count(0)
