"""Every statement about calendars of elsewhere and their events."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

import msgspec
from psycopg.rows import class_row

from tocsin.db.rows import opened_row
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.resealing import Sealed
from tocsin.kernel.secrets import Keyring
from tocsin.oncall.calendar_model import CalendarDraft, ExternalCalendar, Occurrence, Reading

_SELECT: LiteralString = """
    SELECT c.id, c.name, c.url, c.leave, c.time_zone, c.people, c.managed_by, c.etag, c.fetched_at, c.read_at,
           c.failing_since, c.failure, c.told_at, c.unread, c.unread_count,
           (SELECT count(*) FROM calendar_event e WHERE e.calendar_id = c.id)
           + (SELECT count(*) FROM leave l WHERE l.source = 'calendar:' || c.name) AS events
    FROM calendar c
"""


def _place(name: str) -> str:
    return f"calendar.url/{name}"


def _opened(calendar: ExternalCalendar, keyring: Keyring) -> ExternalCalendar:
    """With its address, or UNREADABLE for one (SEC-3)."""
    return msgspec.structs.replace(calendar, url=keyring.read(calendar.url, _place(calendar.name)))


def _opened_draft(draft: CalendarDraft, keyring: Keyring) -> CalendarDraft:
    return msgspec.structs.replace(draft, url=keyring.read(draft.url, _place(draft.name)))


_CALENDAR_ROW = opened_row(ExternalCalendar, _opened)
_DRAFT_ROW = opened_row(CalendarDraft, _opened_draft)


class Copy(NamedTuple):
    """The text that was last had, with its tag."""

    etag: str | None
    body: bytes | None


async def list_calendars(conn: Conn) -> list[ExternalCalendar]:
    """All, by name."""
    async with conn.cursor(row_factory=_CALENDAR_ROW) as cursor:
        await cursor.execute(_SELECT + "ORDER BY c.name")
        return await cursor.fetchall()


async def find_calendar(conn: Conn, calendar_id: int) -> ExternalCalendar | None:
    async with conn.cursor(row_factory=_CALENDAR_ROW) as cursor:
        await cursor.execute(_SELECT + "WHERE c.id = %s", (calendar_id,))
        return await cursor.fetchone()


async def list_drafts(conn: Conn) -> list[CalendarDraft]:
    """What the files say of each, by name."""
    async with conn.cursor(row_factory=_DRAFT_ROW) as cursor:
        await cursor.execute("SELECT name, url, leave, time_zone, people, managed_by FROM calendar ORDER BY name")
        return await cursor.fetchall()


async def lock_calendar(conn: Conn, calendar_id: int) -> bool:
    """False: it is gone."""
    cursor = await conn.execute("SELECT FROM calendar WHERE id = %s FOR UPDATE", (calendar_id,))
    return cursor.rowcount == 1


async def find_copy(conn: Conn, calendar_id: int) -> Copy | None:
    async with conn.cursor(row_factory=class_row(Copy)) as cursor:
        await cursor.execute("SELECT etag, body FROM calendar WHERE id = %s", (calendar_id,))
        return await cursor.fetchone()


async def upsert_calendar(conn: Conn, draft: CalendarDraft) -> int:
    """Its id. Another address begins anew: what was read from the old one counts until the new one was read."""
    cursor = await conn.execute(
        """
        INSERT INTO calendar (
            name, url, url_digest, leave, time_zone, people, managed_by, failure, unread, unread_count)
        VALUES (%(name)s, %(url)s, %(url_digest)s, %(leave)s, %(time_zone)s, %(people)s, %(managed_by)s, '', '[]', 0)
        ON CONFLICT (name) DO UPDATE SET
            url = excluded.url, url_digest = excluded.url_digest, leave = excluded.leave,
            time_zone = excluded.time_zone, people = excluded.people, managed_by = excluded.managed_by,
            etag = CASE WHEN calendar.url_digest = excluded.url_digest THEN calendar.etag END,
            body = CASE WHEN calendar.url_digest = excluded.url_digest THEN calendar.body END
        RETURNING id
        """,
        {
            **msgspec.structs.asdict(draft),
            "url": conn.keyring.seal(draft.url, _place(draft.name)),
            "url_digest": conn.keyring.digest(draft.url, _place(draft.name)),
            "people": as_jsonb(draft.people),
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # RETURNING of an upsert without a condition gives one row
    return row[0]


async def delete_calendar(conn: Conn, name: str) -> bool:
    """False: there is none of that name."""
    cursor = await conn.execute("DELETE FROM calendar WHERE name = %s", (name,))
    return cursor.rowcount == 1


async def list_shifts(conn: Conn, calendar_id: int) -> set[Occurrence]:
    """What was read of a calendar that is not leave."""
    cursor = await conn.execute(
        """
        SELECT u.name, e.starts_at, e.ends_at, e.summary
        FROM calendar_event e JOIN app_user u ON u.id = e.user_id WHERE e.calendar_id = %s
        """,
        (calendar_id,),
    )
    return {Occurrence(*row) for row in await cursor.fetchall()}


async def list_absences(conn: Conn, source: str) -> set[Occurrence]:
    """What was read of a calendar of leave."""
    cursor = await conn.execute(
        """
        SELECT u.name, l.starts_at, l.ends_at, l.reason
        FROM leave l JOIN app_user u ON u.id = l.user_id WHERE l.source = %s
        """,
        (source,),
    )
    return {Occurrence(*row) for row in await cursor.fetchall()}


async def replace_shifts(conn: Conn, calendar_id: int, found: Sequence[Occurrence]) -> None:
    await conn.execute("DELETE FROM calendar_event WHERE calendar_id = %s", (calendar_id,))
    await conn.execute(
        """
        INSERT INTO calendar_event (calendar_id, user_id, starts_at, ends_at, summary)
        SELECT %s, u.id, new.starts_at, new.ends_at, new.summary
        FROM jsonb_to_recordset(%s) AS new ("user" text, starts_at timestamptz, ends_at timestamptz, summary text)
        JOIN app_user u ON u.name = new."user"
        """,
        (calendar_id, as_jsonb(found)),
    )


async def replace_absences(conn: Conn, source: str, found: Sequence[Occurrence], now: datetime) -> None:
    """What stays keeps its number."""
    await conn.execute(
        """
        WITH new AS (
            SELECT u.id AS user_id, n.starts_at, n.ends_at, n.summary
            FROM jsonb_to_recordset(%(found)s)
                AS n ("user" text, starts_at timestamptz, ends_at timestamptz, summary text)
            JOIN app_user u ON u.name = n."user"),
        gone AS (
            DELETE FROM leave l WHERE l.source = %(source)s AND NOT EXISTS (
                SELECT FROM new n WHERE (n.user_id, n.starts_at, n.ends_at, n.summary)
                    = (l.user_id, l.starts_at, l.ends_at, l.reason)))
        INSERT INTO leave (user_id, starts_at, ends_at, reason, source, entered_by, entered_at)
        SELECT n.user_id, n.starts_at, n.ends_at, n.summary, %(source)s, 'tocsin', %(now)s FROM new n
        WHERE NOT EXISTS (
            SELECT FROM leave l WHERE l.source = %(source)s
                AND (l.user_id, l.starts_at, l.ends_at, l.reason) = (n.user_id, n.starts_at, n.ends_at, n.summary))
        """,
        {"found": as_jsonb(found), "source": source, "now": now},
    )


async def delete_absences(conn: Conn, source: str) -> None:
    await conn.execute("DELETE FROM leave WHERE source = %s", (source,))


async def update_read(conn: Conn, calendar_id: int, copy: Copy, reading: Reading, now: datetime) -> None:
    """A good copy: what was wrong is over."""
    await conn.execute(
        """
        UPDATE calendar SET etag = %(etag)s, body = %(body)s, fetched_at = %(now)s, read_at = %(now)s,
            failing_since = NULL, failure = '', told_at = NULL, unread = %(unread)s, unread_count = %(count)s
        WHERE id = %(id)s
        """,
        {
            "id": calendar_id,
            "etag": copy.etag,
            "body": copy.body,
            "now": now,
            "unread": as_jsonb(reading.unread),
            "count": reading.unread_count,
        },
    )


async def update_failed(conn: Conn, calendar_id: int, failure: str, now: datetime) -> datetime:
    """Since when it fails."""
    cursor = await conn.execute(
        """
        UPDATE calendar SET fetched_at = %(now)s, failure = %(failure)s,
            failing_since = coalesce(failing_since, %(now)s)
        WHERE id = %(id)s RETURNING failing_since
        """,
        {"id": calendar_id, "failure": failure, "now": now},
    )
    row = await cursor.fetchone()
    assert row is not None  # its row is locked
    return row[0]


async def update_told(conn: Conn, calendar_id: int, now: datetime) -> None:
    await conn.execute("UPDATE calendar SET told_at = %s WHERE id = %s", (now, calendar_id))


SEALED = Sealed(
    "calendar.url",
    """
    SELECT id, url, name FROM calendar
    WHERE %(after)s::bigint IS NULL OR id > %(after)s ORDER BY id LIMIT %(most)s
    """,
    "UPDATE calendar SET url = %(value)s WHERE id = %(key)s AND url = %(before)s",
    _place,
)
