"""Updates in the room: who may not, the list, the due line, the prefilled form, its preview, and what is wrong."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents import tasks
from tocsin.incidents.model import Declaration
from tocsin.incidents.task_model import TaskDraft, TaskState
from tocsin.kernel.clock import VirtualClock
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft, Result

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM, POST, FORM = "/incidents/INC-1", "/incidents/INC-1/updates", "/incidents/INC-1/update"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
async def taken(office: Database) -> Database:
    """A SEV-1 that alice has taken: an update is due in a quarter of an hour."""
    async with office.transaction() as tx:
        incident = await incidents.declare(tx, Declaration(title="Nobody can pay", severity="SEV-1", by="@alice"))
        await incidents.acknowledge(tx, incident.id, "@alice", "web")
    return office


async def test_a_viewer_reads_and_posts_nothing(taken: Database, browser_of: BrowserOf) -> None:
    alice, victor = await browser_of("alice"), await browser_of("victor")
    await alice.press(POST, on=ROOM, text="Rolling back")
    page = (await victor.get(ROOM)).text
    assert "Rolling back" in page
    assert "Post update" not in page
    assert (await victor.get(FORM)).status_code == 403
    for path in (POST, f"{POST}/preview"):
        assert (await victor.press(path, text="mine")).status_code == 403


async def test_an_update_is_posted_and_read_in_the_room(taken: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    before = (await alice.get(ROOM)).text
    assert "Nobody has posted an update yet." in before
    assert 'data-key="u"' in before
    answer = await alice.press(POST, on=ROOM, text="Rolling back v2.3.1", done="a\n\nb", eta="60", next="30")
    assert (answer.status_code, answer.headers["location"]) == (303, ROOM)
    page = (await alice.get(ROOM)).text
    assert "Rolling back v2.3.1" in page
    assert "Next update: " in page
    assert "tocsin:/" not in page


async def test_what_was_said_before_stays_unless_something_else_is_said(taken: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert '<option value="">unknown</option>' in (await alice.get(FORM)).text
    await alice.press(POST, on=ROOM, text="Rolling back", eta="60", root_cause="v2.3.1")
    form = (await alice.get(FORM)).text
    assert '<option value="">as said, ' in form
    assert 'value="v2.3.1"' in form


async def test_the_due_time_is_shown_and_amber_when_it_has_passed(
    taken: Database, clock: VirtualClock, browser_of: BrowserOf
) -> None:
    alice = await browser_of("alice")
    assert 'id="part-update-due"' in (await alice.get(ROOM)).text
    assert "Update 1 is due" not in (await alice.get(ROOM)).text
    clock.advance(timedelta(minutes=11))
    soon = (await alice.get(ROOM)).text
    assert "Update 1 is due" in soon
    assert "Write it…" in soon
    clock.advance(timedelta(minutes=5))
    assert '<p class="small amber">Update 1 was due at ' in (await alice.get(ROOM)).text


async def test_the_form_is_filled_in_from_the_records(taken: Database, browser_of: BrowserOf) -> None:
    async with taken.transaction() as tx:
        (incident,) = await incidents.list_incidents_by_id(tx.conn, [1])
        for what, result in (("restarted the cache", Result.NO_EFFECT), ("rolling back", None)):
            begun = await mitigation.begin(tx, incident.id, MitigationDraft(what=what), "@alice")
            if result:
                await mitigation.finish(tx, incident.id, begun.n, result, "@alice")
        for n, state in enumerate((TaskState.PLANNED, TaskState.UNDER_WAY, TaskState.DONE), 1):
            await tasks.add_task(tx, incident.id, TaskDraft(f"task {state.words}", None), "@alice")
            if state is not TaskState.PLANNED:
                await tasks.change_task(tx, incident.id, n, by="@alice", state=state)
    page = (await (await browser_of("alice")).get(FORM)).text
    for name, words in (
        ("done", "restarted the cache: had no effect\ntask done"),
        ("under_way", "rolling back\ntask under way"),
        ("planned", "task planned"),
    ):
        assert f'<textarea name="{name}" rows="2" maxlength="6000">{words}</textarea>' in page


async def test_a_preview_sends_nothing_with_and_without_script(taken: Database, browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    for path, more in ((POST, {"preview": "yes"}), (f"{POST}/preview", {})):
        shown = (await bob.press(path, on=ROOM, text="Rolling back", **more)).text
        assert "[SEV-1] INC-1 update 1: Nobody can pay" in shown
        assert "To alice. Nothing is sent yet." in shown
    assert "Nobody has posted an update yet." in (await bob.get(ROOM)).text


async def test_a_mistake_keeps_what_was_typed_and_a_sheet_reads_it_as_a_refusal(
    taken: Database, browser_of: BrowserOf
) -> None:
    bob = await browser_of("bob")
    refused = await bob.press(POST, on=ROOM, text="x", planned="y" * 301)
    assert refused.status_code == 400
    assert 'id="wrong-planned"' in refused.text
    assert "y" * 301 in refused.text
    part = await bob.press(f"{POST}/preview", on=ROOM, text=" ")
    assert "An update has 1 to 1500 characters." in part.text
    assert (await bob.press(POST, on=ROOM, text="x", eta="7")).status_code == 400


async def test_markup_stays_text_wherever_it_is_said(taken: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    said = {"text": HOSTILE, "done": HOSTILE, "under_way": HOSTILE, "planned": HOSTILE, "root_cause": HOSTILE}
    shown = (await alice.press(POST, on=ROOM, **said, preview="yes")).text
    await alice.press(POST, on=ROOM, **said)
    for page in (shown, (await alice.get(ROOM)).text, (await alice.get(FORM)).text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
