"""The delivery ledger of an incident: whom, how, when, each attempt; why each person was called or not (PAG-6)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import time, timedelta
from decimal import Decimal

import pytest

from tests.support.world import World, new_world
from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import disable_user, get_user_by_name, list_users, open_scope
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Organisation
from tocsin.db.database import Database
from tocsin.delivery.model import Receipt, Report, Word
from tocsin.delivery.reports import record_report
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.localtime import Hours
from tocsin.kernel.outbound import FailureReason
from tocsin.paging.model import During, Policy, Step, Target, TargetKind, Variant, parse_target
from tocsin.paging.policies import put_policy
from tocsin.surfaces.web.pages.incidents import deliveries

BrowserOf = Callable[[str], Awaitable[Browser]]


@pytest.fixture
async def world(office: Database, dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    """The office with a worker; what its people receive is not what these tests ask about."""
    async with new_world(dsn, clock) as world:
        async with office.connection() as conn:
            world.people = {user.name: user.id for user in await list_users(conn)}
        yield world
        world.airwaves.unread.clear()


async def test_what_is_outside_ones_scopes_does_not_exist(world: World, browser_of: BrowserOf) -> None:
    await world.declare("A leak of keys", services=("checkout",))
    async with world.db.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update incident set scope_id = %s", (circle,))
    carol, bob = await browser_of("carol"), await browser_of("bob")
    assert (await carol.get("/incidents/INC-1/pages")).status_code == 404
    assert "A leak of keys" in (await bob.get("/incidents/INC-1/pages")).text


async def test_each_page_has_its_reason_its_way_and_the_answer(world: World, browser_of: BrowserOf) -> None:
    await world.declare("Checkout answers 500", services=("checkout",))
    victor = await browser_of("victor")
    page = (await victor.get("/incidents/INC-1/pages")).text
    assert "Step 1 of 2 calls schedule:payments-primary: on call in payments-primary" in page
    assert "e-mail to alice@example.com" in page
    assert "250 OK" in page
    assert "1 attempt</summary>" in page
    assert "email.example.com:443" in page
    assert "step 2 of 2 is called: carol" in page
    assert '<a href="/incidents/INC-1/pages">' in (await victor.get("/incidents/INC-1")).text


async def test_what_its_texts_and_calls_cost_is_said(world: World, browser_of: BrowserOf) -> None:
    world.airwaves.receipts["email"] = Receipt(answer="250 OK", cost=Decimal("0.24"))
    await world.declare("Checkout answers 500", services=("checkout",))
    page = (await (await browser_of("victor")).get("/incidents/INC-1/pages")).text
    assert "texts and calls cost 0.24 EUR" in page
    world.airwaves.receipts.clear()
    await world.declare("Something else")
    assert "texts and calls cost" not in (await (await browser_of("victor")).get("/incidents/INC-2/pages")).text


async def test_a_round_robin_is_not_called_by_the_name_of_its_place(world: World, browser_of: BrowserOf) -> None:
    among = (parse_target("user:bob"), parse_target("user:carol"))
    turns = Target(TargetKind.ROUND_ROBIN, "payments/step-1", among)
    async with world.db.transaction() as tx:
        await put_policy(tx, Policy("payments", (Step((turns,), timedelta(minutes=5)),)), None)
    await world.declare("Checkout answers 500", services=("checkout",))
    bob = await browser_of("bob")
    for path in ("/incidents/INC-1", "/incidents/INC-1/pages"):
        page = (await bob.get(path)).text
        assert "Step 1 of 1: next in turn of bob, carol" in page
        assert "payments/step-1" not in page


async def test_a_failure_is_told_with_every_attempt_and_who_could_not_be_called(
    world: World, browser_of: BrowserOf
) -> None:
    async with world.db.transaction() as tx:
        await disable_user(tx, "carol", managed_by=None, actor="@story")
    world.airwaves.break_down("email", FailureReason.TIMEOUT)
    await world.declare("Checkout answers 500", services=("checkout",))
    await world.passes(minutes=2)
    world.airwaves.break_down("email", FailureReason.REJECTED)
    await world.passes(minutes=8)
    world.airwaves.mend("email")
    page = (await (await browser_of("victor")).get("/incidents/INC-1/pages")).text
    called, _, rest = page.partition("Not called, or not reached")
    assert 'class="amber">failed' in called
    assert "failed (timeout)" in called
    assert "failed (rejected)" in called
    assert "attempts</summary>" in called
    assert "the email of this story is broken" in called
    left_out = rest.partition("The whole story")[0]
    assert "alice could not be reached, every way has failed" in left_out
    assert "carol" in left_out


async def test_what_came_back_is_no_plain_failure(world: World, browser_of: BrowserOf) -> None:
    await world.declare("Checkout answers 500", services=("checkout",))
    ((sent,),) = await world.rows("select id from delivery where purpose = 'page' and state = 'sent'")
    async with world.db.transaction() as tx:
        await record_report(tx, sent, Report(Word.FAILED, "550 5.1.1 no such user", FailureReason.REFUSED))
    bob = await browser_of("bob")
    for path in ("/incidents/INC-1", "/incidents/INC-1/pages"):
        page = (await bob.get(path)).text
        assert "taken, and did not arrive" in page, path
        assert "550 5.1.1 no such user" in page, path
    assert "did not arrive (refused)" in page, "the try itself"
    await world.worker.drain()
    world.airwaves.unread.clear()


async def test_that_nobody_is_called_before_business_hours_is_said(world: World, browser_of: BrowserOf) -> None:
    ladder = (Step((parse_target("user:carol"),), timedelta(minutes=5)),)
    held = Variant(during=During.OUTSIDE_BUSINESS_HOURS, severity=("SEV-3",), hold=True)
    async with world.db.transaction() as tx:
        tuesdays = Hours(days=(1,), begin=time(9), to=time(18))
        await catalog.put_organisation(tx, Organisation(time_zone="Europe/Berlin", business_hours=tuesdays))
        await put_policy(tx, Policy("payments", ladder, when=(held,)), None)
    await world.declare("Search is slow", services=("checkout",), severity="SEV-3")
    page = (await (await browser_of("bob")).get("/incidents/INC-1/pages")).text
    left_out = page.partition("Not called, or not reached")[2].partition("The whole story")[0]
    assert "Nobody is called yet: held until Tuesday 2026-03-03 09:00 CET" in left_out


async def test_word_of_an_answer_stands_apart_from_the_pages(world: World, browser_of: BrowserOf) -> None:
    await world.declare("Checkout answers 500", services=("checkout",))
    await world.passes(minutes=6)
    await world.acknowledge("carol")
    page = (await (await browser_of("bob")).get("/incidents/INC-1/pages")).text
    others = page.partition("Other messages about it")[2].partition("The whole story")[0]
    assert "word that somebody has it" in others
    assert "<b>alice</b>" in others
    assert "Escalation stops for everyone: @carol has answered" in page


async def test_a_story_that_is_too_long_for_a_page_shows_its_end(
    world: World, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "MOST_LINES", 2)
    await world.declare("Checkout answers 500", services=("checkout",))
    page = (await (await browser_of("bob")).get("/incidents/INC-1/pages")).text
    assert "The latest 2 facts" in page
    assert "declared" not in page.partition("The whole story")[2]


async def test_without_a_page_it_says_so(world: World, browser_of: BrowserOf) -> None:
    async with world.db.transaction() as tx:
        await tx.conn.execute("update escalation_policy set replaced_at = %s", (tx.now + timedelta(0),))
        await tx.conn.execute("update app_user set disabled_at = %s where role = 'admin'", (tx.now,))
    await world.declare("Nobody knows")
    page = (await (await browser_of("bob")).get("/incidents/INC-1/pages")).text
    assert '<p class="soft">Nobody.</p>' in page
