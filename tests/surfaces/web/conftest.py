"""The pages over a real database: `office` has people, a schedule, a policy, a service; `browser_of` signs them in."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial

import httpx
import pytest
from litestar import Litestar

from tests.support.applications import MASTER, URL, web_over
from tests.support.keys import KEYRING
from tests.support.office import furnish, link_for
from tests.support.postgres import Server
from tocsin.db.database import Database
from tocsin.delivery.keys import AckLinks, ack_links
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.live import Hub
from tocsin.reactions import REACTIONS

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Browser:
    """One person's browser without script: follows no redirect, fills in the form's own token."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **given: object) -> httpx.Response:
        return await self.client.get(path, **given)  # type: ignore[arg-type]

    async def press(self, path: str, *, on: str = "/", **fields: str) -> httpx.Response:
        """Sends a form as the page `on` offers it."""
        token = CSRF.search((await self.client.get(on)).text)
        assert token, f"no form on {on}"
        return await self.client.post(path, data={"csrf": token[1], **fields})


@pytest.fixture
async def dsn(request: pytest.FixtureRequest, postgres_server: Server, clock: VirtualClock) -> AsyncIterator[str]:
    """A new database; furnished, where the test or one of its fixtures asks for the office."""
    if "office" in request.fixturenames:
        conninfo, _ = await postgres_server.copy(("office", clock.now()), partial(furnished, clock.now()))
    else:
        conninfo = postgres_server.clone()
    yield conninfo
    postgres_server.drop(conninfo)


async def furnished(at: datetime, conninfo: str) -> None:
    async with Database(conninfo, clock=VirtualClock(at), reactions=REACTIONS, keyring=KEYRING) as db:
        await furnish(db)


@pytest.fixture
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as database:
        yield database


@pytest.fixture
def office(db: Database) -> Database:
    """The database, with people, a schedule, a policy and a service."""
    return db


@pytest.fixture
def links() -> AckLinks:
    return ack_links(MASTER, URL)


@pytest.fixture
async def hub(db: Database) -> AsyncIterator[Hub]:
    hub = Hub(db)
    await hub.start()
    yield hub
    await hub.close()


@pytest.fixture
async def charts() -> AsyncIterator[Renderer]:
    async with Renderer() as renderer:
        yield renderer


@pytest.fixture
async def app(db: Database, hub: Hub, charts: Renderer) -> Litestar:
    return web_over(db, hub, charts)


@pytest.fixture
async def guest(app: Litestar) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        yield Browser(client)


@pytest.fixture
async def browser_of(app: Litestar, office: Database) -> AsyncIterator[Callable[[str], Awaitable[Browser]]]:
    clients: list[httpx.AsyncClient] = []

    async def sign_in_as(name: str) -> Browser:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL)
        clients.append(client)
        assert (await client.post(await link_for(office, name))).status_code == 303
        return Browser(client)

    yield sign_in_as
    for client in clients:
        await client.aclose()
