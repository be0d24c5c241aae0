"""Handing a role on in the room (ROL-3): first who may not, then what is shown and done."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import declare
from tocsin.db.database import Database
from tocsin.incidents import handoffs

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM = "/incidents/INC-1"
BUTTONS = ("handoff", "handoff/accept", "handoff/decline", "handoff/withdraw")


async def waiting(db: Database) -> list[tuple[str, str]]:
    async with db.connection() as conn:
        return [(each.giver, each.taker) for each in await handoffs.list_offers(conn, 1)]


async def test_a_viewer_sees_what_waits_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice, victor = await browser_of("alice"), await browser_of("victor")
    assert 'id="hand-on"' not in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/roles", role="commander")
    assert 'id="hand-on"' in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/handoff", to="bob", brief="Ask Dave.")
    page = (await victor.get(ROOM)).text
    assert "alice offers bob the role of commander; no answer yet." in page
    assert "I take over" not in page
    for button in BUTTONS:
        assert (await victor.press(f"{ROOM}/{button}", to="carol", brief="x")).status_code == 403, button
    assert await waiting(office) == [("alice", "bob")]


async def test_who_is_asked_reads_the_brief_and_takes_over(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    await alice.press(f"{ROOM}/roles", role="commander")
    answer = await alice.press(f"{ROOM}/handoff", to="@bob", brief="Ask Dave.\nWe roll back.", role="commander")
    assert answer.headers["location"] == ROOM
    page = (await bob.get(ROOM)).text
    assert "alice offers you the role of commander." in page
    assert "Ask Dave.\nWe roll back." in page
    await bob.press(f"{ROOM}/handoff/accept", words="next update at 14:30", role="commander")
    page = (await alice.get(ROOM)).text
    assert "Available: <b>alice</b>, who was the commander" in page
    assert "next update at 14:30." in page
    assert await waiting(office) == []


async def test_who_cannot_says_so_and_who_offered_takes_it_back(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    await alice.press(f"{ROOM}/roles", role="commander")
    await alice.press(f"{ROOM}/handoff", to="bob", brief="x")
    await bob.press(f"{ROOM}/handoff/decline", words="on a train")
    assert "@bob cannot take over as commander: on a train." in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/handoff", to="carol", brief="x")
    assert "Take the offer back" in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/handoff/withdraw")
    assert await waiting(office) == []
    refused = await alice.press(f"{ROOM}/handoff", to="", brief="x")
    assert (refused.status_code, "Nobody was named" in refused.text) == (400, True)
