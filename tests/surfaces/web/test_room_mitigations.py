"""Mitigations in the room (MIT-0, ROL-5): first who may not, then what is shown and done."""

from collections.abc import Awaitable, Callable

import pytest

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import declare
from tocsin.db.database import Database
from tocsin.mitigation import service

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM = "/incidents/INC-1"


async def recorded(db: Database) -> list[tuple[str, str, str | None]]:
    async with db.connection() as conn:
        return [(each.what, each.by, each.result) for each in await service.list_mitigations(conn, 1)]


async def test_a_viewer_sees_what_was_done_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice, victor = await browser_of("alice"), await browser_of("victor")
    await alice.press(f"{ROOM}/mitigations", what="rolled back to v2.3.0")
    page = (await victor.get(ROOM)).text
    assert "rolled back to v2.3.0" in page
    assert "It helped" not in page
    for button in ("mitigations", "mitigations/1/finish", "mitigations/1/worse"):
        assert (await victor.press(f"{ROOM}/{button}", what="x", result="helped")).status_code == 403
    assert await recorded(office) == [("rolled back to v2.3.0", "@alice", None)]


async def test_one_is_begun_and_ended_by_one_press(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    assert "Nothing has been tried yet." in (await alice.get(ROOM)).text
    said = {"what": "rolled back to v2.3.0", "temporary": "yes", "identified": "yes"}
    assert (await alice.press(f"{ROOM}/mitigations", **said)).headers["location"] == ROOM
    page = (await alice.get(ROOM)).text
    assert "<b>Mitigating</b> rolled back to v2.3.0" in page
    assert "temporary" in page
    assert "identified" in page
    await alice.press(f"{ROOM}/mitigations/1/finish", result="helped")
    page = (await alice.get(ROOM)).text
    assert "<b>Mitigating</b>" not in page
    assert await recorded(office) == [("rolled back to v2.3.0", "@alice", "helped")]


async def test_rol_5_after_it_made_things_worse_the_way_back_is_one_press(
    office: Database, browser_of: BrowserOf
) -> None:
    await declare(office)
    alice = await browser_of("alice")
    await alice.press(f"{ROOM}/mitigations", what="disabled the cache", way_back="switch it on again")
    assert "It made things worse…" in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/mitigations/1/worse", note="errors doubled", helpers="@bob")
    page = (await alice.get(ROOM)).text
    for words in ("made it worse", "errors doubled", "The way back: switch it on again", "Is SEV-1 still right"):
        assert words in page
    assert 'href="/maintenance/new?service=checkout"' in page
    await alice.press(f"{ROOM}/mitigations", what="switch it on again")
    assert "The way back:" not in (await alice.get(ROOM)).text.split('id="timeline"')[0]
    assert [result for _, _, result in await recorded(office)] == ["worse", None]


@pytest.mark.parametrize(
    ("button", "fields", "status", "words"),
    [
        ("mitigations", {"what": " "}, 400, "What is done has 1 to 500 characters"),
        ("mitigations/1/finish", {"result": "great"}, 400, "There is no result"),
        ("mitigations/1/finish", {"result": "worse"}, 400, "More is to be done"),
        ("mitigations/7/worse", {}, 404, "INC-1 has no mitigation 7"),
        ("mitigations/1/worse", {"helpers": "mallory"}, 404, "There is nobody named"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    office: Database, browser_of: BrowserOf, button: str, fields: dict[str, str], status: int, words: str
) -> None:
    await declare(office)
    alice = await browser_of("alice")
    await alice.press(f"{ROOM}/mitigations", what="rolled back")
    answer = await alice.press(f"{ROOM}/{button}", **fields)
    assert (answer.status_code, words in answer.text) == (status, True)


async def test_whatever_is_typed_stays_text(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    await alice.press(f"{ROOM}/mitigations", what="<img src=x onerror=alert(1)>", way_back="<script>alert(2)</script>")
    await alice.press(f"{ROOM}/mitigations/1/worse", note="<b>x</b>")
    page = (await alice.get(ROOM)).text
    for raw in ("<img src=x", "<script>alert", "<b>x</b>"):
        assert raw not in page
