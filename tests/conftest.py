"""Fixtures of every test: `dsn`, a database of its own; `clock`, time under its hand; `db`, both together."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer

from tests.support import passwords, peers, postgres, turns
from tests.support.keys import KEYRING
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock

settings.load_profile("ci")
"""Also where nobody says CI=true: no deadline that a busy machine misses, and the same examples in every run."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    peers.leave_out(config, items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> turns.Turns:
    return turns.Turns(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    peers.say_what_was_left_out(config, terminalreporter)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    with passwords.hashed_cheaply():
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Instead of pytest's, whose parents are closed to the user that an embedded PostgreSQL runs as for root."""
    with postgres.open_folder() as folder:
        yield folder


@pytest.fixture
def dsn(postgres_server: postgres.Server) -> Iterator[str]:
    conninfo = postgres_server.clone()
    yield conninfo
    postgres_server.drop(conninfo)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 3, 2, 10, 0, tzinfo=UTC))


@pytest.fixture
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    async with Database(dsn, clock=clock, keyring=KEYRING) as database:
        yield database
