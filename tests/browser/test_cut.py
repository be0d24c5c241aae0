"""A room whose line is cut for a minute says so, loses nothing, doubles nothing and keeps what is typed (WAR-1)."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open, declare
from tests.browser.line import line_to
from tests.support.tocsin import Tocsin
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MINUTE = 60_000


async def test_a_minute_without_a_line_loses_nothing_doubles_nothing_and_keeps_what_is_typed(
    sit_down: Open, office: Database, tocsin: Tocsin
) -> None:
    incident = await declare(office)

    async def write(text: str) -> None:
        async with office.transaction() as tx:
            await incidents.add_note(tx, incident.id, "@bob", text)

    async with line_to(tocsin.address) as line:
        alice = await sit_down("alice", base_url=line.url)
        await alice.clock.install()
        await alice.goto(f"/incidents/{incident_ref(incident.number)}")
        log, field, note = (
            alice.get_by_role("log"),
            alice.get_by_placeholder("What happened"),
            alice.locator("#stream-note"),
        )
        await write("before the cut")
        await expect(log).to_contain_text("before the cut")

        await line.cut()
        await field.fill("half a sentence")
        await expect(note).to_contain_text("Cut off since")
        await write("while it was cut")
        await alice.get_by_role("button", name="Post", exact=True).click()
        await expect(alice.get_by_role("alert")).to_contain_text("could not be sent")
        await alice.clock.fast_forward(MINUTE)
        await write("a minute later")
        await expect(field).to_have_value("half a sentence")
        await expect(note).to_contain_text("what you write is kept")

        await line.mend()
        await alice.clock.fast_forward(MINUTE)
        await expect(note).to_have_text("")
        for text in ("before the cut", "while it was cut", "a minute later"):
            await expect(log.get_by_text(text, exact=True)).to_have_count(1)
        said = await log.locator(".said").all_inner_texts()
        assert [text for text in said if "cut" in text or "minute" in text] == [
            "before the cut",
            "while it was cut",
            "a minute later",
        ]
        await expect(field).to_have_value("half a sentence")
        await alice.reload()
        await expect(field).to_have_value("half a sentence")
        await field.press("Enter")
        await expect(log.get_by_text("half a sentence", exact=True)).to_have_count(1)
        await expect(field).to_have_value("")
