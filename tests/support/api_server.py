"""Fixtures of the API and of the command line: a real database with every reaction, and six people with a token each.

Alice owns the service, Bob is on her team, Carol is on another; Vera only reads, Mona manages, Root administers.
"""

from collections.abc import AsyncIterator

import pytest

from tests.support.applications import api_over
from tests.support.keys import KEYRING
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
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as database:
        yield database


@pytest.fixture
async def tokens(db: Database) -> dict[str, str]:
    """A token of each person; the team payments and its service checkout are there."""
    made: dict[str, str] = {}
    async with db.transaction() as tx:
        for name, role in PEOPLE.items():
            draft = UserDraft(name=name, email=f"{name}@example.com", role=role)
            user = await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
            made[name] = (await sign_in.create_token(tx, user, "test", actor="tocsin")).secret
        await accounts.upsert_team(tx, "payments", ["alice", "bob"], [], managed_by=None, actor="tocsin")
        await accounts.upsert_team(tx, "search", ["carol"], [], managed_by=None, actor="tocsin")
        await put_service(tx, Service(name="checkout", team="payments"))
    return made


@pytest.fixture
async def address(db: Database) -> AsyncIterator[str]:
    """Where the API answers."""
    hub = Hub(db)
    await hub.start()
    async with Renderer() as charts, serving(api_over(db, hub, charts)) as url:
        yield url
        await hub.close()  # before the server waits for open streams
