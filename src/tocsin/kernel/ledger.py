"""The ledger: every fact that happened, once, in the transaction in which it happened. Never updated, but for who may
see it and for a text that is taken back; never read to find work: identity order is not commit order, so work is job
rows (`jobs`), and readers here serve people.
"""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec
from psycopg.rows import class_row

from tocsin.kernel.db import Conn, as_jsonb, inside_json
from tocsin.kernel.questions import Question, nothing

PAGE = 1000
"""Entries that one reading gives at most, unless it says otherwise."""

_COLUMNS_OF_ROW = frozenset({"topic", "sentence", "scope_id", "actor"})


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact. Subclass it in a package's `events.py`, named in the past tense; its own fields become `data`."""

    topic: str
    """What it is about: `incident/42` (the id), `alert-group/7`, `audit`, `config`, `user/3`."""
    sentence: str
    """For the timeline, rendered now: plain text, so that no reader needs the type."""
    scope_id: int = 1
    """Who may see it; 1 is the whole organisation."""
    actor: str = "tocsin"
    """`@alice`, `tocsin`, `integration:prometheus`."""


class LedgerEntry(msgspec.Struct, frozen=True):
    id: int
    at: datetime
    kind: str
    topic: str
    scope_id: int
    actor: str
    sentence: str
    data: dict[str, Any]


async def insert_entry(conn: Conn, event: Event, at: datetime) -> int:
    """Returns the entry's id. `at` is business time."""
    data = _data_of(event)
    cursor = await conn.execute(
        """
        insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
        values (%s, %s, %s, %s, %s, %s, %s) returning id
        """,
        (at, type(event).__name__, event.topic, event.scope_id, event.actor, event.sentence, as_jsonb(data)),
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


def inserting(events: Sequence[Event], at: datetime) -> Question[None]:
    """Several in one statement, their ids in their order."""
    return Question(_INSERT_SEVERAL, (at, as_jsonb([_row_of(event) for event in events])), nothing)


_INSERT_SEVERAL: LiteralString = """
    insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
    select %s, kind, topic, scope_id, actor, sentence, data
    from rows from (jsonb_to_recordset(%s) as (kind text, topic text, scope_id bigint, actor text, sentence text,
        data jsonb)) with ordinality as told (kind, topic, scope_id, actor, sentence, data, place)
    order by place
"""


def _row_of(event: Event) -> dict[str, Any]:
    columns = {name: getattr(event, name) for name in _COLUMNS_OF_ROW}
    return {**columns, "kind": type(event).__name__, "data": _data_of(event)}


def _data_of(event: Event) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(event)
    return {name: value for name, value in fields.items() if name not in _COLUMNS_OF_ROW}


async def move_topic(conn: Conn, topic: str, scope_id: int) -> None:
    """From now on only the readers of this scope see what was written about a topic. The facts stay as they were; the
    topic `audit` is never moved, for its chain covers who may see an entry.
    """
    await conn.execute("update ledger set scope_id = %s where topic = %s and topic <> 'audit'", (scope_id, topic))


async def rewrite_entry(conn: Conn, topic: str, entry_id: int, sentence: str, data: dict[str, Any]) -> None:
    """Only ever for a text that was taken back (WAR-6), and never on the topic `audit`, whose chain would show it."""
    await conn.execute(
        "update ledger set sentence = %s, data = %s where topic = %s and id = %s and topic <> 'audit'",
        (sentence, as_jsonb(data), topic, entry_id),
    )


async def rewrite_entries(conn: Conn, topic: str, entries: Sequence[LedgerEntry]) -> None:
    """The same for several at once: their sentences and data are these from now on."""
    await conn.execute(
        """
        update ledger set sentence = new.sentence, data = new.data
        from jsonb_to_recordset(%(new)s) as new (id bigint, sentence text, data jsonb)
        where ledger.topic = %(topic)s and ledger.id = new.id and ledger.topic <> 'audit'
        """,
        {"topic": topic, "new": as_jsonb([{"id": e.id, "sentence": e.sentence, "data": e.data} for e in entries])},
    )


async def list_entries_with(conn: Conn, topic: str, text: str) -> list[LedgerEntry]:
    """Those of a topic that may hold a text, in their sentence or in their data."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where topic = %(topic)s
              and (position(%(text)s in sentence) > 0 or position(%(json)s in data::text) > 0) order by id
            """,
            {"topic": topic, "text": text, "json": inside_json(text)},
        )
        return await cursor.fetchall()


async def list_entries(
    conn: Conn, topic: str, *, after_id: int = 0, limit: int = PAGE, without: Sequence[str] = ()
) -> list[LedgerEntry]:
    """Entries of one topic in the order of their ids, those of the kinds `without` left out."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where topic = %s and id > %s and kind <> all(%b) order by id limit %s
            """,
            (topic, after_id, list(without), limit),
        )
        return await cursor.fetchall()


async def iterate_entries(
    conn: Conn, topic: str, *, without: Sequence[str] = (), limit: int = 20 * PAGE
) -> AsyncGenerator[LedgerEntry]:
    """The same without a last page, for who needs the whole of a topic; `limit` is a stop, not a page."""
    after_id, left = 0, limit
    while left > 0:
        page = await list_entries(conn, topic, after_id=after_id, limit=min(PAGE, left), without=without)
        for entry in page:
            yield entry
        if len(page) < PAGE:
            return
        after_id, left = page[-1].id, left - len(page)


async def list_entries_about(conn: Conn, topic: str, name: str, wanted: int, *, limit: int = PAGE) -> list[LedgerEntry]:
    """Entries of one topic whose list `name` in their data holds a number, such as `alert_ids`; in order of ids."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where topic = %s and data -> %s @> to_jsonb(%s::bigint) order by id limit %s
            """,
            (topic, name, wanted, limit),
        )
        return await cursor.fetchall()


async def count_entries(conn: Conn, topic: str, kind: str) -> int:
    """How many entries of one kind a topic has."""
    cursor = await conn.execute("select count(*) from ledger where topic = %s and kind = %s", (topic, kind))
    row = await cursor.fetchone()
    assert row is not None  # an aggregate gives one row
    return int(row[0])


async def list_people(conn: Conn, topic: str, kinds: Sequence[str] | None = None) -> list[str]:
    """The people, "@alice", who did something of these kinds about a topic, by their first act; None: anything."""
    cursor = await conn.execute(
        """
        select actor from ledger
        where topic = %(topic)s and actor like '@%%' and (%(kinds)s::text[] is null or kind = any(%(kinds)s))
        group by actor order by min(id)
        """,
        {"topic": topic, "kinds": None if kinds is None else list(kinds)},
    )
    return [row[0] for row in await cursor.fetchall()]


async def is_repeated(conn: Conn, topic: str, kind: str, name: str, value: str) -> bool:
    """Whether a topic has more than one entry of this kind with this value in its data."""
    cursor = await conn.execute(
        "select 1 from ledger where topic = %s and kind = %s and data ->> %s = %s offset 1 limit 1",
        (topic, kind, name, value),
    )
    return await cursor.fetchone() is not None


async def find_last_act(conn: Conn, topic: str) -> datetime | None:
    """When a person last did something about a topic; None: only programs have."""
    cursor = await conn.execute(
        "select at from ledger where topic = %s and actor like '@%%' order by id desc limit 1", (topic,)
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def list_entries_by_id(conn: Conn, topic: str, ids: Sequence[int]) -> list[LedgerEntry]:
    """Those entries of one topic that there are among these, in the order of their ids."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where topic = %s and id = any(%b) order by id
            """,
            (topic, list(ids)),
        )
        return await cursor.fetchall()


async def list_entries_of_kind(conn: Conn, topic: str, kind: str) -> list[LedgerEntry]:
    """Every entry of one kind that a topic has, in the order of their ids; for kinds of which there are few."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where topic = %s and kind = %s order by id
            """,
            (topic, kind),
        )
        return await cursor.fetchall()


async def list_last_entries(
    conn: Conn, topic: str, *, limit: int, kinds: Sequence[str] | None = None
) -> list[LedgerEntry]:
    """The latest entries of one topic, in the order of their ids; `kinds` None: of every kind."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where topic = %(topic)s and (%(kinds)b::text[] is null or kind = any(%(kinds)b)) order by id desc
            limit %(limit)s
            """,
            {"topic": topic, "kinds": list(kinds) if kinds is not None else None, "limit": limit},
        )
        return (await cursor.fetchall())[::-1]


async def list_recent(
    conn: Conn, *, since: datetime, scopes: Sequence[int], topic: str | None = None, limit: int = PAGE
) -> list[LedgerEntry]:
    """What a viewer with these scopes may see of what happened from `since` on, oldest first."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where at >= %(since)s and scope_id = any(%(scopes)b) and (%(topic)s::text is null or topic = %(topic)s)
            order by at, id limit %(limit)s
            """,
            {"since": since, "scopes": list(scopes), "topic": topic, "limit": limit},
        )
        return await cursor.fetchall()


async def list_kinds(
    conn: Conn, kinds: Sequence[str], *, since: datetime, until: datetime, scopes: Sequence[int], limit: int
) -> list[LedgerEntry]:
    """Entries of some kinds from `since` to `until`, both included, oldest first."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where at >= %s and at <= %s and kind = any(%b) and scope_id = any(%b) order by at, id limit %s
            """,
            (since, until, list(kinds), list(scopes), limit),
        )
        return await cursor.fetchall()


async def list_acts(
    conn: Conn, topics: str, *, since: datetime, until: datetime, scopes: Sequence[int], limit: int
) -> list[LedgerEntry]:
    """What people did about topics that begin so, from `since` to `until`, both included, oldest first."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where at >= %s and at <= %s and actor like '@%%' and starts_with(topic, %s) and scope_id = any(%b)
            order by at, id limit %s
            """,
            (since, until, topics, list(scopes), limit),
        )
        return await cursor.fetchall()


async def list_after(conn: Conn, after_id: int, *, without: Sequence[int] = (), limit: int = PAGE) -> list[LedgerEntry]:
    """The next entries with a higher id but these, for `live`: whoever hands it on decides who may see it."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where id > %(after_id)s and id <> all(%(without)b) order by id limit %(limit)s
            """,
            {"after_id": after_id, "without": list(without), "limit": limit},
        )
        return await cursor.fetchall()


async def find_last_id(conn: Conn, *, before: datetime) -> int:
    """The highest id of what happened before an instant, 0 when nothing did."""
    cursor = await conn.execute("select id from ledger where at < %s order by id desc limit 1", (before,))
    row = await cursor.fetchone()
    return int(row[0]) if row else 0
