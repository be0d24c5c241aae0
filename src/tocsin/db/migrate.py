"""Bring a database to the schema of this version: the files of `migrations/`, in order, each in a transaction, once.

Any number of nodes may start at once: one migrates, the others wait for it. A migration that would wait for a lock held
by working nodes gives way after `LOCK_TIMEOUT` and tries again, so that an upgrade never stops the traffic behind it.
"""

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import LiteralString, cast

import psycopg
from psycopg import Connection

from tocsin.kernel.errors import Refused, Unavailable

log = logging.getLogger(__name__)

ADVISORY_LOCK = 0x746F6373696E  # "tocsin"
LOCK_TIMEOUT = "3s"
TRIES = 20
OLDEST_SERVER = 150000


@dataclass(frozen=True)
class Migration:
    """One file, `NNNN_name.sql`. `checksum` tells when it was changed after it had been applied."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def list_migrations() -> list[Migration]:
    folder = resources.files("tocsin.db") / "migrations"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [Migration(file.name.removesuffix(".sql"), file.read_text()) for file in files]


def migrate(dsn: str, now: datetime, migrations: Sequence[Migration] | None = None) -> list[str]:
    """Apply what is missing; returns the names of what was applied. Raises Refused or Unavailable with a remedy."""
    wanted = list_migrations() if migrations is None else migrations
    with connect(dsn) as connection:
        check_server(connection)
        make_record(connection)
        is_new = not read_applied(connection)
        check_applied(connection, wanted)
        applied = [migration.name for migration in wanted if apply_patiently(connection, migration, now)]
    _log_applied(applied, is_new=is_new)
    return applied


def _log_applied(names: Sequence[str], *, is_new: bool) -> None:
    """Each, where there was something before; of a new database one line says it all."""
    if is_new and names:
        log.info("The database is set up: %d migrations, up to %s.", len(names), names[-1])
        return
    for name in names:
        log.info("Applied migration %s.", name)


def list_missing(dsn: str, migrations: Sequence[Migration] | None = None) -> list[str]:
    """The names that `migrate` would apply; reads only."""
    wanted = list_migrations() if migrations is None else migrations
    with connect(dsn) as connection:
        known = read_applied(connection)
    return [migration.name for migration in wanted if migration.name not in known]


def connect(dsn: str) -> Connection:
    try:
        return psycopg.connect(dsn, autocommit=True, connect_timeout=10, application_name="tocsin migrate")
    except psycopg.OperationalError as error:
        # What libpq asks back stands on lines of its own, indented.
        said = " ".join(line.strip() for line in str(error).splitlines() if not line.startswith("\t"))
        raise Unavailable(
            f"The database does not let us in: {said.rstrip('.')}.",
            "See that it runs and knows this user and database, or mend TOCSIN_DATABASE_URL, "
            "postgresql://user:password@host:5432/database. Without it the embedded database is used.",
        ) from error
    except psycopg.ProgrammingError as error:
        raise Unavailable(
            f"TOCSIN_DATABASE_URL is not understood: {' '.join(str(error).split())}.",
            "It must look like postgresql://user:password@host:5432/database.",
        ) from error


def check_server(connection: Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise Refused(
            f"The database server is PostgreSQL {connection.info.server_version // 10000}; Tocsin needs 15 or newer.",
            "Upgrade it, or leave TOCSIN_DATABASE_URL unset to use the embedded one.",
        )


def make_record(connection: Connection) -> None:
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (ADVISORY_LOCK,))
        connection.execute(
            "create table if not exists migration"
            " (name text primary key, checksum text not null, applied_at timestamptz not null)"
        )


def read_applied(connection: Connection) -> dict[str, str]:
    if connection.execute("select to_regclass('migration') is null").fetchone() == (True,):
        return {}
    return dict(connection.execute("select name, checksum from migration").fetchall())


def check_applied(connection: Connection, wanted: Sequence[Migration]) -> None:
    known = read_applied(connection)
    changed = [m.name for m in wanted if known.get(m.name, m.checksum) != m.checksum]
    if changed:
        raise Refused(
            f"The migration {changed[0]} is not the one that this database was made with.",
            "The data belong to another build of Tocsin: start that one, or begin with a new data folder or database.",
        )
    newer = sorted(set(known) - {migration.name for migration in wanted})
    if newer:
        log.warning("The database was migrated by a newer Tocsin (%s); this one works with what it knows.", newer[-1])


def apply_patiently(connection: Connection, migration: Migration, now: datetime) -> bool:
    for attempt in range(1, TRIES + 1):
        try:
            return apply(connection, migration, now)
        except psycopg.errors.LockNotAvailable:
            log.warning("Migration %s waits for tables in use (try %d of %d).", migration.name, attempt, TRIES)
            time.sleep(min(0.1 * 2**attempt, 2.0))
    raise Unavailable(
        f"Migration {migration.name} found no moment at which its tables were free.",
        "End long transactions (see pg_stat_activity) or stop the other nodes for a moment, then start again.",
    )


def apply(connection: Connection, migration: Migration, now: datetime) -> bool:
    """False when another node has applied it meanwhile."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (ADVISORY_LOCK,))
        if connection.execute("select from migration where name = %s", (migration.name,)).fetchone() is not None:
            return False
        connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        connection.execute(cast("LiteralString", migration.sql))
        connection.execute(
            "insert into migration (name, checksum, applied_at) values (%s, %s, %s)",
            (migration.name, migration.checksum, now),
        )
    return True
