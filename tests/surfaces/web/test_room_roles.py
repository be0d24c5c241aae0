"""Roles in the room and with the declaration (ROL-1, LIF-5): first who may not, then what is shown and done."""

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import declare
from tocsin.catalog import service as catalog
from tocsin.db.database import Database
from tocsin.incidents import assigning
from tocsin.incidents import service as incidents

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM = "/incidents/INC-1"
PRESSED: tuple[tuple[str, dict[str, str]], ...] = (
    ("roles", {"role": "commander"}),
    ("roles/release", {"role": "commander"}),
    ("team-size", {"team_size": "large"}),
)


async def held(db: Database) -> list[tuple[str, str]]:
    async with db.connection() as conn:
        return [(each.role, each.user) for each in await assigning.list_holdings(conn, 1)]


async def test_a_viewer_sees_who_does_what_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor = await browser_of("victor")
    page = (await victor.get(ROOM)).text
    assert "Tech lead" in page
    assert "Take it" not in page
    assert 'id="assign"' not in page
    for button, fields in PRESSED:
        assert (await victor.press(f"{ROOM}/{button}", **fields)).status_code == 403, button
    assert await held(office) == []


async def test_empty_roles_are_said_taken_given_and_given_back(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    page = (await alice.get(ROOM)).text
    assert page.count('<span class="soft">nobody</span>') == 3
    assert "The commander coordinates, assigns tasks," in page
    assert (await alice.press(f"{ROOM}/roles", role="commander")).headers["location"] == ROOM
    await alice.press(f"{ROOM}/roles", role="tech-lead", user="@bob")
    assert await held(office) == [("commander", "alice"), ("tech-lead", "bob")]
    page = (await alice.get(ROOM)).text
    assert "<b>you</b>" in page
    assert "<b>bob</b>" in page
    assert page.count("Give it back") == 1
    await alice.press(f"{ROOM}/roles/release", role="commander")
    assert await held(office) == [("tech-lead", "bob")]


@pytest.mark.parametrize(
    ("button", "fields", "status", "words"),
    [
        ("roles", {"role": "boss"}, 400, "There is no role"),
        ("roles", {"role": "scribe", "user": "victor"}, 409, "victor may not act on this incident"),
        ("roles", {"role": "scribe", "user": "mallory"}, 404, "There is nobody named"),
        ("roles/release", {"role": "scribe"}, 409, "Nobody is the scribe of INC-1"),
        ("team-size", {"team_size": "huge"}, 400, "There is no team size"),
        ("team-size", {}, 400, "There is no team size"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    office: Database, browser_of: BrowserOf, button: str, fields: dict[str, str], status: int, words: str
) -> None:
    await declare(office)
    alice = await browser_of("alice")
    answer = await alice.press(f"{ROOM}/{button}", **fields)
    assert (answer.status_code, words in answer.text) == (status, True)


async def test_a_larger_team_has_more_roles(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    await alice.press(f"{ROOM}/team-size", team_size="large")
    page = (await alice.get(ROOM)).text
    assert 'id="role-scribe"' in page
    assert "Large team: five people or more" in page


async def test_the_declaration_may_name_commander_and_size(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    form = (await alice.get("/declare")).text
    assert "<option>carol</option>" in form
    assert "<option>victor</option>" not in form
    said = {"title": "Checkout answers 500", "commander": "bob", "team_size": "large", "impact": "Nobody can pay"}
    await alice.press("/declare", on="/declare", **said)
    assert await held(office) == [("commander", "bob")]
    assert "Nobody can pay" in (await alice.get(ROOM)).text
    assert "bob commands" in (await alice.get("/")).text
    refused = await alice.press("/declare", on="/declare", **(said | {"commander": "victor"}))
    assert (refused.status_code, "victor may not act on this incident" in refused.text) == (400, True)
    assert '<details class="why" id="more" open>' in refused.text


async def test_war_4_the_call_is_one_press_away(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    await declare(office)
    assert "Join the call" not in (await alice.get(ROOM)).text
    async with office.transaction() as tx:
        organisation = replace(await catalog.organisation(tx.conn), war_room="https://meet.example.com/{id}")
        await catalog.put_organisation(tx, organisation)
    link = '<a href="https://meet.example.com/INC-1" target="_blank" rel="noopener noreferrer">Join the call</a>'
    assert link in (await alice.get(ROOM)).text
    async with office.transaction() as tx:
        await incidents.resolve(tx, 1, "@alice")
    assert "Join the call" not in (await alice.get(ROOM)).text
