"""Chromium against a whole Tocsin in processes of its own, one for all tests: each makes the incidents it needs."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from tests.support.office import furnish, link_for
from tests.support.postgres import Server, url_of
from tests.support.sinks import SmtpSink
from tests.support.tocsin import Tocsin, tocsin_running
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, Incident
from tocsin.reactions import REACTIONS

PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=20_000)  # a busy machine is no failure


@pytest.fixture(scope="session")
def mailbox() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink
        sink.inbox.forget()


@pytest.fixture(scope="session")
def tocsin_dsn(postgres_server: Server) -> Iterator[str]:
    dsn = postgres_server.clone()
    yield dsn
    postgres_server.drop(dsn)


@pytest.fixture(scope="session")
def tocsin(tocsin_dsn: str, mailbox: SmtpSink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tocsin]:
    home = tmp_path_factory.mktemp("tocsin")
    settings = {"TOCSIN_SMTP_URL": mailbox.url, "TOCSIN_ALLOWED_NETWORKS": "127.0.0.0/8"}
    with tocsin_running(home, TOCSIN_DATABASE_URL=url_of(tocsin_dsn), **settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def office(tocsin: Tocsin, tocsin_dsn: str) -> AsyncIterator[Database]:
    """The database of the running program, furnished, with the means to act behind its back."""
    async with Database(tocsin_dsn, reactions=REACTIONS, keyring=tocsin.keyring) as db:
        await furnish(db)
        yield db


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    executable = shutil.which("chromium-headless-shell")
    assert executable, "chromium-headless-shell is not installed: apt-get install chromium-headless-shell"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        await browser.close()


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def sit_down(chromium: Browser, tocsin: Tocsin, office: Database) -> AsyncIterator[Open]:
    """`await sit_down("alice")`: her browser, signed in, on the first page. A script error or a refusal by the content
    policy fails the test.
    """
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    async def signed_in(name: str, **options: object) -> Page:
        context = await chromium.new_context(**{"base_url": tocsin.url, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if is_fault(said) else None)
        await page.goto(await link_for(office, name))
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("link", name="Later").click()
        return page

    yield signed_in
    for context in contexts:
        await context.close()
    assert complaints == []


def is_fault(said: ConsoleMessage) -> bool:
    """An error of ours; that a request was cut off, or a form refused, is what some tests are about."""
    return said.type == "error" and not any(
        words in said.text for words in ("net::", "network error", "Failed to fetch", "status of 400", "status of 409")
    )


async def declare(
    db: Database,
    title: str = "Checkout answers 500",
    services: tuple[str, ...] = ("checkout",),
    severity: str | None = "SEV-1",
    **given: str,
) -> Incident:
    async with db.transaction() as tx:
        return await incidents.declare(tx, Declaration(title=title, services=services, severity=severity, **given))
