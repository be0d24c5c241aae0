"""A PostgreSQL with the product's settings and durability for one benchmark, and the old snapshot that hurts queues."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from tocsin.db import embedded
from tocsin.db.migrate import migrate


@contextmanager
def server() -> Iterator[embedded.EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    folder.chmod(0o711)
    running = embedded.start(folder)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder)


def create_database(running: embedded.EmbeddedPostgres, name: str, *, migrated: bool) -> str:
    """A new database; returns its conninfo."""
    with psycopg.connect(running.dsn, autocommit=True) as conn:
        conn.execute(psycopg.sql.SQL("drop database if exists {} with (force)").format(psycopg.sql.Identifier(name)))
        conn.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
    dsn = make_conninfo(running.dsn, dbname=name)
    if migrated:
        migrate(dsn, datetime.now(UTC))
    return dsn


@contextmanager
def old_snapshot(dsn: str) -> Iterator[None]:
    """A reader that began before everything else and does not end: vacuum may remove nothing that dies meanwhile."""
    with psycopg.connect(dsn) as conn:
        conn.execute("set transaction isolation level repeatable read")
        conn.execute("select 1")
        yield


def snapshot_or_not(dsn: str, held: bool) -> Any:
    return old_snapshot(dsn) if held else nullcontext()
