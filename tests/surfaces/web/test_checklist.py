"""The checklist in the room: who may not press, what is open, and one press that ticks, without script (GRD-2)."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import service
from tocsin.incidents.model import Declaration

BrowserOf = Callable[[str], Awaitable[Browser]]
PATH = "/incidents/INC-1/checklist"


async def declare(db: Database) -> None:
    async with db.transaction() as tx:
        await service.declare(tx, Declaration(title="Checkout answers 500", severity="SEV-1", by="@bob"))


async def test_a_viewer_reads_it_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor = await browser_of("victor")
    page = (await victor.get("/incidents/INC-1")).text
    assert "Is it really down?" in page
    assert f'action="{PATH}"' not in page
    assert (await victor.press(PATH, item="2")).status_code == 403


async def test_the_phase_for_now_is_open_and_each_item_has_its_rule(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    page = (await (await browser_of("alice")).get("/incidents/INC-1")).text
    assert 'id="phase-first" open' in page
    assert 'id="phase-early">' in page
    assert "One person decides; everybody else works. Ticks itself as soon as somebody commands." in page


async def test_one_press_ticks_and_another_takes_it_back(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    assert 'id="item-2" class="ticked"' not in (await alice.get("/incidents/INC-1")).text
    pressed = await alice.press(PATH, item="2", ticked="yes")
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/incidents/INC-1")
    page = (await alice.get("/incidents/INC-1")).text
    assert 'id="item-2" class="ticked"' in page
    assert "@alice ticked “Is it really down?”." in page
    await alice.press(PATH, item="2", ticked="no")
    assert 'id="item-2" class="ticked"' not in (await alice.get("/incidents/INC-1")).text


async def test_what_is_no_item_is_refused_in_words(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    assert (await alice.press(PATH, item="x")).status_code == 400
    assert (await alice.press(PATH, item="999")).status_code == 404
    assert "ticks itself as soon as" in (await alice.press(PATH, item="1")).text
