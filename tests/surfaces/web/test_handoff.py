"""The page of a hand-off: who sees which button, what a form changes, what is refused. Alice hands over to Bob; Carol
leads them, Victor only looks."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.surfaces.web.conftest import Browser
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall import service as oncall

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGE = "/oncall/payments-primary/handoff"


def buttons(page: str) -> set[str]:
    return {
        word for word in ("Sign the hand-off", "Sign it again", "Accept the hand-off", "Add an ongoing") if word in page
    }


@pytest.fixture(autouse=True)
async def days_later(office: Database, clock: VirtualClock) -> None:
    """The last hand-over is history."""
    clock.advance(timedelta(days=2))
    async with office.transaction() as tx:
        draft = UserDraft(name="dora", email="dora@example.com", role=Role.RESPONDER)
        await upsert_user(tx, draft, managed_by=None, actor="tocsin")


async def sides(browser_of: BrowserOf) -> tuple[Browser, Browser, str, str]:
    page = (await (await browser_of("victor")).get(PAGE)).text
    found = re.search(r"<b>(\w+)</b> to <b>(\w+)</b>", page)
    assert found
    return await browser_of(found[1]), await browser_of(found[2]), found[1], found[2]


async def test_whoever_has_nothing_to_do_with_it_reads_it(browser_of: BrowserOf) -> None:
    for stranger in ("victor", "dora"):
        browser = await browser_of(stranger)
        page = (await browser.get(PAGE)).text
        assert "A draft" in page
        assert buttons(page) == set()
        for deed in ("note", "sign", "accept", "entries"):
            answer = await browser.press(f"{PAGE}/{deed}", note="x", kind="watch", text="x")
            assert answer.status_code == 403, deed
        assert (await browser.press(f"{PAGE}/strike", entry="1")).status_code == 403


async def test_it_is_written_signed_changed_signed_again_and_accepted(
    browser_of: BrowserOf, clock: VirtualClock
) -> None:
    outgoing, incoming, giver, taker = await sides(browser_of)
    assert buttons((await outgoing.get(PAGE)).text) == {"Sign the hand-off", "Add an ongoing"}
    assert buttons((await incoming.get(PAGE)).text) == {"Add an ongoing"}
    assert (await outgoing.press(f"{PAGE}/note", note="Watch <b>the disk</b>.")).status_code == 303
    assert "Watch &lt;b&gt;the disk&lt;/b&gt;." in (await incoming.get(PAGE)).text
    clock.advance(timedelta(minutes=1))
    await outgoing.press(f"{PAGE}/sign", note="Watch the disk, please.")
    page = (await incoming.get(PAGE)).text
    assert f"Signed by @{giver}" in page
    assert "Watch the disk, please." in page
    assert "Accept the hand-off" in page
    assert "Sign the hand-off" not in (await outgoing.get(PAGE)).text
    clock.advance(timedelta(minutes=1))
    link = "https://tickets.example.com/7"
    fields = {"kind": "issue", "text": "Slow disk", "owner": "bob", "link": link}
    assert (await incoming.press(f"{PAGE}/entries", **fields)).status_code == 303
    assert f'<a href="{link}" rel="noreferrer noopener">Slow disk (owner: bob)</a>' in (await incoming.get(PAGE)).text
    assert (await incoming.press(f"{PAGE}/accept")).status_code == 409
    assert buttons((await outgoing.get(PAGE)).text) == {"Sign it again", "Add an ongoing"}
    clock.advance(timedelta(minutes=1))
    await outgoing.press(f"{PAGE}/sign", note="Watch the disk, please.")
    accepted = await incoming.press(f"{PAGE}/accept")
    kept = (await incoming.get(accepted.headers["location"])).text
    assert f"accepted by @{taker}" in kept
    assert "Slow disk" in kept
    assert buttons(kept) == set()


async def test_an_entry_is_struck(browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    await carol.press(f"{PAGE}/entries", kind="contact", text="Security desk", phone="+49 30 2")
    page = (await carol.get(PAGE)).text
    number = re.search(r'name="entry" value="(\d+)"', page)
    assert number
    assert "Security desk: +49 30 2" in page
    await carol.press(f"{PAGE}/strike", entry=number[1])
    assert "Security desk" not in (await carol.get(PAGE)).text
    assert (await carol.press(f"{PAGE}/strike", entry=number[1])).status_code == 404
    assert (await carol.press(f"{PAGE}/strike", entry="²")).status_code == 400


async def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    for fields, said in (
        ({"kind": "issue", "text": "Slow disk"}, "An ongoing issue has an owner."),
        ({"kind": "watch", "text": "Slow disk", "link": "javascript:alert(1)"}, "is no web address"),
        ({"kind": "upcoming", "text": "Slow disk", "at": "soon"}, "is not a time"),
    ):
        answer = await carol.press(f"{PAGE}/entries", **fields)
        assert answer.status_code == 400
        assert said in answer.text
        assert 'value="Slow disk"' in answer.text
        assert '<details class="add-entry" open>' in answer.text
    long = await carol.press(f"{PAGE}/note", note="x" * 20_001)
    assert (long.status_code, "longer than 20000" in long.text) == (400, True)
    assert (await carol.press(f"{PAGE}/entries", kind="wish", text="x")).status_code == 400
    assert (await carol.get(f"{PAGE}?of=yesterday")).status_code == 400


async def test_one_person_alone_hands_over_to_nobody(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        schedule = await oncall.get_schedule(tx.conn, "payments-primary", tx.now)
        alone = replace(schedule.layers[0], users=(("alice",),))
        await oncall.put_schedule(tx, replace(schedule, layers=(alone,)))
    victor = await browser_of("victor")
    assert "Nobody takes over payments-primary" in (await victor.get(PAGE)).text
    assert (await victor.get("/oncall/nothing/handoff")).status_code == 404
