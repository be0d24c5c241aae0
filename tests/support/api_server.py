"""Fixtures of the API and of the command line: a real database with every reaction, and six people with a token each.

Alice owns the service, Bob is on her team, Carol is on another; Vera only reads, Mona manages, Root administers.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

import pytest

from tests.support.applications import api_over
from tests.support.keys import KEYRING
from tests.support.postgres import Server
from tests.support.serving import serving
from tocsin.accounts import service as accounts
from tocsin.accounts import sign_in
from tocsin.accounts.model import Role, UserDraft
from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service
from tocsin.db.database import Database
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.live import Hub
from tocsin.reactions import REACTIONS

PEOPLE = {
    "alice": Role.RESPONDER,
    "bob": Role.RESPONDER,
    "carol": Role.RESPONDER,
    "vera": Role.VIEWER,
    "mona": Role.MANAGER,
    "root": Role.ADMIN,
}


@pytest.fixture
def since(clock: VirtualClock) -> datetime:
    """When they were entered."""
    return clock.now()


@pytest.fixture
async def entered(postgres_server: Server, since: datetime) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """A database with the people, the team payments and its service checkout; and a token of each person."""
    conninfo, tokens = await postgres_server.copy(("people", since), partial(enter_people, since))
    yield conninfo, dict(tokens)
    postgres_server.drop(conninfo)


@pytest.fixture
def dsn(entered: tuple[str, dict[str, str]]) -> str:
    return entered[0]


@pytest.fixture
def tokens(entered: tuple[str, dict[str, str]]) -> dict[str, str]:
    return entered[1]


@pytest.fixture
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as database:
        yield database


@pytest.fixture
async def address(db: Database) -> AsyncIterator[str]:
    """Where the API answers."""
    hub = Hub(db)
    await hub.start()
    async with Renderer() as charts, serving(api_over(db, hub, charts)) as url:
        yield url
        await hub.close()  # before the server waits for open streams


async def enter_people(at: datetime, conninfo: str) -> dict[str, str]:
    """Returns a token of each."""
    made: dict[str, str] = {}
    async with (
        Database(conninfo, clock=VirtualClock(at), reactions=REACTIONS, keyring=KEYRING) as db,
        db.transaction() as tx,
    ):
        for name, role in PEOPLE.items():
            draft = UserDraft(name=name, email=f"{name}@example.com", role=role)
            user = await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
            made[name] = (await sign_in.create_token(tx, user, "test", actor="tocsin")).secret
        await accounts.upsert_team(tx, "payments", ["alice", "bob"], [], managed_by=None, actor="tocsin")
        await accounts.upsert_team(tx, "search", ["carol"], [], managed_by=None, actor="tocsin")
        await put_service(tx, Service(name="checkout", team="payments"))
    return made
