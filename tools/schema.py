"""Write `src/tocsin/db/schema.sql`, the schema as people read it: `python -m tools.schema`.

The migrations are run on an empty server, `pg_dump` says what came of it, and its statements are put in the order in
which the migrations made the tables, each table with its keys and indexes beside it. Nobody runs this file: a test
proves that it and the migrations make the same database.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import psycopg
from tests.support.postgres import MIGRATED_AT, Server, server

from tocsin.db.migrate import list_migrations, migrate

SCHEMA = Path(__file__).parent.parent / "src" / "tocsin" / "db" / "schema.sql"
TOP = """-- The whole schema, made from migrations/ by `make schema`: for reading, never run.
"""
HEAD = re.compile(r"^-- Name: (?P<name>.+?); Type: (?P<kind>[A-Z ]+); Schema: public; Owner: -$", re.MULTILINE)
LEFT_OUT = {"INDEX ATTACH", "SCHEMA"}
OWN_RECORD = "migration"

# How pg_dump writes it → how a person would; the test that loads the result proves that the meaning stays.
READABLE = (
    (re.compile(r"\bpublic\."), ""),
    (re.compile(r" ON ONLY "), " ON "),
    (re.compile(r" CONSTRAINT \w+_not_null\d* NOT NULL"), " NOT NULL"),
    (re.compile(r"\btimestamp with time zone\b"), "timestamptz"),
    (re.compile(r"'::text\b"), "'"),
    (re.compile(r"\((\w+) = ANY \(ARRAY\[([^\]]*)\]\)\)"), r"\1 IN (\2)"),
    (re.compile(r"CONSTRAINT \w+ CHECK"), "CHECK"),
    (re.compile(r" USING btree\b"), ""),
    (re.compile(r"\n    (START WITH 1|INCREMENT BY 1|NO MINVALUE|NO MAXVALUE|CACHE 1)\b"), ""),
)

BELONGS = r"(?:ALTER TABLE(?: ONLY)?| ON(?: ONLY)?|COMMENT ON (?:TABLE|COLUMN|SEQUENCE)|CREATE TABLE) public\.(\w+)"
LONG_OPTIONS = re.compile(r"^WITH \(.{90,}\)", re.MULTILINE)


class Statement(NamedTuple):
    """One of pg_dump's. `table` is the relation that it belongs to, its own name where it belongs to none."""

    kind: str
    name: str
    table: str
    sql: str


def dump(running: Server, conninfo: str) -> str:
    programs = next(running.embedded.folder.glob("postgresql-*/*/*/bin"))
    command = [programs / "pg_dump", "--schema-only", "--no-owner", "--no-privileges", conninfo]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def read_statements(dumped: str) -> list[Statement]:
    heads = list(HEAD.finditer(dumped))
    ends = [head.start() for head in heads[1:]] + [dumped.index("-- PostgreSQL database dump complete")]
    found: list[Statement] = []
    for head, end in zip(heads, ends, strict=True):
        sql = "\n".join(line for line in dumped[head.end() : end].splitlines() if line != "--").strip()
        if head["kind"] not in LEFT_OUT and not sql.startswith("SET "):
            sql = re.sub(r"\n*SET default_\w+ = .*;", "", sql)
            found.append(Statement(head["kind"], head["name"], find_table(sql, head["name"]), sql))
    return found


def find_table(sql: str, name: str) -> str:
    belongs = re.search(BELONGS, sql)
    return belongs.group(1) if belongs else name


def render(sections: Sequence[tuple[str, Sequence[str]]], statements: Iterable[Statement]) -> str:
    """`sections` are (migration, the tables it made in order)."""
    by_table: dict[str, list[Statement]] = {}
    for statement in as_partitions(statements):
        by_table.setdefault(statement.table, []).append(statement)
    parts = [TOP]
    for migration, tables in sections:
        bodies = [render_table(by_table.pop(table)) for table in tables if table in by_table]
        if bodies:
            parts.append(f"\n-- ── {migration} " + "─" * (112 - len(migration)) + "\n")
            parts += bodies
    if rest := sorted(set(by_table) - {OWN_RECORD}):
        parts.append("\n-- ── of no table " + "─" * 101 + "\n")
        parts += [render_table(by_table[name]) for name in rest]
    return "\n".join(parts)


def as_partitions(statements: Iterable[Statement]) -> list[Statement]:
    """A partition as one line below its parent: its columns and indexes are the parent's."""
    found = list(statements)
    attached = {each.name: each for each in found if each.kind == "TABLE ATTACH"}
    lines: list[Statement] = []
    for each in found:
        if each.kind == "TABLE ATTACH":
            bounds = each.sql.partition(f"ATTACH PARTITION public.{each.name} ")[2]
            sql = f"CREATE TABLE {each.name} PARTITION OF {each.table} {bounds}"
            lines.append(Statement("PARTITION", each.name, each.table, sql))
        elif each.table not in attached:
            lines.append(each)
    return lines


def render_table(statements: Sequence[Statement]) -> str:
    create = next((each for each in statements if each.kind == "TABLE"), None)
    keys = [each for each in statements if each.kind in ("CONSTRAINT", "FK CONSTRAINT")]
    sequences = [each for each in statements if each.kind == "SEQUENCE" and " ADD GENERATED " in each.sql]
    inlined = {id(each) for each in (*keys, *sequences, *([create] if create else []))}
    lines: list[str] = []
    if create:
        sql = create.sql
        for each in sequences:
            sql = add_identity(sql, each.sql)
        lines.append(readable(add_keys(sql, [key.sql for key in keys])))
    lines += [readable(each.sql) for each in statements if id(each) not in inlined]
    return "\n".join(lines) + "\n"


def add_identity(create: str, sequence: str) -> str:
    found = re.search(r"ALTER COLUMN (\w+) ADD GENERATED (ALWAYS|BY DEFAULT) AS IDENTITY", sequence)
    assert found is not None, sequence
    column, how = found.groups()
    start = re.search(r"START WITH (\d+)", sequence)
    options = f" (START WITH {start[1]})" if start and start[1] != "1" else ""
    return re.sub(
        rf"^(    {column} \w+) NOT NULL",
        rf"\1 GENERATED {how} AS IDENTITY{options} NOT NULL",
        create,
        flags=re.MULTILINE,
    )


def add_keys(create: str, keys: Sequence[str]) -> str:
    """Table constraints that pg_dump states afterwards, put where one looks for them."""
    if not keys:
        return create
    stated = [re.sub(r"^ALTER TABLE (?:ONLY )?\S+\s+ADD CONSTRAINT (\w+) ", "", key).rstrip(";") for key in keys]
    head, bracket, tail = create.rpartition("\n)")
    return head + ",\n    " + ",\n    ".join(sorted(stated, key=key_order)) + bracket + tail


KEY_ORDER = ("PRIMARY", "UNIQUE", "FOREIGN", "EXCLUDE", "CHECK")


def key_order(key: str) -> tuple[int, str]:
    return KEY_ORDER.index(key.split()[0]), key


def readable(sql: str) -> str:
    for pattern, replacement in READABLE:
        sql = pattern.sub(replacement, sql)
    sql = re.sub(
        r"^WITH \((.{90,})\)", lambda m: "WITH (\n    " + m[1].replace(", ", ",\n    ") + "\n)", sql, flags=re.MULTILINE
    )
    return re.sub(r"\n{2,}", "\n", sql)


def list_relations(conninfo: str) -> list[str]:
    """Tables and views in the order in which they were made."""
    query = """
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S') order by oid
    """
    with psycopg.connect(conninfo) as conn:
        return [name for (name,) in conn.execute(query).fetchall()]


def render_migrated(running: Server) -> str:
    conninfo = running.create()
    sections: list[tuple[str, list[str]]] = []
    known: set[str] = set()
    migrations = list_migrations()
    for number, migration in enumerate(migrations, 1):
        migrate(conninfo, MIGRATED_AT, migrations[:number])
        made = [name for name in list_relations(conninfo) if name not in known]
        known.update(made)
        sections.append((migration.name, [name for name in made if name != OWN_RECORD]))
    text = render(sections, read_statements(dump(running, conninfo)))
    running.drop(conninfo)
    return text


def main() -> int:
    with server() as running:
        SCHEMA.write_text(render_migrated(running))
    print(f"Wrote {SCHEMA}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
