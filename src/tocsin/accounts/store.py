"""Every statement about people, teams and scopes. Credentials have a module of their own: ``credential_store``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import kwargs_row

from tocsin.accounts.model import ORGANISATION_SCOPE, Role, Team, User, UserDraft, Viewer

Conn = AsyncConnection[Any]

_USER: LiteralString = """
    SELECT id, name, email, display_name, role, senior, time_zone, managed_by, disabled_at,
           password_hash IS NOT NULL AS has_password
    FROM app_user
"""
_TEAM: LiteralString = """
    SELECT t.id, t.name, t.managed_by,
           coalesce(array_agg(u.name ORDER BY u.name) FILTER (WHERE NOT m.is_lead), '{}') AS members,
           coalesce(array_agg(u.name ORDER BY u.name) FILTER (WHERE m.is_lead), '{}') AS leads
    FROM team t LEFT JOIN team_member m ON m.team_id = t.id LEFT JOIN app_user u ON u.id = m.user_id
"""
_IN_TEAM: LiteralString = """
    WHERE disabled_at IS NULL AND id IN (
        SELECT m.user_id FROM team_member m JOIN team t ON t.id = m.team_id WHERE t.name = %s AND m.is_lead = %s)
"""


def _user(role: str, **row: Any) -> User:
    return User(role=Role(role), **row)


def _team(members: list[str], leads: list[str], **row: Any) -> Team:
    return Team(members=tuple(members), leads=tuple(leads), **row)


async def find_user(conn: Conn, user_id: int) -> User | None:
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "WHERE id = %s", (user_id,))
        return await cursor.fetchone()


async def find_user_by_name(conn: Conn, name: str) -> User | None:
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "WHERE name = %s", (name,))
        return await cursor.fetchone()


async def list_users(conn: Conn) -> list[User]:
    """Everybody, the disabled too, by name."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "ORDER BY name")
        return await cursor.fetchall()


async def lock_administrators(conn: Conn) -> list[User]:
    """The administrators who may sign in, locked, so that two at once cannot remove each other."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE")
        return await cursor.fetchall()


async def insert_user(conn: Conn, draft: UserDraft, managed_by: str | None, now: datetime) -> User | None:
    """The new row, or None when the name is taken."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(
            """
            INSERT INTO app_user (name, email, display_name, role, senior, time_zone, managed_by, created_at)
            VALUES (%(name)s, %(email)s, %(display_name)s, %(role)s, %(senior)s, %(time_zone)s, %(managed_by)s, %(now)s)
            ON CONFLICT (name) DO NOTHING
            RETURNING id, name, email, display_name, role, senior, time_zone, managed_by, disabled_at,
                      false AS has_password
            """,
            _columns(draft, managed_by) | {"now": now},
        )
        return await cursor.fetchone()


async def update_user(conn: Conn, draft: UserDraft, managed_by: str | None) -> None:
    """Write what the draft says over the row of that name; a disabled person is enabled again."""
    await conn.execute(
        """
        UPDATE app_user SET email = %(email)s, display_name = %(display_name)s, role = %(role)s, senior = %(senior)s,
               time_zone = %(time_zone)s, managed_by = %(managed_by)s, disabled_at = NULL
        WHERE name = %(name)s
        """,
        _columns(draft, managed_by),
    )


def _columns(draft: UserDraft, managed_by: str | None) -> dict[str, Any]:
    return {
        "name": draft.name,
        "email": draft.email,
        "display_name": draft.display_name or draft.name,
        "role": draft.role.value,
        "senior": draft.senior,
        "time_zone": draft.time_zone,
        "managed_by": managed_by,
    }


async def update_user_disabled(conn: Conn, user_id: int, now: datetime) -> None:
    await conn.execute("UPDATE app_user SET disabled_at = %s WHERE id = %s AND disabled_at IS NULL", (now, user_id))


async def find_other_user_of_email(conn: Conn, email: str, name: str) -> str | None:
    """The enabled person who already has this address, if it is somebody else."""
    cursor = await conn.execute(
        "SELECT name FROM app_user WHERE lower(email) = lower(%s) AND name <> %s AND disabled_at IS NULL", (email, name)
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def list_teams(conn: Conn) -> list[Team]:
    async with conn.cursor(row_factory=kwargs_row(_team)) as cursor:
        await cursor.execute(_TEAM + "GROUP BY t.id ORDER BY t.name")
        return await cursor.fetchall()


async def find_team(conn: Conn, name: str) -> Team | None:
    async with conn.cursor(row_factory=kwargs_row(_team)) as cursor:
        await cursor.execute(_TEAM + "WHERE t.name = %s GROUP BY t.id", (name,))
        return await cursor.fetchone()


async def list_team_people(conn: Conn, team: str, *, leads: bool) -> list[User]:
    """The enabled members (or leads) of a team, by name; empty also when there is no such team."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + _IN_TEAM + "ORDER BY name", (team, leads))
        return await cursor.fetchall()


async def upsert_team(conn: Conn, name: str, managed_by: str | None) -> int:
    cursor = await conn.execute(
        """
        INSERT INTO team (name, managed_by) VALUES (%s, %s)
        ON CONFLICT (name) DO UPDATE SET managed_by = excluded.managed_by
        RETURNING id
        """,
        (name, managed_by),
    )
    row = await cursor.fetchone()
    assert row is not None  # RETURNING of an upsert without a condition gives one row
    return row[0]


async def delete_team_members(conn: Conn, team_id: int) -> None:
    await conn.execute("DELETE FROM team_member WHERE team_id = %s", (team_id,))


async def insert_team_members(conn: Conn, team_id: int, names: Sequence[str], *, leads: bool) -> list[str]:
    """The names that exist and are now in the team. A person who is both is kept as a lead: leads are written last."""
    cursor = await conn.execute(
        """
        WITH added AS (
            INSERT INTO team_member (team_id, user_id, is_lead)
            SELECT %(team)s, id, %(leads)s FROM app_user WHERE name = ANY(%(names)b)
            ON CONFLICT (team_id, user_id) DO UPDATE SET is_lead = excluded.is_lead
            RETURNING user_id)
        SELECT name FROM app_user WHERE id IN (SELECT user_id FROM added)
        """,
        {"team": team_id, "names": list(names), "leads": leads},
    )
    return [row[0] for row in await cursor.fetchall()]


async def delete_team(conn: Conn, name: str) -> None:
    await conn.execute("DELETE FROM team WHERE name = %s", (name,))


async def insert_scope(conn: Conn, name: str) -> int:
    cursor = await conn.execute("INSERT INTO scope (name) VALUES (%s) RETURNING id", (name,))
    row = await cursor.fetchone()
    assert row is not None  # RETURNING of an insert gives one row
    return row[0]


async def insert_scope_members(conn: Conn, scope_id: int, user_ids: Sequence[int]) -> None:
    await conn.execute(
        """
        INSERT INTO scope_member (scope_id, user_id) SELECT %s, unnest(%b::bigint[])
        ON CONFLICT (scope_id, user_id) DO NOTHING
        """,
        (scope_id, list(user_ids)),
    )


async def delete_scope_member(conn: Conn, scope_id: int, user_id: int) -> None:
    await conn.execute("DELETE FROM scope_member WHERE scope_id = %s AND user_id = %s", (scope_id, user_id))


async def find_viewer(conn: Conn, user_id: int, role: Role | None = None) -> Viewer | None:
    """The enabled person with the scopes they may read; ``role`` replaces their own when a token caps it."""
    cursor = await conn.execute(
        """
        SELECT u.name, u.role, u.time_zone, u.display_name,
               ARRAY(SELECT scope_id FROM scope_member WHERE user_id = u.id ORDER BY scope_id),
               ARRAY(SELECT t.name FROM team_member m JOIN team t ON t.id = m.team_id
                     WHERE m.user_id = u.id ORDER BY t.name)
        FROM app_user u WHERE u.id = %s AND u.disabled_at IS NULL
        """,
        (user_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    name, own_role, time_zone, display_name, scopes, teams = row
    return Viewer(
        user_id=user_id,
        name=name,
        role=role or Role(own_role),
        scopes=(ORGANISATION_SCOPE, *scopes),
        teams=tuple(teams),
        time_zone=time_zone,
        display_name=display_name,
    )
