import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Open, declare
from tocsin.kernel.ids import incident_ref

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_look(sit_down: Open, office) -> None:
    incident = await declare(office)
    ref = incident_ref(incident.number)
    bob = await sit_down("bob")
    await bob.goto(f"/incidents/{ref}")
    await bob.get_by_role("button", name="Attach a file").click()
    await bob.locator("#attach input[type=file]").set_input_files("/tmp/bp/m1.png")
    await bob.screenshot(path="/tmp/bp/rec_attach_1280.png")
    await bob.locator("#attach").get_by_role("button", name="Attach", exact=True).click()
    await expect(bob.locator("#part-files img")).to_be_visible()
    await bob.get_by_label("New task").fill("@alice restart the cache of the checkout in eu-1")
    await bob.get_by_role("button", name="Add").click()
    await expect(bob.locator("#part-tasks")).to_contain_text("restart")
    await bob.locator("#part-tasks").scroll_into_view_if_needed()
    await bob.screenshot(path="/tmp/bp/rec_files_1280.png")
    phone = await sit_down("alice", viewport=PHONE)
    await phone.goto(f"/incidents/{ref}")
    await phone.screenshot(path="/tmp/bp/rec_files_390.png")
    await phone.get_by_text("Team", exact=True).click()
    await phone.screenshot(path="/tmp/bp/rec_team_390.png", full_page=True)
