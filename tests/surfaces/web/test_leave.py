"""Leave on the web: who enters it for whom, what it touches, and what is refused.

It is Monday 2026-03-02 11:00 in Berlin. Alice is on call until next Monday 09:00, then bob; Carol leads.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.oncall import cover, leave
from tocsin.oncall.change_model import Leave
from tocsin.surfaces.web.pages.oncall.leave import LOOK_AHEAD

BrowserOf = Callable[[str], Awaitable[Browser]]
AWAY = {"user": "bob", "from": "2026-03-10T00:00", "to": "2026-03-12T00:00", "reason": "the dentist"}
PATH = "/oncall/leave"


async def every(office: Database) -> list[Leave]:
    async with office.connection() as conn:
        return await leave.list_leave(conn, office.clock.now(), office.clock.now() + LOOK_AHEAD)


async def test_a_viewer_reads_who_is_away_and_enters_nothing(office: Database, browser_of: BrowserOf) -> None:
    bob, victor = await browser_of("bob"), await browser_of("victor")
    await bob.press(PATH, **AWAY)
    page = (await victor.get(PATH)).text.partition("<main")[2].partition("</main>")[0]
    assert "<b>bob</b>" in page
    assert "dentist" not in page
    assert "<form" not in page
    for path in (PATH, f"{PATH}/1/end"):
        assert (await victor.press(path, **AWAY)).status_code == 403
    assert len(await every(office)) == 1


async def test_ones_own_shows_what_it_touches_and_asks_the_team(office: Database, browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    answer = await bob.press(PATH, on=PATH, **AWAY, cover="yes")
    assert answer.headers["location"] == f"{PATH}#leave-1"
    (entered,) = await every(office)
    assert (entered.user, entered.starts_at) == ("bob", datetime.fromisoformat("2026-03-09T23:00Z"))
    page = (await bob.get(PATH)).text
    assert "On call then:" in page
    assert "the dentist" in page
    (shift,) = re.findall(r'href="(/swaps/new\?of=bob[^"]+)"', page)
    assert (await bob.get(shift.replace("&amp;", "&"))).status_code == 200
    async with office.connection() as conn:
        (asked,) = await cover.list_cover(conn, office.clock.now())
    assert (asked.user, asked.starts_at) == ("bob", entered.starts_at)


async def test_without_the_tick_nobody_is_asked(office: Database, browser_of: BrowserOf) -> None:
    await (await browser_of("bob")).press(PATH, **AWAY)
    async with office.connection() as conn:
        assert await cover.list_cover(conn, office.clock.now()) == []


async def test_a_lead_enters_it_for_others_and_a_colleague_does_not(office: Database, browser_of: BrowserOf) -> None:
    alice, carol = await browser_of("alice"), await browser_of("carol")
    assert "<option" not in (await alice.get(PATH)).text
    assert (await alice.press(PATH, **AWAY)).status_code == 403
    assert await every(office) == []
    assert "<option>bob</option>" in (await carol.get(PATH)).text
    await carol.press(PATH, on=PATH, **AWAY)
    assert "entered by @carol" in (await carol.get(PATH)).text
    page = (await alice.get(PATH)).text
    assert "dentist" not in page
    assert "/end" not in page
    assert (await alice.press(f"{PATH}/1/end")).status_code == 403
    assert (await carol.press(f"{PATH}/1/end", on=PATH)).headers["location"] == PATH
    assert await every(office) == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"from": "soon"}, "from"),
        ({"to": ""}, "to"),
        ({"to": "2026-03-09T00:00"}, "to"),
        ({"reason": "x" * 501}, "reason"),
        ({"user": "mallory"}, "user"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    office: Database, browser_of: BrowserOf, sent: dict[str, str], field: str
) -> None:
    answer = await (await browser_of("carol")).press(PATH, **(AWAY | sent))
    assert answer.status_code == 400
    assert f'id="wrong-{field}"' in answer.text
    if field != "from":
        assert "2026-03-10T00:00" in answer.text
    assert await every(office) == []


async def test_what_is_no_leave_is_not_found(office: Database, browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    for number in ("7", "x", "9" * 30):
        assert (await bob.press(f"{PATH}/{number}/end", on=PATH)).status_code == 404
