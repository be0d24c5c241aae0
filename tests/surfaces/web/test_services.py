"""Services with their owner, policy, dependencies and what burns; an incident outside one's scopes is not among it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import get_user_by_name, open_scope
from tocsin.alerts import maintenances
from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.catalog.slo import Slo
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration

BrowserOf = Callable[[str], Awaitable[Browser]]


async def declare(db: Database, title: str) -> None:
    async with db.transaction() as tx:
        await incidents.declare(tx, Declaration(title=title, services=("checkout",), severity="SEV-1"))


async def test_what_is_outside_ones_scopes_does_not_burn(office: Database, browser_of: BrowserOf) -> None:
    await declare(office, "A leak of keys")
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update incident set scope_id = %s", (circle,))
    carol, bob = await browser_of("carol"), await browser_of("bob")
    assert "INC-1" not in (await carol.get("/services")).text
    assert '<a href="/incidents/INC-1">INC-1</a>' in (await bob.get("/services")).text


async def test_each_has_its_owner_its_policy_and_what_it_depends_on(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await catalog.put_service(tx, Service(name="payments-db", tier=1))
        await catalog.put_service(tx, Service(name="search", depends_on=("payments-db",)))
        draft = MaintenanceDraft(
            name="upgrade", services=("search",), starts_at=tx.now, ends_at=tx.now + timedelta(hours=1)
        )
        await maintenances.add_maintenance(tx, draft, "@alice")
    await declare(office, "Checkout answers 500")
    page = (await (await browser_of("victor")).get("/services")).text
    assert [page.index(f'id="{name}"') for name in ("checkout", "payments-db", "search")] == sorted(
        page.index(f'id="{name}"') for name in ("checkout", "payments-db", "search")
    )
    checkout, database, search = (part.partition("</tr>")[0] for part in page.split("<tr id=")[1:])
    assert '<a href="/policies/payments">payments</a>' in checkout
    assert '<a href="/incidents/INC-1">INC-1</a>' in checkout
    assert "needed by search" in database
    assert '<span class="amber">nobody</span>' in database
    assert '<a href="#payments-db">payments-db</a>' in search
    assert "in maintenance until" in search


async def test_without_services_the_page_says_what_one_is(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await catalog.remove_service(tx, "checkout")
    assert "tocsin plan" in (await (await browser_of("victor")).get("/services")).text


async def test_a_promise_is_shown_with_what_used_it_up(office: Database, browser_of: BrowserOf, guest: Browser) -> None:
    assert (await guest.get("/insights/slo")).status_code == 303
    victor = await browser_of("victor")
    assert "No service promises anything yet." in (await victor.get("/insights/slo")).text
    async with office.transaction() as tx:
        await catalog.put_service(tx, Service(name="shop", team="payments", slo=Slo(availability=99.9)))
        said = Declaration(
            title="Nobody can buy", services=("shop",), severity="SEV-1", started_at=tx.now - timedelta(hours=1)
        )
        await incidents.declare(tx, said)
    assert "99.9% available: 60 of 43.2 minutes (139 %)" in (await victor.get("/services")).text
    page = (await victor.get("/insights/slo")).text
    assert "Only critical deployments go out; every incident of the window is reviewed" in page
    assert '<a href="/incidents/INC-1">INC-1</a> SEV-1 Nobody can buy' in page
    assert "nothing is left, and the downtime goes on" in page
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update incident set scope_id = %s", (circle,))
    page = (await victor.get("/insights/slo")).text
    assert "Nobody can buy" not in page
    assert "60 minutes of incidents that are private" in page
