"""What the room lets its viewer say to the pager (PAG-4, ALR-9): first who may not, then what is offered and done."""

from collections.abc import Awaitable, Callable

import pytest

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import declare
from tocsin.accounts.service import get_user_by_name, open_scope
from tocsin.db.database import Database
from tocsin.paging import store
from tocsin.paging.model import PageState

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM = "/incidents/INC-1"
PRESSED: tuple[tuple[str, dict[str, str]], ...] = (
    ("decline", {}),
    ("escalate", {}),
    ("snooze", {"minutes": "30"}),
    ("reassign", {"to": "bob"}),
    ("responders", {"names": "bob"}),
    ("actionable", {"actionable": "yes"}),
)


async def called(db: Database) -> list[tuple[str, PageState, bool | None]]:
    async with db.connection() as conn:
        return [(page.user_name, page.state, page.actionable) for page in await store.list_pages(conn, 1)]


async def test_a_viewer_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor = await browser_of("victor")
    page = (await victor.get(ROOM)).text
    assert 'id="pager"' not in page
    assert "takers" not in page
    for button, fields in PRESSED:
        assert (await victor.press(f"{ROOM}/{button}", **fields)).status_code == 403, button
    assert await called(office) == [("alice", PageState.OPEN, None)]


async def test_what_is_outside_ones_scopes_does_not_exist(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update incident set scope_id = %s", (circle,))
    carol = await browser_of("carol")
    for button, fields in PRESSED:
        assert (await carol.press(f"{ROOM}/{button}", on="/", **fields)).status_code == 404, button


async def test_only_what_makes_sense_for_the_viewer_is_offered(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    assert "Not me: page the next" in (await alice.get(ROOM)).text
    page = (await bob.get(ROOM)).text
    assert "Not me: page the next" not in page
    for words in ("Call the next step now", "Hand it over to", "Ask for help", "Quiet for", '<option value="carol">'):
        assert words in page
    assert '<option value="victor">' not in page
    assert '<option value="schedule:payments-primary">' in page
    await alice.press(f"{ROOM}/resolve", on=ROOM, override="yes", reason="gone")
    assert 'id="pager"' not in (await bob.get(ROOM)).text


async def test_declining_and_escalating_go_back_to_the_room(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    answer = await alice.press(f"{ROOM}/decline", on=ROOM, reason="on a train")
    assert (answer.status_code, answer.headers["location"]) == (303, ROOM)
    assert await called(office) == [("alice", PageState.DECLINED, None), ("carol", PageState.OPEN, None)]
    page = (await alice.get(ROOM)).text
    assert "alice declines: on a train." in page
    refused = await alice.press(f"{ROOM}/decline", on=ROOM)
    assert refused.status_code == 409
    assert "You are not being called for INC-1" in refused.text
    assert (await alice.press(f"{ROOM}/escalate", on=ROOM)).status_code == 303


async def test_quiet_shows_when_it_ends_on_the_viewers_clock(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    assert (await alice.press(f"{ROOM}/snooze", on=ROOM, minutes="30")).status_code == 303
    page = (await alice.get(ROOM)).text
    assert "wants quiet until <time" in page
    assert ">11:30:00</time>; nobody is called." in page  # 10:30 UTC in Berlin
    assert (await alice.press(f"{ROOM}/snooze", on=ROOM, minutes="31")).status_code == 400


async def test_handing_over_and_helping(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice, bob, carol = [await browser_of(name) for name in ("alice", "bob", "carol")]
    await alice.press(f"{ROOM}/acknowledge", on=ROOM)
    assert (await alice.press(f"{ROOM}/responders", on=ROOM, names="bob, carol")).status_code == 303
    page = (await bob.get(ROOM)).text
    assert "Come to help" in page
    assert "Resolve…" not in page
    await bob.press(f"{ROOM}/acknowledge", on=ROOM)
    await carol.press(f"{ROOM}/decline", on=ROOM)
    assert "@alice has acknowledged INC-1" in (await bob.get(ROOM)).text
    assert (await alice.press(f"{ROOM}/reassign", on=ROOM, to="@bob", reason="your service")).status_code == 303
    assert "Acknowledge</button>" in (await bob.get(ROOM)).text
    assert [who for who, _, _ in await called(office)] == ["alice", "bob", "carol", "bob"]


@pytest.mark.parametrize(
    ("button", "fields", "status"),
    [
        ("reassign", {"to": " "}, 400),
        ("reassign", {"to": "mallory"}, 404),
        ("reassign", {"to": "victor"}, 409),
        ("reassign", {"to": "x" * 10_000}, 404),
        ("responders", {"names": " , "}, 400),
        ("responders", {"names": "mallory"}, 404),
        ("snooze", {}, 400),
        ("actionable", {"actionable": "perhaps"}, 400),
    ],
)
async def test_what_is_wrong_is_refused_and_calls_nobody(
    office: Database, browser_of: BrowserOf, button: str, fields: dict[str, str], status: int
) -> None:
    await declare(office)
    alice = await browser_of("alice")
    assert (await alice.press(f"{ROOM}/{button}", on=ROOM, **fields)).status_code == status
    assert await called(office) == [("alice", PageState.OPEN, None)]


async def test_whether_it_was_worth_it_is_asked_of_whom_was_called_until_it_is_said(
    office: Database, browser_of: BrowserOf
) -> None:
    await declare(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    question = "Was there something to do for your page?"
    assert question not in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/acknowledge", on=ROOM)
    assert question in (await alice.get(ROOM)).text
    assert question not in (await bob.get(ROOM)).text
    await alice.press(f"{ROOM}/actionable", on=ROOM, actionable="no")
    page = (await alice.get(ROOM)).text
    assert question not in page
    assert "nothing to do" in page
    await alice.press(f"{ROOM}/resolve", on=ROOM, override="yes", reason="gone", actionable="yes")
    assert await called(office) == [("alice", PageState.ACKNOWLEDGED, True)]


async def test_what_somebody_has_burns_again_on_now_while_others_are_called(
    office: Database, browser_of: BrowserOf
) -> None:
    await declare(office)
    alice = await browser_of("alice")
    await alice.press(f"{ROOM}/acknowledge", on=ROOM)
    assert "needs-you" not in (await alice.get("/")).text
    await alice.press(f"{ROOM}/escalate", on=ROOM)
    now = (await alice.get("/")).text
    assert "alice has it, others are called" in now
    assert "needs-you" in now
