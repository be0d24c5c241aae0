"""The table of alerts answers where each one went and why; held, muted and dropped ones are in it (ALR-8)."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.stores.alerting import Desk, open_desk, signal
from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import get_user_by_name, open_scope
from tocsin.alerts.model import Says
from tocsin.alerts.silences import set_silence
from tocsin.alerts.silencing import WantedSilence
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.matchers import parse_matcher
from tocsin.surfaces.web.pages.alerts import search

BrowserOf = Callable[[str], Awaitable[Browser]]
ROUTES = [
    {"match": ["severity=info"], "drop": "informational"},
    {"match": ["job=batch"], "hold": "nobody needs to know at once"},
    {"match": ["severity=warning"], "service": "checkout", "urgency": "low"},
    {"match": ["job=web"], "service": "checkout", "severity": "SEV-2"},
]


async def one_of_each(office: Database) -> Desk:
    """Alert 1 paged, 2 dropped, 3 held, 4 told at low urgency, 5 silenced, 6 over at once, 7 paged with 1's group."""
    desk = await open_desk(office, ROUTES)
    async with office.transaction() as tx:
        wanted = WantedSilence(
            matchers=(parse_matcher("instance=db-2"),),
            starts_at=tx.now,
            ends_at=tx.now + timedelta(hours=2),
            created_by="@carol",
            comment="moving the replica",
        )
        await set_silence(tx, wanted)
    for said in (
        signal(alertname="CheckoutErrors", job="web", severity="critical"),
        signal(alertname="DiskFills", severity="info", note="<b>bold</b>"),
        signal(alertname="NightlyLate", job="batch"),
        signal(alertname="QueueGrows", job="web", severity="warning"),
        signal(alertname="ReplicaBehind", job="web", instance="db-2"),
    ):
        await desk.receive(said)
    await desk.receive(signal(says=Says.RESOLVED, ends_at=office.clock.now(), alertname="Blip", job="web"))
    await desk.receive(signal(alertname="CheckoutErrors", job="web", severity="critical", instance="web-2"))
    await desk.work()
    return desk


async def test_what_is_outside_ones_scopes_does_not_exist(office: Database, browser_of: BrowserOf) -> None:
    await one_of_each(office)
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update alert set scope_id = %s", (circle,))
    carol, bob = await browser_of("carol"), await browser_of("bob")
    assert "row-link" not in (await carol.get("/alerts")).text
    assert (await carol.get("/alerts/1")).status_code == 404
    assert (await bob.get("/alerts")).text.count("row-link") == 7
    assert (await bob.get("/alerts/1")).status_code == 200


async def test_who_responds_says_that_an_alert_is_over(office: Database, browser_of: BrowserOf) -> None:
    await one_of_each(office)
    victor, bob = await browser_of("victor"), await browser_of("bob")
    assert "It is over" not in (await victor.get("/alerts/1")).text
    assert (await victor.press("/alerts/1/close")).status_code == 403
    assert "It is over" in (await bob.get("/alerts/1")).text
    assert (await bob.press("/alerts/1/close")).headers["location"] == "/alerts/1"
    page = (await bob.get("/alerts/1")).text
    assert "a person closed it" in page
    assert "It is over" not in page
    assert (await bob.press("/alerts/1/close")).status_code == 409


async def test_each_alert_says_where_it_went_and_why(office: Database, browser_of: BrowserOf) -> None:
    await one_of_each(office)
    victor = await browser_of("victor")
    page = (await victor.get("/alerts")).text
    assert '<a href="/incidents/INC-1">INC-1</a>' in page
    assert "informational" in page
    assert "silenced by @carol" in page
    assert "low urgency" in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page

    room = (await victor.get("/incidents/INC-1")).text
    assert "CheckoutErrors" in room
    assert "why here?" in room


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("went=paged", {"CheckoutErrors"}),
        ("went=dropped", {"DiskFills"}),
        ("went=held", {"NightlyLate"}),
        ("went=low-urgency", {"QueueGrows"}),
        ("went=silenced", {"ReplicaBehind"}),
        ("went=unseen", {"Blip"}),
        ("went=inhibited", set[str]()),
        ("state=resolved", {"Blip"}),
        ("state=firing&went=paged", {"CheckoutErrors"}),
        ("service=checkout&state=firing", {"CheckoutErrors", "QueueGrows", "ReplicaBehind"}),
        ('match=job=~"web|batch",severity=""', {"NightlyLate", "ReplicaBehind", "Blip"}),
        ("match=alertname!=CheckoutErrors&service=checkout", {"QueueGrows", "ReplicaBehind", "Blip"}),
    ],
)
async def test_a_list_is_sifted_by_where_they_went_state_service_and_labels(
    office: Database, browser_of: BrowserOf, query: str, titles: set[str]
) -> None:
    await one_of_each(office)
    page = (await (await browser_of("victor")).get(f"/alerts?{query}")).text
    rows = page.replace("<wbr>", "")
    every = {"CheckoutErrors", "DiskFills", "NightlyLate", "QueueGrows", "ReplicaBehind", "Blip"}
    assert {title for title in every if f">{title}</a>" in rows} == titles


async def test_the_ways_count_what_the_list_then_shows(office: Database, browser_of: BrowserOf) -> None:
    await one_of_each(office)
    page = (await (await browser_of("victor")).get("/alerts?service=checkout&went=paged")).text
    assert 'All <span class="count">5</span>' in page
    assert 'aria-current="true">Paged <span class="count">2</span>' in page
    assert '"/alerts?service=checkout&amp;went=silenced">Silenced <span class="count">1</span>' in page
    assert "Dropped" not in page
    assert page.count('class="row-link"') == 2


async def test_a_lease_that_has_run_out_is_stale_here_before_a_job_has_said_so(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    await one_of_each(office)
    victor = await browser_of("victor")
    clock.advance(timedelta(minutes=6))
    assert "row-link" not in (await victor.get("/alerts?state=firing")).text
    assert (await victor.get("/alerts?state=stale")).text.count("row-link") == 6


async def test_a_long_list_goes_on_and_says_among_how_many_it_counts(
    office: Database, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await open_desk(office, ROUTES)
    await desk.receive(*(signal(alertname=f"Filler{number}", job="batch") for number in range(60)))
    await desk.receive(signal(alertname="Newest", severity="info"))
    victor = await browser_of("victor")
    first = (await victor.get("/alerts?went=held")).text
    assert first.count("row-link") == 50
    older = first.split('class="older"><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert (await victor.get(older)).text.count("row-link") == 10

    monkeypatch.setattr(search, "LOOKED_THROUGH", 20)
    page = (await victor.get("/alerts?match=alertname=Filler0")).text
    assert "row-link" not in page
    assert 'class="older"' in page


async def test_who_may_silence_is_offered_to_from_an_alert_that_fires(office: Database, browser_of: BrowserOf) -> None:
    await one_of_each(office)
    alice, victor = await browser_of("alice"), await browser_of("victor")
    assert '"/silences/new?alert=1">Silence this…' in (await alice.get("/alerts/1")).text
    assert "Silence this" not in (await victor.get("/alerts/1")).text
    over = re.findall(r'href="(/alerts/\d+)">Blip', (await alice.get("/alerts")).text)[0]
    assert "Silence this" not in (await alice.get(over)).text
    assert "Silence this" not in (await alice.get("/alerts/5")).text


async def test_one_alert_has_its_reasons_its_labels_and_its_history(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    desk = await one_of_each(office)
    victor = await browser_of("victor")
    page = (await victor.get("/alerts/1")).text
    assert "<h1>Checkout<wbr>Errors</h1>" in page
    assert 'Went to <a href="/incidents/INC-1">INC-1</a>' in page
    assert "Routing: route 4" in page
    assert "<dt>severity</dt><dd>critical</dd>" in page
    silenced = (await victor.get("/alerts/5")).text
    assert re.search(r'<a href="/silences/[0-9a-f-]{36}">Silenced</a>: nobody was called.', silenced)
    assert "moving the replica" in silenced

    await desk.receive(signal(says=Says.RESOLVED, ends_at=clock.now(), alertname="NightlyLate", job="batch"))
    clock.advance(timedelta(minutes=1))
    await desk.receive(signal(alertname="NightlyLate", job="batch"))
    latest = re.findall(r'href="(/alerts/\d+)">Nightly<wbr>Late', (await victor.get("/alerts")).text)[0]
    again = (await victor.get(latest)).text
    assert "it has fired 2 times so far" in again
    assert '<a href="/alerts/3">' in again


async def test_one_that_flaps_says_so(office: Database, browser_of: BrowserOf) -> None:
    await one_of_each(office)
    async with office.transaction() as tx:
        await tx.conn.execute("update alert set flaps_since = %s where id = 1", (tx.now,))
    victor = await browser_of("victor")
    assert "<td>flapping</td>" in (await victor.get("/alerts")).text
    page = (await victor.get("/alerts/1")).text
    assert "Flaps since" in page
    assert "it is held as one" in page


async def test_without_alerts_the_page_says_how_to_send_some(browser_of: BrowserOf) -> None:
    assert "http://tocsin.test/api/v2/alerts" in (await (await browser_of("victor")).get("/alerts")).text


@pytest.mark.parametrize("query", ["went=loud", "state=loud", "before=x", "match=no-matcher", "match=a%3D~%5B"])
async def test_a_list_that_is_none_is_refused(browser_of: BrowserOf, query: str) -> None:
    victor = await browser_of("victor")
    assert (await victor.get(f"/alerts?{query}")).status_code == 400


@pytest.mark.parametrize("number", ["0", "99999999", "x", "9" * 40])
async def test_an_alert_that_is_none_is_not_found(office: Database, browser_of: BrowserOf, number: str) -> None:
    victor = await browser_of("victor")
    assert (await victor.get(f"/alerts/{number}")).status_code == 404
