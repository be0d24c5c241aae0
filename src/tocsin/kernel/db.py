"""The few words every store needs to speak to PostgreSQL; no statement about our tables lives here."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self

import msgspec
from psycopg import AsyncConnection, AsyncCursor
from psycopg.abc import Params, QueryNoTemplate
from psycopg.rows import Row, TupleRow
from psycopg.types.json import Jsonb

from tocsin.kernel.secrets import NO_KEYS, Keyring

_encoder = msgspec.json.Encoder()


class Conn(AsyncConnection[TupleRow]):
    """A connection with what its stores seal secrets with, and open them (SEC-3)."""

    keyring: Keyring = NO_KEYS
    is_about_to_begin: bool = False
    """The next statement is the first of a transaction, and takes its BEGIN along."""

    @asynccontextmanager
    async def one_transaction(self) -> AsyncGenerator[None]:
        """Begins with the first statement, in the same round trip where several are asked at once (`questions`), and
        commits at the end. Undoing it after an error is left to whoever takes the connection back, as the pool does.
        """
        self.is_about_to_begin = True
        try:
            yield
            await self.commit()
        finally:
            self.is_about_to_begin = False


class BeginningCursor(AsyncCursor[Row]):
    """The cursor of connections that begin their transactions late."""

    async def execute(  # pyright: ignore[reportIncompatibleMethodOverride] - templates come with Python 3.14
        self,
        query: QueryNoTemplate,
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> Self:
        conn = self.connection
        if isinstance(conn, Conn) and conn.is_about_to_begin:
            conn.is_about_to_begin = False
            await conn.execute("begin")
        return await super().execute(query, params, prepare=prepare, binary=binary)


def as_jsonb(value: Any) -> Jsonb:
    """One document for a statement; structs, enums, instants and UUIDs are encoded as msgspec does."""
    return Jsonb(value, dumps=_encoder.encode)


def as_json(value: Any) -> Any:
    """The same as a document is read back: dictionaries, lists, texts, numbers."""
    return msgspec.json.decode(_encoder.encode(value))


def inside_json(text: str) -> str:
    """A text as it stands within the quotes of a JSON document that PostgreSQL prints."""
    return _encoder.encode(text).decode()[1:-1]


async def speak_utc(conn: Conn) -> None:
    """Instants then arrive in UTC, whatever the server's own zone is."""
    await conn.execute("set timezone to 'UTC'")


async def connect(conninfo: str) -> Conn:
    """A connection outside the pool, each statement by itself and prepared at its first use."""
    conn = await Conn.connect(conninfo, autocommit=True, prepare_threshold=0, connect_timeout=5)
    try:
        await speak_utc(conn)
    except BaseException:  # a caller that is cancelled here would never close it
        await conn.close()
        raise
    return conn


async def spare_the_disk(conn: Conn) -> None:
    """Commits of this connection do not wait for the disk. For what may be lost when PostgreSQL itself crashes: a
    wake-up, which the poll floor replaces; a claim, which the fence then refuses; the removal of a finished job, whose
    handler is idempotent. Never for a decision."""
    await conn.execute("set synchronous_commit = off")


async def mind_the_disk(conn: Conn) -> None:
    """Commits of this connection wait for the disk again, as is usual."""
    await conn.execute("reset synchronous_commit")


async def prefer_index_order(conn: Conn) -> None:
    """The hot statements walk an index in order and stop early; statistics taken between two bursts must not talk the
    planner into reading the table. Set on connections that do nothing else."""
    await conn.execute(
        """
        select set_config(name, 'off', false) from unnest(array[
            'enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']) as name
        """
    )
    await conn.execute("set plan_cache_mode = force_generic_plan")
