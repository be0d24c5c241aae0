"""Checks in the room: who may not, ticked and run by forms, resolve refused and then waited for (RES-1, RES-4)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.catalog import service as catalog
from tocsin.catalog.checks import ManualCheck
from tocsin.catalog.model import Service
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.kernel.clock import VirtualClock

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM = "/incidents/INC-1"
HOSTILE = "<script>alert(1)</script> grows"


@pytest.fixture(autouse=True)
async def declared(office: Database) -> None:
    async with office.transaction() as tx:
        checks = (ManualCheck(name="queue", asks=HOSTILE),)
        await catalog.put_service(tx, Service(name="shop", checks=checks))
        await incidents.declare(
            tx, Declaration(title="The shop is down", services=("shop",), severity="SEV-3", by="@alice")
        )


async def test_a_viewer_only_reads(browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    for path in ("checks", "checks/tick", "checks/add", "checks/remove", "resolve"):
        assert (await victor.press(f"{ROOM}/{path}", name="queue")).status_code == 403
    page = (await victor.get(ROOM)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; grows" in page
    assert "Yes, tick it" not in page
    assert "Run now" not in page
    assert 'id="add-check"' not in page


async def test_a_check_is_added_ticked_unticked_and_removed(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert 'id="add-check"' in (await alice.get(ROOM)).text
    added = {"kind": "manual", "name": "refunds", "asks": HOSTILE}
    assert (await alice.press(f"{ROOM}/checks/add", **added)).status_code == 303
    assert "Remove: refunds" in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/checks/tick", name="refunds")
    assert "Take the tick back: refunds" in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/checks/tick", name="refunds", ticked="no")
    page = (await alice.get(ROOM)).text
    assert "took the tick of refunds back" in page
    await alice.press(f"{ROOM}/checks/remove", name="refunds")
    assert "Remove: refunds" not in (await alice.get(ROOM)).text
    for form, field in (
        ({"kind": "command", "name": "a", "asks": "rm"}, "was not chosen"),
        ({"kind": "http", "name": "a", "asks": "x"}, "no web address"),
        ({"kind": "promql", "name": "a", "asks": "up", "limit": "few"}, "must be a number"),
        ({"kind": "promql", "name": "a", "asks": "up"}, "compares with one thing"),
    ):
        refused = await alice.press(f"{ROOM}/checks/add", **form)
        assert (refused.status_code, field in refused.text) == (400, True)


async def test_refused_ticked_and_waited_for(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    page = (await alice.get(ROOM)).text
    assert 'id="part-verification-title"' in page
    assert "Not met so far:" in page
    refused = await alice.press(f"{ROOM}/resolve")
    assert refused.status_code == 409
    assert "nobody has ticked it" in refused.text
    assert "<script>alert" not in refused.text
    await alice.press(f"{ROOM}/checks/tick", name="shop/queue")
    assert "Ticked by @alice." in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/checks")
    assert "last run" in (await alice.get(ROOM)).text
    await alice.press(f"{ROOM}/resolve", resolution="put it back", root_cause="a deployment")
    page = (await alice.get(ROOM)).text
    assert "The checks pass. Resolves at" in page
    assert "once it has stayed healthy for 15 minutes" in page
    assert (await alice.press(f"{ROOM}/resolve", override="yes")).status_code == 400
    await alice.press(f"{ROOM}/resolve", override="yes", reason="nobody shops at night")
    page = (await alice.get(ROOM)).text
    assert "overrides the checks, because: nobody shops at night" in page
    assert 'id="part-verification-title"' not in page


def head_says(page: str) -> str:
    return page.partition('id="part-wish"')[2].partition("</div>")[0]


async def test_how_a_wish_to_resolve_stands_is_said_at_the_head(browser_of: BrowserOf, clock: VirtualClock) -> None:
    alice = await browser_of("alice")
    assert "<p" not in head_says((await alice.get(ROOM)).text)
    await alice.press(f"{ROOM}/checks/tick", name="shop/queue")
    await alice.press(f"{ROOM}/resolve")
    assert "The checks pass. Resolves at" in head_says((await alice.get(ROOM)).text)
    await alice.press(f"{ROOM}/status", status="investigating")
    assert 'class="small amber"' in head_says((await alice.get(ROOM)).text)
    clock.advance(timedelta(minutes=16))
    assert "<p" not in head_says((await alice.get(ROOM)).text), "it is no news any more"


async def test_a_status_is_no_way_around(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    for status in ("resolved", "closed"):
        assert (await alice.press(f"{ROOM}/status", status=status)).status_code == 409
