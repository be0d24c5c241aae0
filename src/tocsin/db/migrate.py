"""Numbered migrations, run in order, once each, under one lock; every node may start them at the same time (REL-6)."""

from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString, NamedTuple, cast

import psycopg

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x746F6373  # "tocs"


class Migration(NamedTuple):
    number: int
    name: str
    sql: LiteralString


def read_migrations(folder: Path = MIGRATIONS) -> Iterator[Migration]:
    for file in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        yield Migration(int(file.name[:4]), file.stem[5:], cast("LiteralString", file.read_text()))


def migrate(conninfo: str, folder: Path = MIGRATIONS) -> list[Migration]:
    """Bring the database up to date; returns what was run. Each migration is one transaction."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(%(lock)s)", {"lock": LOCK})
        conn.execute(
            "create table if not exists migration"
            " (number integer primary key, name text not null, run_at timestamptz not null)"
        )
        done = {row[0] for row in conn.execute("select number from migration")}
        pending = [each for each in read_migrations(folder) if each.number not in done]
        for each in pending:
            with conn.transaction():
                conn.execute(each.sql)
                conn.execute(
                    "insert into migration (number, name, run_at) values (%(number)s, %(name)s, clock_timestamp())",
                    {"number": each.number, "name": each.name},
                )
        return pending
