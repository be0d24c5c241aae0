"""How the installation is set up: what manages it, who sends alerts, which peers answer; no key is ever shown."""

from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest

from tests.stores.alerting import open_desk
from tests.support.world import World, new_world
from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import get_user_by_name, open_scope
from tocsin.catalog import directory
from tocsin.catalog import service as catalog
from tocsin.catalog.model import AnnounceAddress, Chat
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.outbound import FailureReason

BrowserOf = Callable[[str], Awaitable[Browser]]
KEY = "0123456789abcdef0123456789abcdef"
CONFIGURATION = f"""
organisation: {{name: Example, time_zone: Europe/Berlin, severity_profile: sre}}
services:
  - {{name: search, team: payments}}
integrations:
  - {{name: prometheus, type: prometheus, key: "{KEY}"}}
"""


@pytest.fixture
async def world(office: Database, dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    async with new_world(dsn, clock) as world:
        await world.configure(CONFIGURATION)
        yield world
        world.airwaves.unread.clear()


async def test_what_is_outside_ones_scopes_does_not_exist(office: Database, browser_of: BrowserOf) -> None:
    await open_desk(office)
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update integration set scope_id = %s", (circle,))
    carol, bob = await browser_of("carol"), await browser_of("bob")
    assert "<b>prometheus</b>" not in (await carol.get("/settings")).text
    assert "<b>prometheus</b>" in (await bob.get("/settings")).text


async def test_files_sources_and_their_last_word_are_shown_and_no_key(world: World, browser_of: BrowserOf) -> None:
    page = (await (await browser_of("victor")).get("/settings")).text
    assert "<b>tocsin.yaml</b>" in page
    assert "@story" in page
    assert "<b>prometheus</b>" in page
    assert '<span class="soft">never</span>' in page
    assert KEY not in page
    await world.alert("Slow", severity="critical")
    async with world.db.transaction() as tx:
        await tx.conn.execute("update integration set last_used_at = %s", (tx.now,))
    assert ">just now</time>" in (await (await browser_of("victor")).get("/settings")).text


async def test_a_peer_that_does_not_answer_is_told_with_its_failure(world: World, browser_of: BrowserOf) -> None:
    assert "Nothing was sent in the last day." in (await (await browser_of("victor")).get("/settings")).text
    world.airwaves.break_down("email", FailureReason.UNREACHABLE)
    await world.declare("Checkout answers 500", services=("checkout",))
    page = (await (await browser_of("victor")).get("/settings")).text
    assert "<b>email.example.com:443</b>" in page
    assert '<td class="amber">fails' in page
    assert "the email of this story is broken" in page
    world.airwaves.mend("email")
    await world.passes(minutes=2)
    assert '<td class="amber">' not in (await (await browser_of("victor")).get("/settings")).text


async def test_before_anything_is_set_up_the_page_says_how_to_begin(office: Database, browser_of: BrowserOf) -> None:
    page = (await (await browser_of("victor")).get("/settings")).text
    assert "tocsin apply -f tocsin.yaml" in page
    assert "integrations:" in page


async def test_where_incidents_are_announced_is_shown_without_what_is_secret(
    office: Database, browser_of: BrowserOf
) -> None:
    alice = await browser_of("alice")
    assert "<dt>Announced to</dt><dd>nobody</dd>" in (await alice.get("/settings")).text
    addresses = (
        AnnounceAddress("email", "all@example.com"),
        AnnounceAddress("webhook", "https://h.example.com/s3cret"),
    )
    async with office.transaction() as tx:
        known = await catalog.organisation(tx.conn)
        await catalog.put_organisation(tx, msgspec.structs.replace(known, announce=addresses))
    page = (await alice.get("/settings")).text
    assert "email all@example.com, webhook h.example.com" in page
    assert "s3cret" not in page


async def test_a_room_is_tested_by_whoever_may_respond(office: Database, browser_of: BrowserOf) -> None:
    address = "https://hooks.slack.com/services/T0/B0/s3cret"
    async with office.transaction() as tx:
        await directory.put_chat(tx, Chat(name="ops", kind="slack", address=address, managed_by="tocsin.yaml"))
    victor, alice = await browser_of("victor"), await browser_of("alice")
    page = (await victor.get("/settings")).text
    assert "never tested" in page
    assert "hooks.slack.com" in page.replace("<wbr>", "")
    assert "s3cret" not in page
    assert "/settings/chats/ops/test" not in page
    assert (await alice.press("/settings/chats/ops/test", on="/settings")).status_code == 303
    assert "waits" in (await alice.get("/settings")).text
    assert "a moment ago" in (await alice.press("/settings/chats/ops/test", on="/settings")).text
