"""Swaps and cover on the web: who sees what, who may answer, and what is refused.

It is Monday 2026-03-02 11:00 in Berlin. Alice is on call until next Monday 09:00, then bob, then alice; Carol leads.
"""

import re
from collections.abc import Awaitable, Callable
from html import unescape

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.oncall import changes, cover, swaps
from tocsin.oncall.change_model import CoverState, SwapState

BrowserOf = Callable[[str], Awaitable[Browser]]
SECOND_WEEK = "bob 2026-03-09T08:00:00+00:00/2026-03-16T08:00:00+00:00"


async def states(office: Database) -> list[str]:
    async with office.connection() as conn:
        proposed = await swaps.list_swaps(conn, office.clock.now(), SwapState)
        asked = await cover.list_cover(conn, office.clock.now(), CoverState)
    return [*(one.state for one in proposed), *(one.state for one in asked)]


async def overrides(office: Database) -> list[tuple[str, str | None]]:
    async with office.connection() as conn:
        found = await changes.list_overrides(conn, office.clock.now())
    return [(each.override.user, each.override.instead_of) for each in found]


async def shift(browser: Browser, number: int = 0) -> str:
    """The address of the form that gives away a shift of theirs, from the page."""
    found: list[str] = re.findall(r'href="(/swaps/new\?[^"]+)"', (await browser.get("/swaps")).text)
    return unescape(found[number])


async def give(browser: Browser, whom: str, number: int = 1) -> int:
    """Sends the form as it is shown, for a shift of theirs; alice's second one is the third week of March."""
    path = await shift(browser, number)
    hidden = re.findall(r'name="(schedule|from|to)" value="([^"]*)"', (await browser.get(path)).text)
    sent = {name: unescape(value) for name, value in hidden}
    answer = await browser.press("/swaps/new", on=path, **sent, whom=whom, reason="wedding")
    return answer.status_code


async def test_a_viewer_looks_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    alice, victor = await browser_of("alice"), await browser_of("victor")
    path = await shift(alice)
    assert [await give(alice, "bob"), await give(alice, "everybody", 0)] == [303, 303]
    page = (await victor.get("/swaps")).text
    assert "wedding" in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
    assert "/swaps/new" not in page
    assert (await victor.get(path)).status_code == 403
    for deed in ("new", "1/accept", "1/decline", "1/withdraw", "cover/1/take", "cover/1/withdraw"):
        assert (await victor.press(f"/swaps/{deed}")).status_code == 403, deed
    assert await states(office) == ["proposed", "open"]


async def test_only_whom_it_is_proposed_to_or_a_lead_answers(office: Database, browser_of: BrowserOf) -> None:
    alice, bob, carol = await browser_of("alice"), await browser_of("bob"), await browser_of("carol")
    await give(alice, "bob")
    assert "/swaps/1/accept" not in (await alice.get("/swaps")).text
    assert (await alice.press("/swaps/1/accept")).status_code == 403
    assert (await bob.press("/swaps/1/withdraw")).status_code == 403
    mine = (await bob.get("/swaps")).text
    assert "<b>alice</b> would give <b>you</b>" in mine
    assert "/swaps/1/withdraw" not in mine
    assert "Accept for bob" in (await carol.get("/swaps")).text
    assert (await carol.press("/swaps/1/decline", on="/swaps")).headers["location"] == "/swaps"
    assert await states(office) == ["declined"]


async def test_what_it_breaks_is_said_beside_it_and_accepted_anyway(office: Database, browser_of: BrowserOf) -> None:
    alice, bob = await browser_of("alice"), await browser_of("bob")
    assert await give(alice, SECOND_WEEK) == 303
    page = (await bob.get("/swaps")).text
    assert "in return" in page
    assert 'name="anyway"' not in page
    refused = await bob.press("/swaps/1/accept", on="/swaps")
    assert refused.status_code == 409
    assert "alice is on call in payments-primary for 14 days in a row" in refused.text
    assert 'name="anyway"' in refused.text.partition('id="swap-1"')[2]
    assert await overrides(office) == []
    assert (await bob.press("/swaps/1/accept", anyway="we both like it so")).status_code == 303
    assert sorted(await overrides(office)) == [("alice", "bob"), ("bob", "alice")]
    again = await bob.press("/swaps/1/accept")
    assert again.status_code == 409
    assert "is accepted already by @bob" in again.text
    assert 'name="anyway"' not in again.text


async def test_cover_is_taken_by_the_first(office: Database, browser_of: BrowserOf) -> None:
    alice, bob, carol = await browser_of("alice"), await browser_of("bob"), await browser_of("carol")
    before = (await alice.get("/swaps")).text.count("Give it away…")
    assert await give(alice, "everybody", 0) == 303
    page = (await alice.get("/swaps")).text
    assert "/swaps/cover/1/take" not in page
    assert page.count("Give it away…") == before - 1, "what is asked for once is not offered again"
    assert "Take it" in (await carol.get("/swaps")).text
    assert (await carol.press("/swaps/cover/1/take", on="/swaps", anyway="bob is away")).status_code == 303
    assert (await bob.press("/swaps/cover/1/take")).status_code == 409
    assert await overrides(office) == [("carol", "alice")]


async def test_what_was_asked_is_taken_back(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    await give(alice, "bob")
    await give(alice, "everybody", 0)
    await alice.press("/swaps/1/withdraw", on="/swaps")
    await alice.press("/swaps/cover/1/withdraw", on="/swaps")
    assert await states(office) == ["withdrawn", "withdrawn"]
    assert "Nobody has proposed a swap" in (await alice.get("/swaps")).text
    assert (await alice.press("/swaps/x/withdraw")).status_code == 404


async def test_both_clocks_are_shown_where_they_differ(office: Database, browser_of: BrowserOf) -> None:
    async with office.connection() as conn:
        await conn.execute("update app_user set time_zone = 'America/New_York' where name = 'bob'")
    alice, bob = await browser_of("alice"), await browser_of("bob")
    await give(alice, "bob")
    there = "(Mon 2026-03-16 09:00 to Mon 2026-03-23 09:00 (CET))"
    assert there in (await bob.get("/swaps")).text
    assert there not in (await alice.get("/swaps")).text


async def test_what_is_wrong_is_said_and_the_form_stays(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    path = await shift(alice)
    assert await give(alice, "nobody", 0) == 400
    assert (await alice.get("/swaps/new?schedule=payments-primary&from=x&to=y")).status_code == 400
    assert (await alice.get(path.replace("payments-primary", "nothing"))).status_code == 404
    assert await states(office) == []
    page = (await alice.get(path)).text
    assert '<optgroup label="bob">' in page
    assert '<optgroup label="victor">' not in page
    assert page.index('label="bob"') < page.index('label="carol"')


async def test_a_lead_gives_the_shift_of_another_away(office: Database, browser_of: BrowserOf) -> None:
    alice, bob, carol = await browser_of("alice"), await browser_of("bob"), await browser_of("carol")
    assert not re.findall(r'href="/swaps/new\?of=bob', (await alice.get("/oncall/payments-primary")).text)
    path = unescape(
        re.findall(r'href="(/swaps/new\?of=bob[^"]+)"', (await carol.get("/oncall/payments-primary")).text)[0]
    )
    page = (await carol.get(path)).text
    assert "It stays theirs until" in page
    hidden = {
        name: unescape(value) for name, value in re.findall(r'name="(of|schedule|from|to)" value="([^"]*)"', page)
    }
    assert (await alice.press("/swaps/new", **hidden, whom="carol")).status_code == 403
    assert (await carol.press("/swaps/new", on=path, **hidden, whom="everybody")).status_code == 303
    assert "<b>bob</b> payments" in (await bob.get("/swaps")).text
    assert await states(office) == ["open"]


async def test_a_lead_says_who_takes_a_shift(office: Database, browser_of: BrowserOf) -> None:
    alice, bob, carol = await browser_of("alice"), await browser_of("bob"), await browser_of("carol")
    await give(alice, "everybody", 0)
    assert "for somebody…" not in (await bob.get("/swaps")).text
    assert (await bob.press("/swaps/cover/1/take", user="carol")).status_code == 403
    assert "for somebody…" in (await carol.get("/swaps")).text
    wrong = await carol.press("/swaps/cover/1/take", user="mallory")
    assert "nobody named" in wrong.text
    answer = await carol.press("/swaps/cover/1/take", user="bob")
    if answer.status_code == 409:
        assert "bob takes it anyway" in answer.text
        answer = await carol.press("/swaps/cover/1/take", user="bob", anyway="alice is ill")
    assert answer.status_code == 303
    assert await overrides(office) == [("bob", "alice")]
