"""Every statement about passwords, sessions, one-time links, API tokens and failed attempts.

Tokens arrive and stay here as digests; the clear ones never reach the database.
"""

from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row, kwargs_row

from tocsin.accounts.model import ApiToken, Purpose, Role

Conn = AsyncConnection[Any]


class Account(NamedTuple):
    """What a sign-in needs of a person."""

    user_id: int
    password_hash: str | None


class Failures(NamedTuple):
    """Failed attempts of one subject within the window, and the oldest of them."""

    number: int
    oldest: datetime | None


class SessionRow(NamedTuple):
    """A session that is neither over nor revoked."""

    user_id: int
    csrf: str
    expires_at: datetime


class TokenRow(NamedTuple):
    """An API token that is neither over nor revoked."""

    token_id: int
    user_id: int
    role_cap: str
    last_used_at: datetime | None


async def find_account(conn: Conn, login: str) -> Account | None:
    """By e-mail address in any case, or by name; only people who are not disabled."""
    async with conn.cursor(row_factory=class_row(Account)) as cursor:
        await cursor.execute(
            """
            SELECT id AS user_id, password_hash FROM app_user
            WHERE (lower(email) = lower(%(login)s) OR name = %(login)s) AND disabled_at IS NULL
            ORDER BY name = %(login)s DESC LIMIT 1
            """,
            {"login": login},
        )
        return await cursor.fetchone()


async def update_password(conn: Conn, user_id: int, password_hash: str) -> None:
    await conn.execute("UPDATE app_user SET password_hash = %s WHERE id = %s", (password_hash, user_id))


async def insert_session(
    conn: Conn, token_hash: bytes, user_id: int, csrf: str, client: str, now: datetime, expires_at: datetime
) -> None:
    await conn.execute(
        """
        INSERT INTO session (token_hash, user_id, csrf, client, created_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (token_hash, user_id, csrf, client, now, expires_at),
    )


async def find_session(conn: Conn, token_hash: bytes, now: datetime) -> SessionRow | None:
    async with conn.cursor(row_factory=class_row(SessionRow)) as cursor:
        await cursor.execute(
            """
            SELECT user_id, csrf, expires_at FROM session
            WHERE token_hash = %s AND expires_at > %s AND revoked_at IS NULL
            """,
            (token_hash, now),
        )
        return await cursor.fetchone()


async def update_session_revoked(conn: Conn, token_hash: bytes, now: datetime) -> int | None:
    """Revoke one session; the user it belonged to, or None when there was nothing to revoke."""
    cursor = await conn.execute(
        "UPDATE session SET revoked_at = %s WHERE token_hash = %s AND revoked_at IS NULL RETURNING user_id",
        (now, token_hash),
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def update_sessions_revoked(conn: Conn, user_id: int, now: datetime) -> None:
    await conn.execute("UPDATE session SET revoked_at = %s WHERE user_id = %s AND revoked_at IS NULL", (now, user_id))


async def delete_ended_sessions(conn: Conn, before: datetime) -> None:
    await conn.execute("DELETE FROM session WHERE expires_at < %s", (before,))


async def insert_link(
    conn: Conn, token_hash: bytes, user_id: int, purpose: Purpose, now: datetime, expires_at: datetime
) -> None:
    await conn.execute(
        """
        INSERT INTO one_time_link (token_hash, user_id, purpose, created_at, expires_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (token_hash, user_id, purpose.value, now, expires_at),
    )


async def update_link_used(conn: Conn, token_hash: bytes, now: datetime) -> tuple[int, Purpose] | None:
    """Use a link up: user and purpose for the one caller who comes first, None for everybody after and too late."""
    cursor = await conn.execute(
        """
        UPDATE one_time_link SET used_at = %(now)s
        WHERE token_hash = %(hash)s AND used_at IS NULL AND expires_at > %(now)s
        RETURNING user_id, purpose
        """,
        {"now": now, "hash": token_hash},
    )
    row = await cursor.fetchone()
    return (row[0], Purpose(row[1])) if row else None


async def delete_unused_links(conn: Conn, user_id: int) -> None:
    """A new link, a new password or a disabled account makes the older links worthless."""
    await conn.execute("DELETE FROM one_time_link WHERE user_id = %s AND used_at IS NULL", (user_id,))


async def has_administrator_signed_in(conn: Conn) -> bool:
    """Whether anybody who is an administrator now ever used a link or chose a password."""
    cursor = await conn.execute(
        """
        SELECT EXISTS (
            SELECT FROM app_user u
            WHERE u.role = 'admin' AND u.disabled_at IS NULL
              AND (u.password_hash IS NOT NULL
                   OR EXISTS (SELECT FROM one_time_link l WHERE l.user_id = u.id AND l.used_at IS NOT NULL)))
        """
    )
    row = await cursor.fetchone()
    assert row is not None  # SELECT EXISTS gives one row
    return row[0]


_ISSUED: LiteralString = """
    SELECT t.id, u.name AS "user", t.name, t.role_cap, t.created_at, t.expires_at, t.last_used_at, t.revoked_at
    FROM api_token t JOIN app_user u ON u.id = t.user_id
"""


def _token(role_cap: str, **row: Any) -> ApiToken:
    return ApiToken(role_cap=Role(role_cap), **row)


async def insert_token(
    conn: Conn, token_hash: bytes, user_id: int, name: str, role_cap: Role, now: datetime, expires_at: datetime
) -> int:
    cursor = await conn.execute(
        """
        INSERT INTO api_token (token_hash, user_id, name, role_cap, created_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (token_hash, user_id, name, role_cap.value, now, expires_at),
    )
    row = await cursor.fetchone()
    assert row is not None  # RETURNING of an insert gives one row
    return row[0]


async def find_token(conn: Conn, token_hash: bytes, now: datetime) -> TokenRow | None:
    async with conn.cursor(row_factory=class_row(TokenRow)) as cursor:
        await cursor.execute(
            """
            SELECT id AS token_id, user_id, role_cap, last_used_at FROM api_token
            WHERE token_hash = %s AND expires_at > %s AND revoked_at IS NULL
            """,
            (token_hash, now),
        )
        return await cursor.fetchone()


async def update_token_used(conn: Conn, token_id: int, now: datetime) -> None:
    await conn.execute("UPDATE api_token SET last_used_at = %s WHERE id = %s", (now, token_id))


async def list_tokens(conn: Conn, user_id: int) -> list[ApiToken]:
    async with conn.cursor(row_factory=kwargs_row(_token)) as cursor:
        await cursor.execute(_ISSUED + "WHERE t.user_id = %s ORDER BY t.id", (user_id,))
        return await cursor.fetchall()


async def update_token_revoked(conn: Conn, token_id: int, user_id: int, now: datetime) -> bool:
    cursor = await conn.execute(
        "UPDATE api_token SET revoked_at = %s WHERE id = %s AND user_id = %s AND revoked_at IS NULL",
        (now, token_id, user_id),
    )
    return cursor.rowcount == 1


async def insert_failure(conn: Conn, subject: str, now: datetime) -> None:
    await conn.execute("INSERT INTO sign_in_failure (subject, at) VALUES (%s, %s)", (subject, now))


async def count_failures(conn: Conn, subject: str, since: datetime) -> Failures:
    async with conn.cursor(row_factory=class_row(Failures)) as cursor:
        await cursor.execute(
            "SELECT count(*) AS number, min(at) AS oldest FROM sign_in_failure WHERE subject = %s AND at > %s",
            (subject, since),
        )
        row = await cursor.fetchone()
    assert row is not None  # an aggregate gives one row
    return row


async def delete_failures(conn: Conn, subject: str) -> None:
    await conn.execute("DELETE FROM sign_in_failure WHERE subject = %s", (subject,))


async def delete_old_failures(conn: Conn, before: datetime) -> None:
    await conn.execute("DELETE FROM sign_in_failure WHERE at < %s", (before,))
