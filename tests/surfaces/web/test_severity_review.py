"""The page about suggested and kept severities: empty, counted, and silent about what a viewer may not see."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGE = "/insights/severity"


async def test_it_says_what_it_counts(office: Database, browser_of: BrowserOf, guest: Browser) -> None:
    assert (await guest.get(PAGE)).status_code == 303
    victor = await browser_of("victor")
    assert "Nothing was suggested in these days." in (await victor.get(PAGE)).text
    async with office.transaction() as tx:
        for severity in (None, "SEV-4"):
            said = Declaration(title="Slow", severity=severity, facts={"users_affected": "30%"}, by="@alice")
            await incidents.declare(tx, said)
    page = (await victor.get(f"{PAGE}?days=30")).text
    assert "2 suggested levels: 1 taken, 0 raised, 1 lowered, 0 without an answer." in page
    assert '<a href="/incidents/INC-2">INC-2</a> SEV-2 → SEV-4 by @alice' in page
    assert "too few to judge the table by" in page
    assert 'href="/insights/severity"' in (await victor.get("/incidents")).text
    assert (await victor.get(f"{PAGE}?days=0")).status_code == 400
