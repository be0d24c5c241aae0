"""Incidents that belong together, in the room (LIF-6): who may not, what is shown on both sides, what is refused."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import HOSTILE, declare
from tocsin.db.database import Database

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_who_may_not(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    await declare(office, "Search is slow")
    victor = await browser_of("victor")
    for path in ("merge", "split", "links", "unlink"):
        answer = await victor.press(f"/incidents/INC-2/{path}", into="INC-1", to="INC-1", reason="x")
        assert answer.status_code == 403
    assert "Merge or link…" not in (await victor.get("/incidents/INC-2")).text


async def test_both_rooms_say_what_they_have_to_do_with_each_other(office: Database, browser_of: BrowserOf) -> None:
    await declare(office, HOSTILE)
    await declare(office, "Search is slow")
    alice = await browser_of("alice")
    await alice.press("/incidents/INC-2/links", to="INC-1", kind="cause")
    page = (await alice.get("/incidents/INC-2")).text
    assert "the cause, triggered" in page
    assert "<script>alert" not in page
    assert "caused by this one, triggered" in (await alice.get("/incidents/INC-1")).text
    await alice.press("/incidents/INC-2/unlink", to="INC-1")
    assert "caused by this one" not in (await alice.get("/incidents/INC-1")).text

    await alice.press("/incidents/INC-2/merge", into="INC-1", reason="the same database")
    assert 'Merged into <a href="/incidents/INC-1">INC-1</a>' in (await alice.get("/incidents/INC-2")).text
    assert "merged into this one, resolved" in (await alice.get("/incidents/INC-1")).text
    await alice.press("/incidents/INC-2/split", reason="two after all")
    assert "Merged into <a" not in (await alice.get("/incidents/INC-2")).text


async def test_what_is_refused_says_why(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    for path, fields, status in (
        ("merge", {"into": "INC-1"}, 400),
        ("merge", {"into": "INC-9"}, 404),
        ("merge", {"into": "the other"}, 400),
        ("split", {"reason": "x"}, 409),
        ("links", {"to": "INC-1"}, 400),
        ("unlink", {"to": "INC-1"}, 409),
    ):
        assert (await alice.press(f"/incidents/INC-1/{path}", **fields)).status_code == status, (path, fields)
