"""The table of alerts answers where each one went and why; held, muted and dropped ones are in it (ALR-8)."""

from collections.abc import Awaitable, Callable

from tests.stores.alerting import open_desk, signal
from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database

BrowserOf = Callable[[str], Awaitable[Browser]]
ROUTES = [
    {"match": ["severity=info"], "drop": "informational"},
    {"match": ["job=web"], "service": "checkout", "severity": "SEV-2"},
]


async def test_each_alert_says_where_it_went_and_why(office: Database, browser_of: BrowserOf) -> None:
    desk = await open_desk(office, ROUTES)
    await desk.receive(
        signal(alertname="CheckoutErrors", job="web", severity="critical"),
        signal(alertname="DiskFills", severity="info", note="<b>bold</b>"),
    )
    await desk.work()
    victor = await browser_of("victor")
    page = (await victor.get("/alerts")).text
    assert '<a href="/incidents/INC-1">INC-1</a>' in page
    assert "dropped" in page
    assert "informational" in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "CheckoutErrors" not in (await victor.get("/alerts?state=dropped")).text
    assert "DiskFills" not in (await victor.get("/alerts?state=held")).text
    assert "2 firing" in (await victor.get("/")).text

    room = (await victor.get("/incidents/INC-1")).text
    assert "CheckoutErrors" in room
    assert "why here?" in room


async def test_without_alerts_the_page_says_how_to_send_some(browser_of: BrowserOf) -> None:
    assert "http://tocsin.test/api/v2/alerts" in (await (await browser_of("victor")).get("/alerts")).text


async def test_a_list_that_is_none_is_refused(browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    assert (await victor.get("/alerts?state=loud")).status_code == 400
    assert (await victor.get("/alerts?before=x")).status_code == 400
