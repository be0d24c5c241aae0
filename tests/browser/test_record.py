"""What only a browser shows of the record: a pasted text is read back before it is posted, what was earlier finds its
place in open rooms, a correction arrives there, and a file is attached.
"""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open, declare
from tocsin.db.database import Database
from tocsin.kernel.ids import incident_ref

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")


async def test_what_is_written_pasted_and_corrected_arrives_in_its_place(sit_down: Open, office: Database) -> None:
    incident = await declare(office)
    path = f"/incidents/{incident_ref(incident.number)}"
    bob, alice = await sit_down("bob"), await sit_down("alice")
    for page in (bob, alice):
        await page.goto(path)
    field = bob.get_by_placeholder("What happened")
    await field.fill("looked at the graphs")
    await bob.get_by_role("button", name="Post", exact=True).click()
    await expect(field).to_have_value("")
    await field.fill("# 20 November 2026\n[23:50] @alice [DECISION] roll back v2.3.1\n[23:58] done")
    await expect(bob.locator("#understood")).to_contain_text("2 entries will be written")
    await bob.get_by_role("button", name="Post", exact=True).click()
    await expect(field).to_have_value("")
    await expect(bob.locator("#understood")).to_be_empty()
    await expect(alice.locator("#timeline > li").nth(0)).to_contain_text("roll back v2.3.1")
    await expect(alice.locator("#timeline > li").nth(1)).to_contain_text("done")
    written = bob.locator(".entry", has_text="looked at the graphs")
    await written.hover()
    await written.get_by_role("link", name="Correct this entry").click()
    await bob.get_by_label("What should it say").fill("looked at the graphs of redis")
    await bob.get_by_role("button", name="Correct").click()
    await expect(alice.get_by_role("log")).to_contain_text("graphs of redis")
    await expect(alice.get_by_role("log").get_by_text("corrected")).to_have_count(1)
    await bob.locator("body").press("/")
    await expect(bob.get_by_role("searchbox")).to_be_focused()
    await bob.keyboard.type("redis")
    await bob.keyboard.press("Enter")
    await expect(bob.locator("mark")).to_have_text("redis")


async def test_tasks_and_files_are_added_in_the_room(sit_down: Open, office: Database, tmp_path: Path) -> None:
    incident = await declare(office)
    bob = await sit_down("bob")
    await bob.goto(f"/incidents/{incident_ref(incident.number)}")
    await bob.get_by_label("New task").fill("warn support")
    await bob.get_by_role("button", name="Add", exact=True).click()
    await expect(bob.get_by_label("New task")).to_have_value("")
    await bob.get_by_role("button", name="Start: warn support").click()
    await expect(bob.locator("#part-tasks")).to_contain_text("under way")
    (tmp_path / "graph.gif").write_bytes(PIXEL)
    await bob.get_by_role("button", name="Attach a file").click()
    await bob.locator("#attach input[type=file]").set_input_files(tmp_path / "graph.gif")
    await bob.locator("#attach").get_by_role("button", name="Attach", exact=True).click()
    image = bob.locator("#part-files img")
    await expect(image).to_have_js_property("naturalWidth", 1)


GIVE = """([kind, name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name));
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector("textarea[data-posts]").dispatchEvent(event);
}"""


async def test_what_is_pasted_or_dropped_where_one_writes_is_attached(sit_down: Open, office: Database) -> None:
    incident = await declare(office)
    bob = await sit_down("bob")
    await bob.goto(f"/incidents/{incident_ref(incident.number)}")
    field = bob.get_by_placeholder("What happened")
    await field.fill("half a sentence")
    await bob.evaluate(GIVE, ["paste", "pasted.gif", list(PIXEL)])
    await expect(bob.locator("#part-files")).to_contain_text("pasted.gif")
    await bob.evaluate(GIVE, ["drop", "dropped.gif", list(PIXEL)])
    await expect(bob.locator("#part-files")).to_contain_text("dropped.gif")
    await bob.evaluate(GIVE, ["drop", "virus.exe", [77, 90, 0, 255]])
    await expect(bob.locator(".composer [role=alert]")).to_contain_text("virus.exe")
    await expect(field).to_have_value("half a sentence")
