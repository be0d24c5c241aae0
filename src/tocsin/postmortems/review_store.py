"""Every statement about comments and reviewers of postmortems: one function, one statement."""

from collections.abc import Sequence

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.postmortems.review_model import Comment, Reviewer


async def insert_comment(conn: Conn, comment: Comment) -> None:
    """Its `n` is free as long as the incident is locked."""
    await conn.execute(
        """
        INSERT INTO postmortem_comment (postmortem_id, n, by, at, text, quote, answer)
        VALUES (%(postmortem_id)s, %(n)s, %(by)s, %(at)s, %(text)s, %(quote)s, '')
        """,
        msgspec.structs.asdict(comment),
    )


async def update_comment(conn: Conn, comment: Comment) -> None:
    """Write what may change: whether it is seen to."""
    await conn.execute(
        """
        UPDATE postmortem_comment
        SET resolved_by = %(resolved_by)s, resolved_at = %(resolved_at)s, answer = %(answer)s
        WHERE postmortem_id = %(postmortem_id)s AND n = %(n)s
        """,
        msgspec.structs.asdict(comment),
    )


async def list_comments(conn: Conn, postmortem_id: int) -> list[Comment]:
    """In the order in which they were made."""
    async with conn.cursor(row_factory=struct_row(Comment)) as cursor:
        await cursor.execute("SELECT * FROM postmortem_comment WHERE postmortem_id = %s ORDER BY n", (postmortem_id,))
        return await cursor.fetchall()


async def upsert_reviewer(conn: Conn, reviewer: Reviewer) -> None:
    """One row a person."""
    await conn.execute(
        """
        INSERT INTO postmortem_reviewer
            (postmortem_id, "user", asked_by, asked_at, verdict, note, version, said_at, reminded)
        VALUES (%(postmortem_id)s, %(user)s, %(asked_by)s, %(asked_at)s, %(verdict)s, %(note)s, %(version)s,
                %(said_at)s, %(reminded)s)
        ON CONFLICT (postmortem_id, "user") DO UPDATE
        SET asked_by = excluded.asked_by, asked_at = excluded.asked_at, verdict = excluded.verdict,
            note = excluded.note, version = excluded.version, said_at = excluded.said_at, reminded = excluded.reminded
        """,
        msgspec.structs.asdict(reviewer),
    )


async def list_reviewers(conn: Conn, postmortem_id: int) -> list[Reviewer]:
    """By name."""
    async with conn.cursor(row_factory=struct_row(Reviewer)) as cursor:
        await cursor.execute(
            'SELECT * FROM postmortem_reviewer WHERE postmortem_id = %s ORDER BY "user"', (postmortem_id,)
        )
        return await cursor.fetchall()


async def count_open_comments(conn: Conn, postmortem_ids: Sequence[int]) -> dict[int, int]:
    """By the postmortem's id; those without one are left out."""
    async with conn.cursor() as cursor:
        await cursor.execute(
            """
            SELECT postmortem_id, count(*) FROM postmortem_comment
            WHERE postmortem_id = ANY (%b) AND resolved_at IS NULL GROUP BY postmortem_id
            """,
            (list(postmortem_ids),),
        )
        return {row[0]: row[1] for row in await cursor.fetchall()}


async def update_text(conn: Conn, postmortem_id: int, text: str, mark: str) -> None:
    """A text that was taken back, in everything that was said of the postmortem."""
    await conn.execute(
        """
        WITH reviewed AS (
            UPDATE postmortem_reviewer SET note = replace(note, %(text)s, %(mark)s)
            WHERE postmortem_id = %(id)s AND strpos(note, %(text)s) > 0
        )
        UPDATE postmortem_comment SET
            text = replace(text, %(text)s, %(mark)s),
            quote = replace(quote, %(text)s, %(mark)s),
            answer = replace(answer, %(text)s, %(mark)s)
        WHERE postmortem_id = %(id)s
          AND (strpos(text, %(text)s) > 0 OR strpos(quote, %(text)s) > 0 OR strpos(answer, %(text)s) > 0)
        """,
        {"id": postmortem_id, "text": text, "mark": mark},
    )
