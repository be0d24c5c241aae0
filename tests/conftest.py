"""Fixtures of every test: `dsn`, a database of its own; `clock`, time under its hand; `db`, both together."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support import peers, postgres
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    peers.leave_out(config, items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    peers.say_what_was_left_out(config, terminalreporter)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """pytest's, opened for the user that an embedded PostgreSQL runs as where the tests run as root."""
    postgres.open_the_way(tmp_path)
    return tmp_path


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
    async with Database(dsn, clock=clock) as database:
        yield database
