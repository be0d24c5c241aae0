"""Every statement about action items: one function, one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.questions import Question
from tocsin.postmortems.action_model import ActionDraft, ActionFilter, ActionItem
from tocsin.postmortems.action_rules import Completion

_SELECT: LiteralString = """
    SELECT a.id, a.incident_id, i.number AS incident_number, i.title AS incident_title, i.cause_category, i.scope_id,
        ARRAY(SELECT s.service FROM incident_service s WHERE s.incident_id = i.id ORDER BY s.service) AS services,
        ARRAY(
            SELECT DISTINCT c.team FROM incident_service s JOIN service c ON c.name = s.service
            WHERE s.incident_id = i.id AND c.team IS NOT NULL ORDER BY c.team
        ) AS teams,
        a.n, a.text, a.category, a.priority, a.owner, a.due_on, a.state, a."check", a.check_detail, a.check_asked_by,
        a.task_n, a.recurred_in, a.added_by, a.added_at, a.changed_at, a.done_at
    FROM action_item a JOIN incident i ON i.id = a.incident_id
"""

_COUNTED: LiteralString = """
    SELECT count(*) FILTER (WHERE a.state = 'done'),
        count(*) FILTER (WHERE a.state = 'done' OR (a.state IN ('open', 'under-way') AND a.due_on <= %(today)s))
    FROM action_item a JOIN incident i ON i.id = a.incident_id
"""

_NARROWED: LiteralString = """
    WHERE i.scope_id = ANY(%(scopes)b) AND NOT i.is_drill
      AND CASE %(wanted)s
          WHEN 'open' THEN a.state IN ('open', 'under-way')
          WHEN 'overdue' THEN a.state IN ('open', 'under-way') AND a.due_on < %(today)s
          WHEN 'done' THEN a.state = 'done'
          ELSE true END
      AND (%(owner)s::text IS NULL OR a.owner = %(owner)s)
      AND (%(category)s::text IS NULL OR a.category = %(category)s)
      AND (%(service)s::text IS NULL OR EXISTS (
           SELECT FROM incident_service s WHERE s.incident_id = i.id AND s.service = %(service)s))
      AND (%(team)s::text IS NULL OR EXISTS (
           SELECT FROM incident_service s JOIN service c ON c.name = s.service
           WHERE s.incident_id = i.id AND c.team = %(team)s))
"""
"""What `ActionFilter` asks for, of what a viewer with these scopes sees; drills have none."""


async def insert_item(conn: Conn, incident_id: int, draft: ActionDraft, by: str, now: datetime) -> int:
    """Its number, the next of an incident that is locked."""
    cursor = await conn.execute(
        """
        INSERT INTO action_item (incident_id, n, text, category, priority, owner, due_on, state, "check", check_detail,
                                 task_n, recurred_in, added_by, added_at, changed_at)
        SELECT %(incident_id)s, coalesce(max(n), 0) + 1, %(text)s, %(category)s, %(priority)s, %(owner)s, %(due_on)s,
               'open', %(check)s, '', %(task_n)s, '{}', %(by)s, %(now)s, %(now)s
        FROM action_item WHERE incident_id = %(incident_id)s
        RETURNING n
        """,
        {
            **msgspec.structs.asdict(draft),
            "check": as_jsonb(draft.check) if draft.check is not None else None,
            "incident_id": incident_id,
            "by": by,
            "now": now,
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0]


async def find_item(conn: Conn, incident_id: int, n: int) -> ActionItem | None:
    async with conn.cursor(row_factory=struct_row(ActionItem)) as cursor:
        await cursor.execute(_SELECT + "WHERE a.incident_id = %s AND a.n = %s", (incident_id, n))
        return await cursor.fetchone()


async def update_item(conn: Conn, item: ActionItem) -> None:
    """Write what may change, of an incident that is locked."""
    await conn.execute(
        """
        UPDATE action_item SET
            text = %(text)s, category = %(category)s, priority = %(priority)s, owner = %(owner)s, due_on = %(due_on)s,
            state = %(state)s, check_detail = %(check_detail)s, check_asked_by = %(check_asked_by)s,
            recurred_in = %(recurred_in)s, changed_at = %(changed_at)s, done_at = %(done_at)s
        WHERE id = %(id)s
        """,
        {**msgspec.structs.asdict(item), "recurred_in": list(item.recurred_in), "check": None},
    )


async def list_of_incident(conn: Conn, incident_id: int) -> list[ActionItem]:
    """In the order in which they were added."""
    async with conn.cursor(row_factory=struct_row(ActionItem)) as cursor:
        await cursor.execute(_SELECT + "WHERE a.incident_id = %s ORDER BY a.n", (incident_id,))
        return await cursor.fetchall()


async def list_added(conn: Conn, scopes: Sequence[int], until: datetime) -> list[ActionItem]:
    """All that were added before an instant, of incidents that were none of a drill, by incident and number."""
    async with conn.cursor(row_factory=struct_row(ActionItem)) as cursor:
        await cursor.execute(
            _SELECT + "WHERE a.added_at < %s AND i.scope_id = ANY(%b) AND NOT i.is_drill ORDER BY i.number, a.n",
            (until, list(scopes)),
        )
        return await cursor.fetchall()


async def list_items(conn: Conn, scopes: Sequence[int], wanted: ActionFilter, today: date) -> list[ActionItem]:
    """The earliest due day first; one more than `wanted.limit`, so that the caller sees whether more follow."""
    async with conn.cursor(row_factory=struct_row(ActionItem)) as cursor:
        await cursor.execute(
            _SELECT  # noqa: S608  all parts are constants
            + _NARROWED
            + """
              AND (%(after)s::bigint IS NULL
                   OR (a.due_on, a.id) > (SELECT due_on, id FROM action_item WHERE id = %(after)s))
            ORDER BY a.due_on, a.id LIMIT %(limit)s + 1
            """,
            {**msgspec.structs.asdict(wanted), "scopes": list(scopes), "today": today},
        )
        return await cursor.fetchall()


async def count_completed(conn: Conn, scopes: Sequence[int], wanted: ActionFilter, today: date) -> Completion:
    """As `action_rules.completion` counts."""
    cursor = await conn.execute(
        _COUNTED + _NARROWED,
        {**msgspec.structs.asdict(wanted), "scopes": list(scopes), "today": today},
    )
    row = await cursor.fetchone()
    assert row is not None  # an aggregate gives one row
    return Completion(*row)


def sharing_a_service(incident_id: int) -> Question[bool]:
    """Whether any other incident of one of its services has items: the first, cheap look of `list_alike`."""
    return Question(_SHARING_A_SERVICE, {"id": incident_id}, lambda rows: rows[0][0])


_SHARING_A_SERVICE: LiteralString = """
    SELECT EXISTS (
        SELECT FROM action_item a JOIN incident_service s ON s.incident_id = a.incident_id
        WHERE a.incident_id <> %(id)s
          AND s.service IN (SELECT own.service FROM incident_service own WHERE own.incident_id = %(id)s))
"""


async def list_alike(
    conn: Conn, incident_id: int, scope_id: int, services: Sequence[str], cause: str | None, since: datetime
) -> list[ActionItem]:
    """Of earlier incidents of this scope and of one of these services, declared since then, the latest first: with this
    cause, None: with any that is named. Drills and what was merged into another have none."""
    async with conn.cursor(row_factory=struct_row(ActionItem)) as cursor:
        await cursor.execute(
            _SELECT
            + """
            WHERE i.scope_id = %(scope)s AND i.id < %(id)s AND i.declared_at >= %(since)s
              AND NOT i.is_drill AND i.merged_into IS NULL AND i.cause_category = coalesce(%(cause)s, i.cause_category)
              AND EXISTS (
                  SELECT FROM incident_service s WHERE s.incident_id = i.id AND s.service = ANY(%(services)b::text[]))
            ORDER BY i.id DESC, a.n
            """,
            {"id": incident_id, "scope": scope_id, "services": list(services), "cause": cause, "since": since},
        )
        return await cursor.fetchall()


async def update_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    """A text that was taken back."""
    await conn.execute(
        """
        UPDATE action_item SET text = replace(text, %(text)s, %(mark)s),
            check_detail = replace(check_detail, %(text)s, %(mark)s)
        WHERE incident_id = %(id)s
        """,
        {"id": incident_id, "text": text, "mark": mark},
    )
