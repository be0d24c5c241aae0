"""The API, and who calls it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.api_server import address, db, dsn, entered, since, tokens
from tests.support.patience import PATIENCE
from tests.surfaces.api.callers import Api
from tocsin.db.database import Database
from tocsin.kernel.tls import trusting_the_machine

__all__ = ["address", "db", "dsn", "entered", "since", "tokens"]


@pytest.fixture
async def api(address: str, db: Database, tokens: dict[str, str]) -> AsyncIterator[Api]:
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, verify=trusting_the_machine()) as client:
        yield Api(client, db, tokens)
