"""The page about guard rails: for people who are signed in, counted, drawn, and silent about what is private."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import findings
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.kernel.chart_renderer import Renderer

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGE = "/insights/guard-rails"


async def _break_a_rule(
    office: Database, title: str, rule: str, *, is_private: bool = False, drill: bool = False
) -> None:
    async with office.transaction() as tx:
        said = Declaration(title=title, services=("checkout",), by="@alice", is_private=is_private, is_drill=drill)
        incident = await incidents.declare(tx, said)
        await findings.raise_finding(
            tx, incident, rule=rule, occurrence="1", text="It went <wrong>.", remedy="Mend it."
        )


async def test_it_counts_draws_and_keeps_secrets(office: Database, browser_of: BrowserOf, guest: Browser) -> None:
    assert (await guest.get(PAGE)).status_code == 303
    victor, alice = await browser_of("victor"), await browser_of("alice")
    assert "No guard rail has fired" in (await victor.get(PAGE)).text
    await _break_a_rule(office, "Slow", "no-commander")
    await _break_a_rule(office, "Hush", "too-silent", is_private=True)
    await _break_a_rule(office, "Game day", "no-commander", drill=True)
    page = (await victor.get(f"{PAGE}?months=3")).text
    assert "Most often: no commander, once. All together: once, in 1 incident." in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert 'role="img"><title>Which guard rails fired?</title>' in page
    assert "It went &lt;wrong&gt;." in page
    assert "Hush" not in page
    assert "too silent" not in page
    assert "Game day" not in page
    assert "Hush" in (await alice.get(f"{PAGE}?rule=too-silent")).text
    assert (await victor.get(f"{PAGE}?team=payments")).status_code == 200
    assert (await victor.get(f"{PAGE}?team=nobody")).status_code == 404
    assert (await victor.get(f"{PAGE}?months=99")).status_code == 400
    index = (await victor.get("/insights")).text
    assert PAGE in index
    assert "No pattern: none is told from fewer than five incidents." in index


async def test_without_a_drawing_it_shows_the_numbers(
    office: Database, browser_of: BrowserOf, charts: Renderer
) -> None:
    await _break_a_rule(office, "Slow", "no-commander")
    charts.command = ("/bin/false",)
    page = (await (await browser_of("victor")).get(PAGE)).text
    assert "The chart could not be drawn; here are its numbers." in page
    assert "<details open>" in page
