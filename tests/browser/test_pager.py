"""Speaking to the pager on a phone and without script: one sheet, nothing typed is lost, one POST each."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import PHONE, Open, declare
from tests.support.sinks import SmtpSink
from tests.support.tocsin import Tocsin
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.paging import service as paging

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


TOLD = """
window.told = [];
window.Notification = class extends EventTarget {
  static permission = "granted";
  constructor(title, options) { super(); window.told.push([title, options.body]); }
};
"""
"""A browser that has been allowed to notify, and keeps what it was told."""


async def test_it_is_handed_over_on_a_phone_and_what_is_typed_survives_what_happens_meanwhile(
    sit_down: Open, office: Database
) -> None:
    incident = await declare(office)
    bob = await sit_down("bob", viewport=PHONE)
    await bob.goto(f"/incidents/{incident_ref(incident.number)}")
    await bob.get_by_role("button", name="Not me, or not alone…").click()
    sheet = bob.locator("#pager")
    await sheet.get_by_label("Hand it over to").fill("carol")
    async with office.transaction() as tx:
        await incidents.acknowledge(tx, incident.id, "@alice", "cli")
    await expect(bob.locator(".facts .status")).to_have_text("acknowledged")
    await expect(sheet).to_be_visible()
    await expect(sheet.get_by_label("Hand it over to")).to_have_value("carol")
    assert not await bob.evaluate("document.documentElement.scrollWidth > innerWidth")
    await sheet.get_by_role("button", name="Hand over").click()
    await bob.locator("label[for=tab-timeline]").click()
    await expect(bob.get_by_role("log")).to_contain_text("@bob hands it to carol.")


async def test_quiet_is_asked_for_in_the_room_without_script(
    chromium: Browser, sit_down: Open, office: Database, tocsin: Tocsin
) -> None:
    incident = await declare(office)
    signed_in = await sit_down("alice")
    context = await chromium.new_context(
        base_url=tocsin.url, java_script_enabled=False, storage_state=await signed_in.context.storage_state()
    )
    page = await context.new_page()
    await page.goto(f"/incidents/{incident_ref(incident.number)}")
    await page.get_by_role("button", name="Not me, or not alone…").click()
    await page.get_by_role("button", name="30 min").click()
    await expect(page.locator(".facts .state")).to_contain_text("@alice has")
    await expect(page.locator(".facts .state")).to_contain_text("and wants quiet until")
    await context.close()


async def test_the_page_behind_the_link_of_a_mail_fits_a_phone_and_needs_no_script(
    chromium: Browser, office: Database, tocsin: Tocsin, mailbox: SmtpSink
) -> None:
    incident = await declare(office, "The link has more than one button")
    mail = await mailbox.inbox.receives(lambda mail: "more than one button" in mail.subject)
    context = await chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(next(word for word in mail.text.split() if "/ack/" in word))
    whose = (await page.get_by_role("button", name="Acknowledge as").inner_text()).removeprefix("Acknowledge as ")
    await page.get_by_text("Something else…").click()
    await page.get_by_role("button", name="Call the next step now").click()
    await expect(page.get_by_role("status")).to_contain_text("The next step is called now.")
    await page.get_by_text("Something else…").click()
    await page.get_by_role("button", name="2 hours").click()
    await expect(page.locator(".state")).to_contain_text("You have it. You are called again at")
    await page.get_by_role("button", name="No", exact=True).click()
    await expect(page.locator(".state")).to_contain_text("Noted")
    async with office.connection() as conn:
        assert (await incidents.get(conn, incident.id)).acknowledged_by == f"@{whose}"
    await context.close()


async def test_whoever_is_paged_is_told_on_now_and_by_the_browser_where_they_allow_it(
    sit_down: Open, office: Database
) -> None:
    first = await declare(office)
    async with office.connection() as conn:
        (called,) = await paging.list_pages(conn, first.id)
    page = await sit_down(called.user_name)
    await page.add_init_script(TOLD)
    await page.goto("/")
    await expect(page.locator("#notices")).to_be_hidden()
    second = await declare(office, "One more while they look")
    await expect(page.locator(f"#paged-{second.number}")).to_have_text(incident_ref(second.number))
    told = await page.evaluate("window.told")
    assert told[-1] == ["You are being paged", f"{incident_ref(second.number)} One more while they look"]
    assert f"{incident_ref(first.number)} {first.title}" in [body for _, body in told]
