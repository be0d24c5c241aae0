"""Sharing the weeks ahead, as a page: first who may not, then the steps, and the button that asks."""

from collections.abc import Awaitable, Callable
from html import unescape
from re import findall

import pytest
from msgspec.structs import replace

from tests.support.served import PRIMARY, begin_recording
from tests.surfaces.web.conftest import Browser
from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import upsert_team, upsert_user
from tocsin.db.database import Database
from tocsin.oncall import service as oncall
from tocsin.oncall import swaps

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGE = "/oncall/load/proposal?schedule=payments-primary&weeks=12"
SHARED = (("alice",), ("bob",), ("alice",), ("dora",), ("alice",), ("emil",))


@pytest.fixture
async def unfair(office: Database) -> Database:
    await begin_recording(office)
    async with office.transaction() as tx:
        for name in ("dora", "emil"):
            await upsert_user(tx, UserDraft(name, f"{name}@example.com"), managed_by=None, actor="tocsin")
        people = ["alice", "bob", "dora", "emil"]
        await upsert_team(tx, "payments", people, ["carol"], managed_by=None, actor="tocsin")
        layer = replace(PRIMARY.layers[0], users=SHARED)
        await oncall.put_schedule(tx, replace(PRIMARY, layers=(layer,)))
    return office


@pytest.mark.usefixtures("unfair")
async def test_who_may_not(browser_of: BrowserOf, guest: Browser) -> None:
    assert (await guest.get(PAGE)).status_code == 303
    victor = await browser_of("victor")
    assert (await victor.get(PAGE)).status_code == 403
    assert "/oncall/load/proposal" not in (await victor.get("/oncall/load")).text
    assert (await victor.press("/oncall/load/proposal", on="/")).status_code == 403
    bob = (await (await browser_of("bob")).get(PAGE)).text  # he may read it, and give away only what is his
    assert "takes alice’s turn" in bob
    assert "Propose it to" not in bob


@pytest.mark.usefixtures("unfair")
async def test_the_button_asks_the_other_person_and_changes_nothing(browser_of: BrowserOf, unfair: Database) -> None:
    alice = await browser_of("alice")
    page = (await alice.get(PAGE)).text
    assert "Uneven then: hours" in page
    assert "→" in page
    assert findall(r"\d\.\d\d", page[page.index("<main") :]) == [], "an hour is told to its tenth"
    start = page.index('action="/oncall/load/proposal"')
    fields = dict(findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page[start : page.index("</form>", start)]))
    fields = {name: unescape(value) for name, value in fields.items() if name != "csrf"}
    assert (await alice.press("/oncall/load/proposal", on=PAGE, **fields)).status_code == 303
    async with unfair.connection() as conn:
        (asked,) = await swaps.list_swaps(conn, unfair.clock.now())
        assert (await oncall.get_schedule(conn, "payments-primary", unfair.clock.now())).overrides == ()
    assert (asked.giver, asked.taker) == ("alice", fields["taker"])
    assert f"{asked.taker} has been asked and has not answered" in (await alice.get(PAGE)).text


@pytest.mark.usefixtures("unfair")
async def test_what_is_wrong(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    for query in ("weeks=0", "weeks=many", "weeks=27"):
        assert (await alice.get(f"/oncall/load/proposal?{query}")).status_code == 400
    assert (await alice.get("/oncall/load/proposal?schedule=nothing")).status_code == 404
    assert (await alice.press("/oncall/load/proposal", on="/oncall/load/proposal", schedule="x")).status_code == 400
