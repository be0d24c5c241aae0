"""One embedded PostgreSQL for a test session, without durability; each test gets a database cloned from a template."""

import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tocsin.db import embedded
from tocsin.db.migrate import migrate

T = TypeVar("T")

TEMPLATE = "tocsin_template"
MIGRATED_AT = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = count(1)
MEMORY = Path("/dev/shm")
ROOM = 4 << 30
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum_naptime": "1min",
}


class Server:
    """A server that runs; `embedded` is how the product itself sees it."""

    def __init__(self, running: embedded.EmbeddedPostgres) -> None:
        self.embedded = running
        self._keeper: psycopg.Connection | None = None
        self._originals: dict[Hashable, tuple[str, Any]] = {}

    def conninfo(self, database: str = "postgres") -> str:
        return make_conninfo(self.embedded.dsn, dbname=database)

    def create(self, template: str = "template1") -> str:
        """A new database; returns its conninfo. With `template1` it is empty.

        Files are copied instead of logged: 20 ms against 280, since nothing here asks for durability.
        """
        name = f"test_{os.getpid()}_{next(NAMES)}"
        self._administer(f"create database {name} template {template} strategy file_copy")
        return self.conninfo(name)

    def clone(self) -> str:
        """A new database with the whole schema; returns its conninfo."""
        return self.create(TEMPLATE)

    async def copy(self, name: Hashable, make: Callable[[str], Awaitable[T]]) -> tuple[str, T]:
        """A new database in which `make` was done, and what it returned; done once for all copies of that name.

        `make` gets the conninfo of a database with the whole schema, and leaves nobody connected to it.
        """
        if name not in self._originals:
            conninfo = self.clone()
            self._originals[name] = conninfo, await make(conninfo)
        original, made = self._originals[name]
        return self.create(str(conninfo_to_dict(original)["dbname"])), made

    def drop(self, conninfo: str) -> None:
        self._administer(f"drop database if exists {conninfo_to_dict(conninfo)['dbname']} with (force)")

    def execute(self, statement: str, conninfo: str | None = None) -> None:
        """In the database `postgres` unless another is named."""
        with psycopg.connect(conninfo or self.conninfo(), autocommit=True) as conn:
            conn.execute(statement)  # type: ignore[arg-type]

    def _administer(self, statement: str) -> None:
        """Over a connection that is kept, since two for each test were a third of what its database cost."""
        try:
            self._kept().execute(statement)  # type: ignore[arg-type]
        except psycopg.OperationalError:  # a fault ended it
            self.let_go()
            self._kept().execute(statement)  # type: ignore[arg-type]

    def _kept(self) -> psycopg.Connection:
        if self._keeper is None:
            self._keeper = psycopg.connect(self.conninfo(), autocommit=True)
        return self._keeper

    def let_go(self) -> None:
        """Of the connection that is kept."""
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None


def url_of(conninfo: str) -> str:
    """The same as `TOCSIN_DATABASE_URL` takes it."""
    parts = conninfo_to_dict(conninfo)
    return f"postgresql:///{parts['dbname']}?host={parts['host']}&user={parts['user']}"


@contextmanager
def server(settings: Mapping[str, str] = FAST) -> Iterator[Server]:
    """A server in a folder of its own, with the migrated template; `settings` {} gives it the product's durability."""
    with open_folder() as folder:
        running = Server(embedded.start(folder, settings=settings))
        try:
            running.execute(f"create database {TEMPLATE}")
            migrate(running.conninfo(TEMPLATE), MIGRATED_AT)
            yield running
        finally:
            running.let_go()
            running.embedded.stop()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that every user may pass through; gone afterwards.

    In memory where the machine has the room: making and dropping a database waits for the disk, whatever the settings.
    """
    place = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None
    folder = Path(tempfile.mkdtemp(prefix="tocsin-test-", dir=place)).resolve()
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
