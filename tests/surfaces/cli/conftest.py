"""The command line against a real server, at this machine's own time, at 80 columns, in UTC."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.api_server import address, db, dsn, entered, tokens
from tests.surfaces.cli.terminal import Terminal
from tocsin.kernel.clock import VirtualClock

__all__ = ["address", "db", "dsn", "entered", "tokens"]

BEGAN = datetime.now(UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime.now(UTC))


@pytest.fixture
def since(clock: VirtualClock) -> datetime:
    """The same for all tests of the process at this machine's time, which then share what is entered."""
    return min(clock.now(), BEGAN)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A home and a data folder of its own, and a terminal whose properties are known."""
    for name in ("TOCSIN_URL", "TOCSIN_TOKEN", "XDG_CONFIG_HOME", "FORCE_COLOR", "TOCSIN_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    folders = (("HOME", str(tmp_path)), ("TOCSIN_DATA_DIR", str(tmp_path)))
    for name, value in (*folders, ("COLUMNS", "80"), ("TZ", "UTC")):
        monkeypatch.setenv(name, value)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def cli(
    address: str, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(address, tokens, monkeypatch, capsys)
