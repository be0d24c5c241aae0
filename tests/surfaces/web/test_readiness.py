"""The page of readiness: who may look, what is missing, and the button for a test page."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.insights.readiness import put_probes
from tocsin.insights.readiness_model import AccessProbe
from tocsin.kernel.clock import VirtualClock

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGE = "/oncall/payments-primary/readiness"


@pytest.fixture(autouse=True)
def days_later(clock: VirtualClock) -> None:
    clock.advance(timedelta(days=2))


async def test_whoever_has_nothing_to_do_with_it_may_not_look(browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    assert (await victor.get(PAGE)).status_code == 403
    assert (await victor.press(f"{PAGE}/probe")).status_code == 403


async def test_the_next_person_sees_what_is_missing_and_asks_for_a_test_page(browser_of: BrowserOf) -> None:
    pages = {name: (await (await browser_of(name)).get(PAGE)).text for name in ("alice", "bob", "carol")}
    (taker,) = [name for name in ("alice", "bob") if f'id="ready-{name}"' in pages["carol"]]
    assert "Not ready:" in pages["carol"]
    assert "Nobody has ever answered by it." in pages["carol"]
    assert "Send me a test page" not in pages["carol"]
    assert "Send me a test page" in pages[taker]
    browser = await browser_of(taker)
    assert (await browser.press(f"{PAGE}/test", on=PAGE)).status_code == 303
    assert "Sent just now and not answered." in (await browser.get(PAGE)).text
    assert (await browser.press(f"{PAGE}/test", on=PAGE)).status_code == 409


async def test_the_probes_of_the_team_are_tried_when_asked(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert "Try the access probes now" not in (await alice.get(PAGE)).text
    assert (await alice.press(f"{PAGE}/probe")).status_code == 404
    async with office.transaction() as tx:
        await put_probes(tx, "payments", [AccessProbe(name="grafana", url="https://grafana.example.com/")])
    assert "Access to grafana" in (await alice.get(PAGE)).text
    assert (await alice.press(f"{PAGE}/probe", on=PAGE)).status_code == 303
