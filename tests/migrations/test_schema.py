"""The migrations make the schema that is committed to be read."""

from tools.schema import SCHEMA, dump, read_statements, render_migrated

from tests.support.postgres import TEMPLATE, Server
from tocsin.db.migrate import list_migrations


def test_schema_sql_is_what_the_migrations_make(postgres_server: Server) -> None:
    assert SCHEMA.read_text() == render_migrated(postgres_server), "run `make schema` and commit what it writes"


def test_schema_sql_makes_the_same_database(postgres_server: Server) -> None:
    """What was made readable still means the same."""
    empty = postgres_server.create()
    postgres_server.execute(SCHEMA.read_text(), empty)
    migrated, loaded = (
        {statement.sql for statement in read_statements(dump(postgres_server, conninfo))}
        for conninfo in (postgres_server.conninfo(TEMPLATE), empty)
    )
    postgres_server.drop(empty)
    own_record = {sql for sql in migrated if "public.migration" in sql}
    assert loaded == migrated - own_record


def test_each_number_is_given_once_and_none_is_left_out() -> None:
    """Two that bear one number would run in the order of their names, whichever was written first."""
    numbers = [int(migration.name.partition("_")[0]) for migration in list_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
