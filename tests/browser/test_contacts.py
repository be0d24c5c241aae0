"""A contact of one's own on a phone, with one thumb: added, its code entered, tested; and quiet hours (PAG-3)."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Open
from tests.support.sinks import SmtpSink

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = "/me/notifications"


async def test_a_way_is_added_and_proven_on_a_phone(sit_down: Open, mailbox: SmtpSink) -> None:
    page = await sit_down("bob", viewport=PHONE, java_script_enabled=False)
    await page.goto(PAGE)
    await page.get_by_label("Address or number").fill("bob@private.example")
    await page.get_by_role("button", name="Send the code").click()
    row = page.locator("li", has_text="bob@private.example")
    await expect(row.get_by_text("Waits for its code.")).to_be_visible()
    await row.get_by_label("Code").fill("12345")
    await row.get_by_role("button", name="Confirm").click()
    await expect(row.get_by_text("A code has six digits.")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    mail = await mailbox.inbox.receives(lambda mail: mail.is_for("bob@private.example", ""))
    (code,) = re.findall(r"^Code: (\d{6})\b", mail.text, re.MULTILINE)
    await row.get_by_label("Code").fill(f"{code[:3]} {code[3:]}")
    await row.get_by_role("button", name="Confirm").click()
    await expect(row.get_by_text("Proven just now")).to_be_visible()
    await row.get_by_role("button", name="Send a test").click()
    await expect(row.get_by_text("Last test")).to_be_visible()
    await page.get_by_role("button", name="Have quiet hours").click()
    await expect(page.get_by_text("What is of low urgency waits for their end.")).to_be_visible()
    thumb = await row.get_by_role("button", name="Send a test").bounding_box()
    assert thumb is not None
    assert thumb["height"] >= 44
    await page.close()
