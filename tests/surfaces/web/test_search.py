"""The search page: what a viewer may not see is not found, and what is found is text (SEC-1, SEC-7)."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import HOSTILE, declare
from tocsin.accounts.service import get_user_by_name, open_scope
from tocsin.db.database import Database

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_what_is_outside_ones_scopes_is_not_found(office: Database, browser_of: BrowserOf) -> None:
    await declare(office, "A leak of keys")
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update incident set scope_id = %s", (circle,))
    assert "INC-1" not in (await (await browser_of("carol")).get("/search?q=leak")).text
    assert "INC-1" in (await (await browser_of("bob")).get("/search?q=leak")).text


async def test_a_line_is_found_with_its_match_marked_and_a_way_to_it(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    bob = await browser_of("bob")
    assert 'action="/search"' in (await bob.get("/")).text
    await bob.press("/incidents/INC-1/notes", type="action", text=f"flushed the cache <3 {HOSTILE}")
    page = (await bob.get("/search?q=cach")).text
    assert "<mark>cache</mark>" in page
    assert "<script>alert" not in page
    assert "&lt;3" in page
    assert 'href="/incidents/INC-1#entry-' in page
    assert 'value="cach"' in page


async def test_nothing_found_says_so_and_a_name_leads_to_its_incident(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    bob = await browser_of("bob")
    assert "Nothing has “zebra” in it" in (await bob.get("/search?q=zebra")).text
    assert "Titles, summaries" in (await bob.get("/search")).text
    refused = await bob.get("/search?q=%26")
    assert (refused.status_code, "nothing to look for" in refused.text) == (400, True)
    assert (await bob.get("/search?q=INC-1")).headers["location"] == "/incidents/INC-1"
    assert (await bob.get("/search?q=inc-x")).status_code == 200
