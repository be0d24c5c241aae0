"""What only a browser shows of a postmortem: the preview follows, a wording is taken, what is typed survives, two who
save lose nothing, words that are selected become a comment's passage, and it is published; on a phone, and on paper.
"""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Open, declare
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import service

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TEXT = "# Learnt 🔔\n\n## Impact\n\nCheckout failed.\n\nBob forgot to check the disk.\n"


async def drafted(office: Database, text: str = TEXT) -> str:
    """The path of the postmortem of an incident that is over; version 2, owned by alice."""
    incident = await declare(office)
    async with office.transaction() as tx:
        await incidents.resolve(tx, incident.id, "@alice")
        await service.draft(tx, incident.id, "@alice")
        await service.assign_owner(tx, incident.id, "alice", "@alice")
        await service.edit(tx, incident.id, text, 1, "@alice")
    return f"/postmortems/{incident_ref(incident.number)}"


async def test_it_is_written_reviewed_and_published(sit_down: Open, office: Database) -> None:
    path = await drafted(office)
    alice, bob = await sit_down("alice"), await sit_down("bob")
    await bob.goto(f"{path}/edit")
    await alice.goto(f"{path}/edit")
    text, preview = alice.get_by_label("The postmortem in Markdown"), alice.locator("#preview")
    await expect(preview).to_contain_text("1 passage sounds like blame")
    await preview.get_by_role("button", name="Line 7").click()
    assert await alice.evaluate("getSelection().toString()") == "Bob forgot to check the disk."
    await preview.get_by_role("button", name="Take this wording").click()
    await expect(text).not_to_have_value(TEXT)
    await expect(preview).not_to_contain_text("sounds like blame")
    reworded = await text.input_value()
    assert reworded.startswith("# Learnt 🔔\n\n## Impact\n\nCheckout failed.\n\n")
    assert "Bob" not in reworded
    await text.fill(f"{reworded}\nThe pool was *small*.\n")
    await expect(preview.locator("em")).to_have_text("small")

    await alice.reload()
    await expect(alice.get_by_text("This is what you had typed and not saved.")).to_be_visible()
    await expect(text).to_have_value(f"{reworded}\nThe pool was *small*.\n")
    await bob.get_by_label("The postmortem in Markdown").fill(f"{TEXT}\nTen connections.\n")
    await bob.keyboard.press("Control+s")
    await expect(bob.locator("#document")).to_contain_text("Ten connections.")
    await alice.get_by_role("button", name="Save", exact=True).click()
    await expect(alice.get_by_role("alert")).to_contain_text("@bob has saved version 3 meanwhile.")
    await expect(alice.locator(".line-added", has_text="Ten connections.")).to_be_visible()
    await expect(text).to_have_value(f"{reworded}\nThe pool was *small*.\n")
    await text.fill("# Learnt\n\nThe pool of ten was *small*.\n")
    await alice.get_by_label("What changed, in a line").fill("both of us")
    await alice.get_by_role("button", name="Save", exact=True).click()
    await expect(alice.locator("#document")).to_contain_text("The pool of ten was small.")
    await alice.goto(f"{path}/edit")
    await expect(alice.get_by_text("This is what you had typed")).to_be_hidden()

    await bob.goto(path)
    await bob.locator("#document p", has_text="The pool").select_text()
    await expect(bob.get_by_label("About this passage")).to_have_value("The pool of ten was small.")
    await bob.get_by_label("Comment", exact=True).fill("Since when?")
    await bob.get_by_role("button", name="Comment", exact=True).click()
    await expect(bob.locator("#comment-1")).to_contain_text("Since when?")
    await bob.get_by_role("button", name="Approve").click()
    await alice.goto(path)
    await alice.get_by_role("button", name="Publish").click()
    await expect(alice.get_by_role("alert")).to_contain_text("1 comment is not resolved.")
    await alice.get_by_label("Why publish it all the same?").fill("it is known")
    await alice.get_by_role("button", name="Publish").click()
    await expect(alice.locator(".pm-facts")).to_contain_text("Published")


async def test_on_a_phone_it_fits_and_on_paper_there_is_nothing_but_the_text(sit_down: Open, office: Database) -> None:
    path = await drafted(office, f"{TEXT}\nAs the [docs](https://x.example/a) say.\n")
    alice = await sit_down("alice", viewport=PHONE, color_scheme="dark")
    for page in ("", "/edit", "/history", "/meeting", "/print"):
        await alice.goto(path + page)
        assert await alice.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
    await expect(alice.get_by_role("heading", name="Links")).to_be_hidden()
    await alice.emulate_media(media="print")
    await expect(alice.locator(".notes li")).to_have_text("https://x.example/a")
    await expect(alice.get_by_text("Back")).to_be_hidden()
    assert (await alice.pdf(format="A4")).startswith(b"%PDF")
    await alice.emulate_media(media="screen")
    await alice.goto(f"{path}/edit")
    await expect(alice.locator("#preview")).to_be_hidden()
    await alice.get_by_text("Preview", exact=True).click()
    await expect(alice.locator("#preview")).to_contain_text("Checkout failed.")
    await expect(alice.get_by_label("The postmortem in Markdown")).to_be_hidden()
