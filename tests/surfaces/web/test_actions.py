"""Action items on the web (PMT-6): first who may not, then what the list says and what is pressed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents import tasks
from tocsin.incidents.model import Declaration, Incident
from tocsin.incidents.task_model import TaskDraft
from tocsin.postmortems import actions, service
from tocsin.postmortems.action_model import ActionDraft

BrowserOf = Callable[[str], Awaitable[Browser]]


async def declare(db: Database, *texts: str) -> Incident:
    """INC-1 with one item of Bob's for each text, due three days ago."""
    async with db.transaction() as tx:
        made = await incidents.declare(tx, Declaration(title="Checkout fails", services=("checkout",), by="@alice"))
        late = (await actions.today_in(tx)) - timedelta(days=3)
        for text in texts:
            await actions.add_item(tx, made.id, ActionDraft(text=text, owner="bob", due_on=late), "@alice")
    return made


async def test_a_viewer_reads_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await declare(office, "Add a canary.")
    victor = await browser_of("victor")
    page = (await victor.get("/actions")).text
    assert "Add a canary." in page
    assert "Done:" not in page
    assert (await victor.press("/incidents/INC-1/actions", text="x")).status_code == 403
    assert (await victor.press("/incidents/INC-1/actions/1", state="done")).status_code == 403


async def test_the_list_says_what_is_late_and_what_is_done(office: Database, browser_of: BrowserOf) -> None:
    await declare(office, "Add a canary.", "Alert on <it>.")
    bob = await browser_of("bob")
    page = (await bob.get("/actions?state=overdue&owner=bob")).text
    assert "3 days late" in page
    assert 'class="amber"' in page
    assert "Alert on &lt;it&gt;." in page
    assert "<b>0 %</b> done: 0 of 2" in page
    assert "None is like this." in (await bob.get("/actions?owner=alice")).text
    back = "/actions?owner=bob&state=overdue"
    pressed = await bob.press("/incidents/INC-1/actions/1", on="/actions", state="done", back=back)
    assert (pressed.status_code, pressed.headers["location"]) == (303, back)
    assert "<b>50 %</b> done: 1 of 2" in (await bob.get("/actions")).text
    again = await bob.press("/incidents/INC-1/actions/1", state="open", reason="it is gone", back="//evil.example.com")
    assert again.headers["location"] == "/incidents/INC-1"
    assert (await bob.press("/incidents/INC-1/actions/2", state="dropped")).status_code == 400
    assert (await bob.get("/actions?state=late")).status_code == 400


async def test_the_page_of_a_postmortem_has_them(office: Database, browser_of: BrowserOf) -> None:
    made = await declare(office, "Add a canary.")
    async with office.transaction() as tx:
        await tasks.add_task(tx, made.id, TaskDraft("a fix that lasts", None), "@alice")
        await service.draft(tx, made.id, "@alice")
    path = "/postmortems/INC-1"
    page = (await (await browser_of("alice")).get(path)).text
    assert "Make it an action item" in page
    assert f'name="back" value="{path}"' in page
    seen = (await (await browser_of("victor")).get(path)).text
    assert "3 days late" in seen
    assert "Make it an action item" not in seen


async def test_one_is_added_by_hand_and_of_a_follow_up_task(office: Database, browser_of: BrowserOf) -> None:
    made = await declare(office)
    async with office.transaction() as tx:
        await tasks.add_task(tx, made.id, TaskDraft("a fix that lasts", "bob"), "@alice")
    alice = await browser_of("alice")
    assert "Nothing is open." in (await alice.get("/actions")).text
    path = "/incidents/INC-1/actions"
    assert (await alice.press(path, task="1", back="/postmortems/INC-1")).headers["location"] == "/postmortems/INC-1"
    await alice.press(path, text="Say it.", category="process", owner="alice", due_on="2026-12-24")
    assert (await alice.press(path, text="x", due_on="soon")).status_code == 400
    page = (await alice.get("/actions")).text
    assert "a fix that lasts" in page
    assert "process, low" in page
    assert "Thu 24 Dec" in page
