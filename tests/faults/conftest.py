"""A server of the product's own durability, that faults may restart, and worker processes that they may kill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.outside import FORGETFUL, Outside
from tests.support import postgres


@pytest.fixture(scope="session")
def durable_server() -> Iterator[postgres.Server]:
    with postgres.server(FORGETFUL) as running:
        yield running


@pytest.fixture
def outside(durable_server: postgres.Server, tmp_path: Path) -> Iterator[Outside]:
    dsn = durable_server.clone()
    world = Outside(dsn, tmp_path)
    try:
        world.prepare()
        yield world
    finally:
        world.stop_workers()
        durable_server.drop(dsn)
