"""The pages of the metrics: the same incidents in figures, charts and list, and none that the viewer may not see."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.kernel.clock import VirtualClock

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGES = ("/insights/response", "/insights/incidents")


async def _declare(office: Database, title: str, severity: str, *, is_private: bool = False) -> int:
    async with office.transaction() as tx:
        said = Declaration(title=title, severity=severity, services=("checkout",), by="@alice", is_private=is_private)
        return (await incidents.declare(tx, said)).id


async def test_figures_charts_and_list_are_of_the_same_incidents(
    office: Database, browser_of: BrowserOf, guest: Browser, clock: VirtualClock
) -> None:
    for path in PAGES:
        assert (await guest.get(path)).status_code == 303
    victor, alice = await browser_of("victor"), await browser_of("alice")
    assert "There was no incident in 6 months." in (await victor.get(PAGES[0])).text
    slow = await _declare(office, "Slow", "SEV-1")
    await _declare(office, "Down", "SEV-2")
    await _declare(office, "Hush", "SEV-1", is_private=True)
    clock.advance(timedelta(minutes=6))
    async with office.transaction() as tx:
        await incidents.acknowledge(tx, slow, "@alice", "cli")

    response, origins = [(await victor.get(f"{path}?months=3")).text for path in PAGES]
    for page in (response, origins):
        assert "3 months: 2 incidents" in page
        assert "Slow" in page
        assert "Hush" not in page
    assert "MTTA: median 6 min" in response
    assert "over 5 min" in response
    assert "first acknowledged by a person − detected" in response
    assert "left out: 1 lack the time: " in response
    assert origins.count('role="img"') == 5
    assert "Most: checkout, 2." in origins

    assert "3 incidents" in (await alice.get(PAGES[0])).text
    only = (await victor.get(f"{PAGES[0]}?severity=SEV-1&service=checkout&team=payments")).text
    assert "6 months, SEV-1, checkout, team payments: 1 incident<" in only
    assert "target 5 min" in only
    assert "Down" not in only
    none = (await victor.get(f"{PAGES[1]}?cause=capacity")).text
    assert "cause: capacity" in none
    assert "Slow" not in none


async def test_what_is_asked_wrongly_names_what_there_is(office: Database, browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    for query, status, words in (
        ("months=many", 400, "no number of months"),
        ("months=99", 400, "1 to 24"),
        ("severity=SEV-9", 404, "Use one of SEV-1"),
        ("team=nobody", 404, "There is no team"),
        ("team=payments&service=search", 400, "no service of payments"),
    ):
        answer = await victor.get(f"{PAGES[0]}?{query}")
        assert (answer.status_code, words in answer.text) == (status, True), query


async def test_the_report_of_a_month_is_the_same_for_everybody(
    office: Database, browser_of: BrowserOf, guest: Browser, clock: VirtualClock
) -> None:
    await _declare(office, "Slow", "SEV-1")
    await _declare(office, "Hush", "SEV-1", is_private=True)
    month = f"{clock.now():%Y-%m}"
    victor = await browser_of("victor")
    assert (await victor.get(f"/insights/reports/{month}")).status_code == 404
    clock.advance(timedelta(days=32))
    assert (await guest.get("/insights/reports")).status_code == 303
    victor, alice = await browser_of("victor"), await browser_of("alice")
    assert f'href="/insights/reports/{month}"' in (await victor.get("/insights/reports")).text
    pages = [(await browser.get(f"/insights/reports/{month}")).text for browser in (victor, alice)]
    reports = [page.split("<article")[1].split("</article>")[0] for page in pages]
    assert reports[0] == reports[1]
    assert "1 incident, 1 more than in" in reports[0]
    assert (await victor.get("/insights/reports/soon")).status_code == 400


async def test_a_manager_makes_a_report_anew_and_sees_what_became_different(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    await _declare(office, "Slow", "SEV-1")
    month = f"/insights/reports/{clock.now():%Y-%m}"
    clock.advance(timedelta(days=32))
    alice, carol = await browser_of("alice"), await browser_of("carol")
    assert "Make it anew" not in (await alice.get(month)).text
    assert (await alice.press(f"{month}/renew", on=month)).status_code == 403
    assert "Make it anew" in (await carol.get(month)).text
    assert "Nothing became different" in (await carol.press(f"{month}/renew", on=month)).text
    async with office.transaction() as tx:
        await tx.conn.execute("UPDATE incident SET severity = 'SEV-2'")
    kept = (await alice.get(month)).text
    changed = (await carol.press(f"{month}/renew", on=month)).text
    assert "What became different" in changed
    assert "<ins>" in changed
    assert (await alice.get(month)).text != kept
