"""No column and no statement takes its instant from PostgreSQL's own idea of now (DESIGN, *Four clocks*)."""

import re
from pathlib import Path

import pytest

import tocsin

SOURCES = Path(tocsin.__file__).parent
OWN_IDEA_OF_NOW = re.compile(
    r"\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\blocaltime(stamp)?\b|\b(statement|transaction)_timestamp\(|\btimeofday\(",
    re.IGNORECASE,
)
LEASE_TIME = {"kernel/worker_store.py", "kernel/job_store.py"}
"""Lease time is the database's, and nobody else's business."""
SAMPLES_IT = {"db/database.py", "db/migrate.py"}


def statements() -> list[tuple[str, str]]:
    """Every SQL statement in the tree, as far as a literal that begins like one is a statement."""
    found: list[tuple[str, str]] = []
    for file in sorted(SOURCES.rglob("*.py")):
        for literal in re.findall(r'"""(.*?)"""|"((?:[^"\\\n]|\\.)*)"', file.read_text(), re.DOTALL):
            text = literal[0] or literal[1]
            if re.match(r"\s*(with|select|insert|update|delete)\s", text):
                found.append((file.relative_to(SOURCES).as_posix(), text))
    return found


def test_the_statements_are_found() -> None:
    assert len(statements()) > 20


@pytest.mark.parametrize("migration", sorted(SOURCES.rglob("*.sql")), ids=lambda path: path.name)
def test_no_schema_knows_the_time(migration: Path) -> None:
    code = re.sub(r"--.*", "", migration.read_text())
    assert not OWN_IDEA_OF_NOW.search(code)
    assert "clock_timestamp" not in code


def test_no_statement_knows_the_time() -> None:
    assert [place for place in statements() if OWN_IDEA_OF_NOW.search(place[1])] == []
    lease = {file for file, text in statements() if "clock_timestamp()" in text}
    assert lease <= LEASE_TIME | SAMPLES_IT
