"""The pages over a real database: `office` has people, a schedule, a policy, a service; `browser_of` signs them in.

Alice is on call and answers, Victor may only look.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from tocsin.accounts import sign_in
from tocsin.accounts.model import Purpose, Role, UserDraft
from tocsin.accounts.service import get_user_by_name, upsert_team, upsert_user
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Organisation, Service
from tocsin.db.database import Database
from tocsin.delivery.keys import AckLinks, ack_links
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.live import Hub
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Layer, Rotation, Schedule
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy
from tocsin.reactions import REACTIONS
from tocsin.surfaces.web.app import WebPages
from tocsin.surfaces.web.site import Site

URL = "http://tocsin.test"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')

PEOPLE = {"alice": Role.RESPONDER, "bob": Role.RESPONDER, "carol": Role.MANAGER, "victor": Role.VIEWER}


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
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    async with Database(dsn, clock=clock, reactions=REACTIONS) as database:
        yield database


@pytest.fixture
async def office(db: Database) -> Database:
    async with db.transaction() as tx:
        await catalog.put_organisation(tx, Organisation(name="Example", time_zone="Europe/Berlin"))
        for name, role in PEOPLE.items():
            draft = UserDraft(name=name, email=f"{name}@example.com", role=role, time_zone="Europe/Berlin")
            await upsert_user(tx, draft, managed_by=None, actor="tocsin")
        await upsert_team(tx, "payments", ["alice", "bob"], ["carol"], managed_by=None, actor="tocsin")
        week = Layer(
            name="week",
            rotation=Rotation.WEEKLY,
            starts=datetime.fromisoformat("2026-01-05T09:00"),
            users=(("alice",), ("bob",)),
        )
        schedule = Schedule(name="payments-primary", team="payments", time_zone="Europe/Berlin", layers=(week,))
        await oncall.put_schedule(tx, schedule)
        ladder = (
            Step((parse_target("schedule:payments-primary"),), timedelta(minutes=5)),
            Step((parse_target("user:carol"),), timedelta(minutes=10)),
        )
        await put_policy(tx, Policy("payments", ladder), None)
        await catalog.put_service(tx, Service(name="checkout", team="payments", escalation_policy="payments"))
    return db


@pytest.fixture
def links() -> AckLinks:
    return ack_links(b"0" * 32, URL)


@pytest.fixture
async def hub(db: Database) -> AsyncIterator[Hub]:
    hub = Hub(db)
    await hub.start()
    yield hub
    await hub.close()


@pytest.fixture
async def app(db: Database, hub: Hub, links: AckLinks) -> Litestar:
    web = WebPages(db, hub, Site(URL, links))
    return Litestar([web.router], openapi_config=None, logging_config=None)


@pytest.fixture
async def guest(app: Litestar) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        yield Browser(client)


@pytest.fixture
async def browser_of(app: Litestar, office: Database) -> AsyncIterator[Callable[[str], Awaitable[Browser]]]:
    clients: list[httpx.AsyncClient] = []

    async def sign_in_as(name: str) -> Browser:
        async with office.transaction() as tx:
            user = await get_user_by_name(tx.conn, name)
            link = await sign_in.issue_one_time_link(tx, user.id, Purpose.INVITATION)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL)
        clients.append(client)
        assert (await client.post(f"/sign-in/{link}")).status_code == 303
        return Browser(client)

    yield sign_in_as
    for client in clients:
        await client.aclose()
