"""The tasks of a room: first who may not, then added in one line and moved by one press (WAR-5)."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import declare
from tocsin.db.database import Database

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_a_viewer_sees_them_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor, bob = await browser_of("victor"), await browser_of("bob")
    assert '<h2 id="part-tasks-title">' not in (await victor.get("/incidents/INC-1")).text
    await bob.press("/incidents/INC-1/tasks", text="@alice restart the <b>cache</b>")
    page = (await victor.get("/incidents/INC-1")).text
    assert "restart the &lt;b&gt;cache&lt;/b&gt; <b>alice</b>" in page
    assert "add-task" not in page
    assert (await victor.press("/incidents/INC-1/tasks", on="/", text="x")).status_code == 403
    assert (await victor.press("/incidents/INC-1/tasks/1", on="/", state="done")).status_code == 403


async def test_one_press_moves_a_task(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    bob = await browser_of("bob")
    assert (await bob.press("/incidents/INC-1/tasks", text="restart the cache")).status_code == 303
    await bob.press("/incidents/INC-1/tasks/1", state="under-way")
    page = (await bob.get("/incidents/INC-1")).text
    assert "restart the cache <b>you</b>" in page
    assert 'aria-label="Done: restart the cache"' in page
    await bob.press("/incidents/INC-1/tasks/1", state="done")
    assert "1 done</summary>" in (await bob.get("/incidents/INC-1")).text
    assert (await bob.press("/incidents/INC-1/tasks/1", state="gone")).status_code == 400
    assert (await bob.press("/incidents/INC-1/tasks/7", state="done")).status_code == 404
    assert (await bob.press("/incidents/INC-1/tasks", text=" ")).status_code == 400


async def test_the_composer_shows_that_a_command_is_one(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    bob = await browser_of("bob")
    shown = await bob.press("/incidents/INC-1/notes/understood", text="/task @alice restart it", type="action")
    assert "A task for</span> <b>@alice</b>" in shown.text
    assert "restart it" in shown.text
    await bob.press("/incidents/INC-1/notes", text="/task @alice restart it", type="action")
    assert "Task 1 for @alice: restart it" in (await bob.get("/incidents/INC-1")).text
