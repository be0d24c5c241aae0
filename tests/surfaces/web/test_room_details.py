"""Times, ETA and cause in the room: who may not, what is shown, what is refused (LIF-2, LIF-10, LIF-11)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import declare
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.kernel.clock import VirtualClock
from tocsin.postmortems import service as postmortems

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM = "/incidents/INC-1"


async def test_who_may_not(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor = await browser_of("victor")
    for path, fields in (
        ("time", {"instant": "started_at", "at": "2026-01-01T10:00", "reason": "x"}),
        ("eta", {"eta": ""}),
        ("cause", {"cause_category": "capacity"}),
        ("conference", {"url": "https://meet.example.com/x"}),
    ):
        assert (await victor.press(f"{ROOM}/{path}", **fields)).status_code == 403
    assert "Times, ETA, cause…" not in (await victor.get(ROOM)).text


async def test_an_eta_is_shown_and_a_passed_one_asks_for_another(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    await declare(office)
    alice = await browser_of("alice")
    await alice.press(f"{ROOM}/eta", eta="")
    assert 'soft">ETA unknown ' in (await alice.get(ROOM)).text
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert (await alice.press(f"{ROOM}/eta", eta=later, reason="the vendor says so")).headers["location"] == ROOM
    assert 'soft">ETA unknown ' not in (await alice.get(ROOM)).text
    clock.advance(timedelta(days=3))
    alice = await browser_of("alice")
    assert "passed: give another one" in (await alice.get(ROOM)).text
    assert (await alice.press(f"{ROOM}/eta", eta="soon", reason="x")).status_code == 400


async def test_a_time_is_typed_on_the_viewers_clock(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    await declare(office)
    alice = await browser_of("alice")
    day_before = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT10:00")
    await alice.press(f"{ROOM}/time", instant="started_at", at=day_before, reason="the graph shows it")
    page = (await alice.get(ROOM)).text
    assert "Impact started: was not known" in page
    refused = await alice.press(f"{ROOM}/time", instant="mitigated_at", at=day_before, reason="x")
    assert (refused.status_code, "tocsin status INC-1 monitoring" in refused.text) == (409, True)
    assert (await alice.press(f"{ROOM}/time", instant="started_at", at="", reason="x")).status_code == 400


async def test_a_time_before_there_were_zones_is_none(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    for at in ("0001-01-01T00:00", "1969-12-31T12:00"):
        assert (await alice.press(f"{ROOM}/time", instant="started_at", at=at, reason="x")).status_code == 400
    for at in ("9999-12-31T23:59", "9001-01-01T00:00"):
        assert (await alice.press(f"{ROOM}/eta", eta=at, reason="x")).status_code == 400
    assert (await alice.get(ROOM)).status_code == 200


async def test_a_top_level_is_closed_with_its_cause(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    async with office.transaction() as tx:
        await incidents.resolve(tx, 1, "@alice")
    refused = await alice.press(f"{ROOM}/status", status="closed")
    assert (refused.status_code, "cause category" in refused.text) == (409, True)
    closing = {"status": "closed", "cause_category": "resource-exhaustion"}
    refused = await alice.press(f"{ROOM}/status", **closing)
    assert (refused.status_code, "its postmortem is published" in refused.text) == (409, True)
    assert "Close it without its postmortem" in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/status", **closing, override="yes", reason="a test of the pager")
    page = (await alice.get(ROOM)).text
    assert "<dt>Cause</dt><dd>resource exhaustion</dd>" in page


async def test_the_link_of_the_call_is_set_and_taken_back(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice, victor = await browser_of("alice"), await browser_of("victor")
    assert 'popovertarget="call">Call…' in (await alice.get(ROOM)).text
    assert "Where people speak" not in (await victor.get(ROOM)).text
    await alice.press(f"{ROOM}/conference", url=" https://meet.example.com/INC-1 ")
    assert 'href="https://meet.example.com/INC-1" target="_blank"' in (await victor.get(ROOM)).text
    assert "People speak at https://meet.example.com/INC-1 now, by @alice." in (await alice.get(ROOM)).text
    assert (await alice.press(f"{ROOM}/conference", url="javascript:alert(1)")).status_code == 400
    await alice.press(f"{ROOM}/conference", url="")
    assert "Join the call" not in (await victor.get(ROOM)).text


async def test_a_room_is_shown_as_its_address_says(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    usual = (await alice.get(ROOM)).text
    assert 'value="timeline" data-remember checked' in usual
    assert 'value="no" data-remember>' in usual
    chosen = (await alice.get(f"{ROOM}?tab=recovery&routine=no")).text
    assert 'value="recovery" data-remember checked' in chosen
    assert 'value="timeline" data-remember>' in chosen
    assert 'value="no" data-remember checked' in chosen
    assert 'value="timeline" data-remember checked' in (await alice.get(f"{ROOM}?tab=nothing")).text


async def test_what_is_over_says_how_its_postmortem_stands(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    await declare(office)
    alice, victor = await browser_of("alice"), await browser_of("victor")
    assert "Draft it" not in (await alice.get(ROOM)).text
    async with office.transaction() as tx:
        await incidents.resolve(tx, 1, "@alice")
    assert '<a href="/postmortems/INC-1">Draft it</a>' in (await alice.get(ROOM)).text
    assert "Draft it" not in (await victor.get(ROOM)).text
    async with office.transaction() as tx:
        await postmortems.draft(tx, 1, "@alice")
        await postmortems.assign_owner(tx, 1, "bob", "@alice")
    page = (await victor.get(ROOM)).text
    assert "Postmortem: draft, bob sees to it, due " in page
    assert '<a href="/postmortems/INC-1">Read it</a>' in page
    clock.advance(timedelta(hours=73))
    assert "Postmortem: draft, bob sees to it, was due at" in (await (await browser_of("alice")).get(ROOM)).text
    async with office.transaction() as tx:
        await postmortems.publish(tx, 1, "@bob")
    page = (await (await browser_of("alice")).get(ROOM)).text
    assert "Postmortem: published ·" in page
