"""The page of reachability, and the red mark of a schedule wherever it is shown."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import break_email, get_user_by_name
from tocsin.db.database import Database
from tocsin.delivery import contacts, proofs, store
from tocsin.kernel.clock import VirtualClock

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGE = "/oncall/reachability"
SHOWN_ON = ("/", "/oncall", "/oncall/payments-primary", "/oncall/calendar")


@pytest.fixture(autouse=True)
def days_later(clock: VirtualClock) -> None:
    clock.advance(timedelta(days=2))


async def test_whoever_works_with_nobody_there_sees_nobody_and_has_nobody_tested(browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    assert "Nobody that you work with is named yet" in (await victor.get(PAGE)).text
    assert (await victor.press(PAGE, on="/oncall/feeds", person="alice")).status_code == 403


async def prove(db: Database, name: str) -> None:
    """They answer a test message."""
    async with db.transaction() as tx:
        sent = await contacts.send_test(tx, await get_user_by_name(tx.conn, name), None, f"@{name}")
        delivery = await store.find_delivery(tx.conn, sent)
        assert delivery is not None
        await proofs.note_answered(tx, delivery)


async def test_an_unproven_person_marks_the_schedule_wherever_it_is_shown(
    office: Database, browser_of: BrowserOf
) -> None:
    carol = await browser_of("carol")
    for path in SHOWN_ON:
        page = (await carol.get(path)).text
        assert 'class="doubt"' in page, path
        assert "unproven: alice, bob" in page, path
    await prove(office, "bob")
    for path in SHOWN_ON:
        assert "alice has never answered a message by email" in (await carol.get(path)).text, path
    await prove(office, "alice")
    for path in SHOWN_ON:
        assert 'class="doubt"' not in (await carol.get(path)).text, path


async def test_a_way_by_which_nothing_arrives_says_so_although_it_was_answered(
    office: Database, browser_of: BrowserOf
) -> None:
    await prove(office, "alice")
    await prove(office, "bob")
    async with office.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        await break_email(tx, alice.id, "alice@example.com", "550 <no such user>")
    page = (await (await browser_of("bob")).get(PAGE)).text
    assert "nothing is sent to it:</span> 550 &lt;no such user&gt;." in page
    assert "the worst pages do not come by it" not in page
    for path in SHOWN_ON:
        assert "alice has no way to be reached" in (await (await browser_of("bob")).get(path)).text, path


async def test_one_has_oneself_tested(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    page = (await alice.get(PAGE)).text
    assert "unproven" in page
    assert page.count("Test me now") == 1
    assert "Ask now" not in page
    assert (await alice.press(PAGE, on=PAGE, person="alice")).status_code == 303
    assert "to be answered by" in (await alice.get(PAGE)).text
