"""Many nodes may migrate at once, patiently, and every trouble is told with its remedy."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from tests.support.postgres import Server
from tocsin.db.migrate import Migration, list_migrations, list_missing, migrate
from tocsin.kernel.errors import Refused, Unavailable

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FIRST = Migration("0001_first", "create table first (id bigint)")
SECOND = Migration("0002_second", "alter table first add column name text")


@pytest.fixture
def empty(postgres_server: Server):
    conninfo = postgres_server.create()
    yield conninfo
    postgres_server.drop(conninfo)


def test_each_migration_runs_once_in_order(empty: str) -> None:
    assert migrate(empty, NOW, [FIRST]) == ["0001_first"]
    assert list_missing(empty, [FIRST, SECOND]) == ["0002_second"]
    assert migrate(empty, NOW, [FIRST, SECOND]) == ["0002_second"]
    assert migrate(empty, NOW, [FIRST, SECOND]) == []


def test_a_new_database_says_so_in_one_line(empty: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="tocsin"):
        migrate(empty, NOW, [FIRST, SECOND])
        migrate(empty, NOW, [FIRST, SECOND, Migration("0003_third", "create table third (id bigint)")])
    assert caplog.messages == [
        "The database is set up: 2 migrations, up to 0002_second.",
        "Applied migration 0003_third.",
    ]


def test_nodes_that_start_at_once_share_the_work(empty: str) -> None:
    with ThreadPoolExecutor(4) as nodes:
        applied = list(nodes.map(lambda _: migrate(empty, NOW), range(4)))
    assert sorted(name for each in applied for name in each) == [each.name for each in list_migrations()]


def test_a_migration_that_fails_leaves_nothing_behind(empty: str) -> None:
    broken = Migration("0002_broken", "create table half (id bigint); select nonsense")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        migrate(empty, NOW, [FIRST, broken])
    assert list_missing(empty, [FIRST, broken]) == ["0002_broken"]
    with psycopg.connect(empty) as conn:
        assert conn.execute("select to_regclass('half')").fetchone() == (None,)


def test_a_table_in_use_is_waited_for_without_blocking_others(empty: str) -> None:
    """The migration gives way while somebody works with the table, and comes again."""
    migrate(empty, NOW, [FIRST])
    with psycopg.connect(empty) as worker, ThreadPoolExecutor(1) as node:
        worker.execute("insert into first values (1)")
        applied = node.submit(migrate, empty, NOW, [FIRST, SECOND])
        with psycopg.connect(empty, autocommit=True) as watcher:
            while not watcher.execute("select from pg_locks where not granted").fetchall():
                assert not applied.done()
            while watcher.execute("select from pg_locks where not granted").fetchall():
                assert not applied.done()
            assert watcher.execute("select count(*) from first").fetchone() == (0,)
        worker.commit()
        assert applied.result() == ["0002_second"]


def test_a_database_of_another_build_is_refused(empty: str) -> None:
    migrate(empty, NOW, [FIRST])
    other = Migration(FIRST.name, "create table first (id uuid)")
    with pytest.raises(Refused, match=r"0001_first is not the one that this database was made with.*another build"):
        migrate(empty, NOW, [other])


def test_a_newer_database_is_worked_with(empty: str) -> None:
    """While nodes are upgraded one by one, an old one may start again."""
    migrate(empty, NOW, [FIRST, SECOND])
    assert migrate(empty, NOW, [FIRST]) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "postgresql://nobody@127.0.0.1:1/none",
            r"does not let us in: .*refused\. See that it runs .*or mend TOCSIN_DATABASE_URL",
        ),
        ("mysql://x", r"TOCSIN_DATABASE_URL is not understood: .*must look like postgresql://"),
        ("host=/nowhere dbname=x", r"does not let us in: .*No such file"),
    ],
)
def test_a_wrong_database_url_is_one_clear_sentence(url: str, said: str) -> None:
    with pytest.raises(Unavailable, match=said):
        migrate(url, NOW)
