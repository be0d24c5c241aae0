"""Why a person is called, or is not: on call where, by which steps, and what the ledger says around that time."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_what_calls_somebody(office: Database, browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    assert 'href="/people/alice/why"' in (await victor.get("/oncall")).text
    page = (await victor.get("/people/alice/why")).text
    assert "on call in payments-primary" in page
    assert "step 1 of" in page
    assert "e-mail at once" in page
    assert "Nobody has paged alice then." in page


async def test_what_has_called_somebody(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await incidents.declare(tx, Declaration(title="Checkout answers 500", services=("checkout",)))
    page = (await (await browser_of("victor")).get("/people/alice/why")).text
    assert "alice is paged, step 1 of" in page


async def test_what_makes_no_sense(office: Database, browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    assert (await victor.get("/people/alice/why?at=soon")).status_code == 400
    assert (await victor.get("/people/mallory/why")).status_code == 404
