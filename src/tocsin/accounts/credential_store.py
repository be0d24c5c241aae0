"""Every statement about passwords, sessions, one-time links, API tokens and attempts to sign in.

Tokens arrive and stay here as digests; the clear ones never reach the database.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from psycopg.rows import class_row, kwargs_row

from tocsin.accounts.model import ApiToken, Attempts, OneTimeLink, Purpose, Role, SessionShown
from tocsin.kernel.db import Conn


class Account(NamedTuple):
    """What a sign-in needs of a person."""

    user_id: int
    password_hash: str | None


class SessionRow(NamedTuple):
    """A session that is neither over nor revoked."""

    user_id: int
    csrf: str
    expires_at: datetime
    last_used_at: datetime


class Standing(NamedTuple):
    """When a person was last seen, and until when they may come in by a link."""

    user_id: int
    last_seen_at: datetime | None
    invited_until: datetime | None


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
            select id as user_id, password_hash from app_user
            where (lower(email) = lower(%(login)s) or name = %(login)s) and disabled_at is null
            order by name = %(login)s desc limit 1
            """,
            {"login": login},
        )
        return await cursor.fetchone()


async def update_password(conn: Conn, user_id: int, password_hash: str) -> None:
    await conn.execute("update app_user set password_hash = %s where id = %s", (password_hash, user_id))


async def insert_session(
    conn: Conn,
    token_hash: bytes,
    user_id: int,
    csrf: str,
    *,
    client: str,
    device: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    await conn.execute(
        """
        insert into session (token_hash, user_id, csrf, client, device, created_at, last_used_at, expires_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (token_hash, user_id, csrf, client, device, now, now, expires_at),
    )


async def update_session_used(conn: Conn, token_hash: bytes, now: datetime) -> None:
    await conn.execute("update session set last_used_at = %s where token_hash = %s", (now, token_hash))


async def list_sessions(conn: Conn, user_id: int, current: bytes, now: datetime) -> list[SessionShown]:
    """Those in force, the last used first; `current` is the digest of the cookie that asks."""
    async with conn.cursor(row_factory=class_row(SessionShown)) as cursor:
        await cursor.execute(
            """
            select id, client, device, created_at, last_used_at, expires_at, token_hash = %s as is_current
            from session where user_id = %s and revoked_at is null and expires_at > %s order by last_used_at desc, id
            """,
            (current, user_id, now),
        )
        return await cursor.fetchall()


async def update_one_session_revoked(conn: Conn, user_id: int, session_id: int, now: datetime) -> bool:
    """Whether there was such a session of this person in force."""
    cursor = await conn.execute(
        "update session set revoked_at = %s where id = %s and user_id = %s and revoked_at is null",
        (now, session_id, user_id),
    )
    return cursor.rowcount == 1


async def update_tokens_revoked(conn: Conn, user_id: int, now: datetime) -> None:
    await conn.execute("update api_token set revoked_at = %s where user_id = %s and revoked_at is null", (now, user_id))


async def list_people(conn: Conn, now: datetime) -> list[Standing]:
    """Of everybody: when they were last seen, and until when their unused link opens."""
    async with conn.cursor(row_factory=class_row(Standing)) as cursor:
        await cursor.execute(
            """
            select u.id as user_id,
                   greatest((select max(s.last_used_at) from session s where s.user_id = u.id),
                            (select max(t.last_used_at) from api_token t where t.user_id = u.id)) as last_seen_at,
                   (select max(l.expires_at) from one_time_link l
                    where l.user_id = u.id and l.used_at is null and l.expires_at > %s) as invited_until
            from app_user u
            """,
            (now,),
        )
        return await cursor.fetchall()


async def find_session(conn: Conn, token_hash: bytes, now: datetime) -> SessionRow | None:
    async with conn.cursor(row_factory=class_row(SessionRow)) as cursor:
        await cursor.execute(
            """
            select user_id, csrf, expires_at, last_used_at from session
            where token_hash = %s and expires_at > %s and revoked_at is null
            """,
            (token_hash, now),
        )
        return await cursor.fetchone()


async def update_session_revoked(conn: Conn, token_hash: bytes, now: datetime) -> int | None:
    """Revoke one session; the user it belonged to, or None when there was nothing to revoke."""
    cursor = await conn.execute(
        "update session set revoked_at = %s where token_hash = %s and revoked_at is null returning user_id",
        (now, token_hash),
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def update_sessions_revoked(conn: Conn, user_id: int, now: datetime) -> None:
    await conn.execute("update session set revoked_at = %s where user_id = %s and revoked_at is null", (now, user_id))


async def delete_ended_sessions(conn: Conn, before: datetime) -> None:
    await conn.execute("delete from session where expires_at < %s", (before,))


async def insert_link(
    conn: Conn, token_hash: bytes, user_id: int, purpose: Purpose, now: datetime, expires_at: datetime
) -> None:
    await conn.execute(
        """
        insert into one_time_link (token_hash, user_id, purpose, created_at, expires_at)
        values (%s, %s, %s, %s, %s)
        """,
        (token_hash, user_id, purpose.value, now, expires_at),
    )


async def update_link_used(conn: Conn, token_hash: bytes, now: datetime) -> tuple[int, Purpose] | None:
    """Use a link up: user and purpose for the one caller who comes first, None for everybody after and too late."""
    cursor = await conn.execute(
        """
        update one_time_link set used_at = %(now)s
        where token_hash = %(hash)s and used_at is null and expires_at > %(now)s
        returning user_id, purpose
        """,
        {"now": now, "hash": token_hash},
    )
    row = await cursor.fetchone()
    return (row[0], Purpose(row[1])) if row else None


async def delete_unused_links(conn: Conn, user_id: int) -> int:
    """A new link, a new password or a disabled account makes the older links worthless; gives how many those were."""
    cursor = await conn.execute("delete from one_time_link where user_id = %s and used_at is null", (user_id,))
    return cursor.rowcount


async def list_last_links(conn: Conn, user_ids: Sequence[int]) -> list[OneTimeLink]:
    """The newest of each of these people, also one that was used or is too old."""
    async with conn.cursor(row_factory=class_row(OneTimeLink)) as cursor:
        await cursor.execute(
            """
            select distinct on (user_id) user_id, created_at, expires_at, used_at
            from one_time_link where user_id = any(%b) order by user_id, created_at desc
            """,
            (list(user_ids),),
        )
        return await cursor.fetchall()


async def has_administrator_signed_in(conn: Conn) -> bool:
    """Whether anybody who is an administrator now ever used a link or chose a password."""
    cursor = await conn.execute(
        """
        select exists (
            select from app_user u
            where u.role = 'admin' and u.disabled_at is null
              and (u.password_hash is not null
                   or exists (select from one_time_link l where l.user_id = u.id and l.used_at is not null)))
        """
    )
    row = await cursor.fetchone()
    assert row is not None  # SELECT EXISTS gives one row
    return row[0]


_ISSUED: LiteralString = """
    select t.id, u.name as "user", t.name, t.role_cap, t.created_at, t.expires_at, t.last_used_at, t.revoked_at
    from api_token t join app_user u on u.id = t.user_id
"""


def _token(role_cap: str, **row: Any) -> ApiToken:
    return ApiToken(role_cap=Role(role_cap), **row)


async def insert_token(
    conn: Conn, token_hash: bytes, user_id: int, name: str, role_cap: Role, now: datetime, expires_at: datetime
) -> int:
    cursor = await conn.execute(
        """
        insert into api_token (token_hash, user_id, name, role_cap, created_at, expires_at)
        values (%s, %s, %s, %s, %s, %s) returning id
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
            select id as token_id, user_id, role_cap, last_used_at from api_token
            where token_hash = %s and expires_at > %s and revoked_at is null
            """,
            (token_hash, now),
        )
        return await cursor.fetchone()


async def update_token_used(conn: Conn, token_id: int, now: datetime) -> None:
    await conn.execute("update api_token set last_used_at = %s where id = %s", (now, token_id))


async def list_tokens(conn: Conn, user_id: int) -> list[ApiToken]:
    async with conn.cursor(row_factory=kwargs_row(_token)) as cursor:
        await cursor.execute(_ISSUED + "where t.user_id = %s order by t.id", (user_id,))
        return await cursor.fetchall()


async def update_token_revoked(conn: Conn, token_id: int, user_id: int, now: datetime) -> bool:
    cursor = await conn.execute(
        "update api_token set revoked_at = %s where id = %s and user_id = %s and revoked_at is null",
        (now, token_id, user_id),
    )
    return cursor.rowcount == 1


async def count_attempt(conn: Conn, subject: str, window_began_after: datetime, now: datetime) -> Attempts:
    """One attempt more of this subject. One row a subject, so that attempts at the same moment count one another."""
    async with conn.cursor(row_factory=class_row(Attempts)) as cursor:
        await cursor.execute(
            """
            insert into sign_in_attempt as counted (subject, number, began_at)
            values (%(subject)s, 1, %(now)s)
            on conflict (subject) do update set
                number = case when counted.began_at > %(after)s then counted.number + 1 else 1 end,
                began_at = case when counted.began_at > %(after)s then counted.began_at else excluded.began_at end
            returning number, began_at
            """,
            {"subject": subject, "now": now, "after": window_began_after},
        )
        row = await cursor.fetchone()
    assert row is not None  # RETURNING of an upsert gives one row
    return row


async def find_attempts(conn: Conn, subject: str) -> Attempts | None:
    async with conn.cursor(row_factory=class_row(Attempts)) as cursor:
        await cursor.execute("select number, began_at from sign_in_attempt where subject = %s", (subject,))
        return await cursor.fetchone()


async def update_attempt_undone(conn: Conn, subject: str) -> None:
    """An attempt that was counted and turned out to be none."""
    await conn.execute("update sign_in_attempt set number = number - 1 where subject = %s and number > 0", (subject,))


async def delete_attempts(conn: Conn, subject: str) -> None:
    await conn.execute("delete from sign_in_attempt where subject = %s", (subject,))


async def delete_old_attempts(conn: Conn, began_before: datetime) -> None:
    """A hundred at a time, leaving what others hold: whoever tries to sign in waits for nobody's broom."""
    await conn.execute(
        """
        delete from sign_in_attempt where subject in (
            select subject from sign_in_attempt where began_at < %s limit 100 for update skip locked)
        """,
        (began_before,),
    )


class Answer(NamedTuple):
    """What a request was answered."""

    fingerprint: bytes
    answer: bytes


async def insert_request(conn: Conn, user_id: int, key: str, fingerprint: bytes, now: datetime) -> bool:
    """Whether this key is new; waits for a transaction that is inserting it this moment."""
    cursor = await conn.execute(
        """
        insert into answered_request (user_id, key, fingerprint, at) values (%s, %s, %s, %s)
        on conflict (user_id, key) do nothing
        """,
        (user_id, key, fingerprint, now),
    )
    return cursor.rowcount == 1


async def find_answer(conn: Conn, user_id: int, key: str) -> Answer | None:
    async with conn.cursor(row_factory=class_row(Answer)) as cursor:
        await cursor.execute(
            "select fingerprint, answer from answered_request where user_id = %s and key = %s and answer is not null",
            (user_id, key),
        )
        return await cursor.fetchone()


async def update_answer(conn: Conn, user_id: int, key: str, answer: bytes) -> None:
    await conn.execute(
        "update answered_request set answer = %s where user_id = %s and key = %s", (answer, user_id, key)
    )


async def delete_old_answers(conn: Conn, before: datetime) -> None:
    await conn.execute("delete from answered_request where at < %s", (before,))
