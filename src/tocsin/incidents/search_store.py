"""Every statement that looks for words: one function, one statement, what lies outside `scopes` left out."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from tocsin.db.rows import struct_row
from tocsin.incidents.search_words import BEGIN, END
from tocsin.kernel.db import Conn

_MARKS = "StartSel=\x02, StopSel=\x03, MinWords=12, MaxWords=32"


class FoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """`n` is the entry's id or the task's number; `marked` the excerpt, each match between two control characters."""

    number: int
    title: str
    n: int | None
    by: str
    at: datetime
    marked: str


async def list_incidents_with(conn: Conn, query: str, scopes: Sequence[int], limit: int) -> list[FoundRow]:
    """Incidents whose title, summary, impact, resolution or root cause have these words, the newest first."""
    return await _found(
        conn,
        """
        WITH found AS (
            SELECT number, title, NULL::bigint AS n, declared_by AS by, declared_at AS at,
                concat_ws(E'\n', title, summary, impact, resolution, root_cause) AS text
            FROM incident
            WHERE to_tsvector('simple',
                title || ' ' || coalesce(summary, '') || ' ' || coalesce(impact, '') || ' ' || coalesce(resolution, '')
                || ' ' || coalesce(root_cause, '')
            ) @@ to_tsquery('simple', %(query)s) AND scope_id = ANY(%(scopes)b)
            ORDER BY number DESC LIMIT %(limit)s
        )
        SELECT number, title, n, by, at,
            ts_headline('simple', translate(text, %(signs)s, ''), to_tsquery('simple', %(query)s), %(marks)s) AS marked
        FROM found ORDER BY number DESC
        """,
        query,
        scopes,
        limit,
    )


async def list_entries_with(conn: Conn, query: str, scopes: Sequence[int], limit: int) -> list[FoundRow]:
    """What people wrote and did, as it reads by now: a text that was corrected is found by its correction, which stands
    for the entry. Tasks are found for themselves.
    """
    return await _found(
        conn,
        """
        WITH found AS (
            SELECT i.number, i.title, l.actor AS by, l.at, l.id,
                CASE l.kind WHEN 'EntryCorrected' THEN (l.data ->> 'entry_id')::bigint ELSE l.id END AS n,
                CASE l.kind WHEN 'EntryCorrected' THEN l.data ->> 'text' ELSE l.sentence END AS text
            FROM ledger l JOIN incident i ON i.id = substr(l.topic, 10)::bigint
            WHERE to_tsvector('simple', l.sentence) @@ to_tsquery('simple', %(query)s)
              AND l.actor LIKE '@%%' AND l.topic LIKE 'incident/%%'
              AND l.kind NOT IN ('TaskAdded', 'TaskChanged', 'IncidentDeclared')
              AND i.scope_id = ANY(%(scopes)b)
              AND NOT EXISTS (
                  SELECT FROM ledger c
                  WHERE c.topic = l.topic AND c.kind = 'EntryCorrected' AND c.id > l.id
                    AND (c.data ->> 'entry_id')::bigint
                        = CASE l.kind WHEN 'EntryCorrected' THEN (l.data ->> 'entry_id')::bigint ELSE l.id END)
            ORDER BY l.id DESC LIMIT %(limit)s
        )
        SELECT number, title, n, by, at,
            ts_headline('simple', translate(text, %(signs)s, ''), to_tsquery('simple', %(query)s), %(marks)s) AS marked
        FROM found ORDER BY id DESC
        """,
        query,
        scopes,
        limit,
    )


async def list_tasks_with(conn: Conn, query: str, scopes: Sequence[int], limit: int) -> list[FoundRow]:
    """Tasks by their text, those that changed last first."""
    return await _found(
        conn,
        """
        SELECT i.number, i.title, t.n::bigint AS n, t.added_by AS by, t.changed_at AS at,
            ts_headline('simple', translate(t.text, %(signs)s, ''), to_tsquery('simple', %(query)s), %(marks)s)
                AS marked
        FROM incident_task t JOIN incident i ON i.id = t.incident_id
        WHERE to_tsvector('simple', t.text) @@ to_tsquery('simple', %(query)s) AND i.scope_id = ANY(%(scopes)b)
        ORDER BY t.changed_at DESC, t.incident_id DESC, t.n DESC LIMIT %(limit)s
        """,
        query,
        scopes,
        limit,
    )


async def _found(conn: Conn, statement: LiteralString, query: str, scopes: Sequence[int], limit: int) -> list[FoundRow]:
    wanted = {"query": query, "scopes": list(scopes), "limit": limit, "signs": BEGIN + END, "marks": _MARKS}
    async with conn.cursor(row_factory=struct_row(FoundRow)) as cursor:
        await cursor.execute(statement, wanted)
        return await cursor.fetchall()
