"""Every statement about people, teams and scopes. Credentials have a module of their own: `credential_store`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg.rows import kwargs_row

from tocsin.accounts.model import ORGANISATION_SCOPE, Role, Team, User, UserDraft, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.questions import Question, ask_one

_USER: LiteralString = """
    select id, name, email, display_name, role, senior, time_zone, managed_by, disabled_at,
           password_hash is not null as has_password, email_broken_at, email_broken_why
    from app_user
"""
_TEAM: LiteralString = """
    select t.id, t.name, t.managed_by,
           coalesce(array_agg(u.name order by u.name) filter (where m.is_member), '{}') as members,
           coalesce(array_agg(u.name order by u.name) filter (where m.is_lead), '{}') as leads
    from team t left join team_member m on m.team_id = t.id left join app_user u on u.id = m.user_id
"""
_IN_TEAM: LiteralString = """
    where disabled_at is null and id in (
        select m.user_id from team_member m join team t on t.id = m.team_id
        where t.name = %(team)s and case when %(leads)s then m.is_lead else m.is_member end)
"""


_IN_SCOPE: LiteralString = "where id in (select user_id from scope_member where scope_id = %s)"


def _user(role: str, **row: Any) -> User:
    return User(role=Role(role), **row)


def _team(members: list[str], leads: list[str], **row: Any) -> Team:
    return Team(members=tuple(members), leads=tuple(leads), **row)


async def find_user(conn: Conn, user_id: int) -> User | None:
    return await ask_one(conn, user_of(user_id))


def user_of(user_id: int) -> Question[User | None]:
    """The same, to be asked together with others."""
    return Question(_USER + "where id = %s", (user_id,), lambda rows: rows[0] if rows else None, kwargs_row(_user))


async def find_user_by_name(conn: Conn, name: str) -> User | None:
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "where name = %s", (name,))
        return await cursor.fetchone()


async def list_users(conn: Conn) -> list[User]:
    """Everybody, the disabled too, by name."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "order by name")
        return await cursor.fetchall()


async def list_users_by_name(conn: Conn, names: Sequence[str]) -> list[User]:
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "where name = any(%s) order by name", (list(names),))
        return await cursor.fetchall()


async def list_users_by_id(conn: Conn, ids: Sequence[int]) -> list[User]:
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "where id = any(%b) order by name", (list(ids),))
        return await cursor.fetchall()


async def lock_administrators(conn: Conn) -> list[User]:
    """The administrators who may sign in, locked, so that two at once cannot remove each other."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + "where role = 'admin' and disabled_at is null order by id for update")
        return await cursor.fetchall()


async def insert_user(conn: Conn, draft: UserDraft, managed_by: str | None, now: datetime) -> User | None:
    """The new row, or None when the name is taken."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(
            """
            insert into app_user (name, email, display_name, role, senior, time_zone, managed_by, created_at)
            values (%(name)s, %(email)s, %(display_name)s, %(role)s, %(senior)s, %(time_zone)s, %(managed_by)s, %(now)s)
            on conflict (name) do nothing
            returning id, name, email, display_name, role, senior, time_zone, managed_by, disabled_at,
                      false as has_password
            """,
            _columns(draft, managed_by) | {"now": now},
        )
        return await cursor.fetchone()


async def update_user(conn: Conn, draft: UserDraft, managed_by: str | None) -> None:
    """Write what the draft says over the row of that name; a disabled person is enabled again, and nothing is known of
    another address yet."""
    await conn.execute(
        """
        update app_user set email = %(email)s,
               email_broken_at = case when email = %(email)s then email_broken_at end,
               email_broken_why = case when email = %(email)s then email_broken_why end,
               display_name = %(display_name)s, role = %(role)s, senior = %(senior)s,
               time_zone = %(time_zone)s, managed_by = %(managed_by)s, disabled_at = null
        where name = %(name)s
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
    await conn.execute("update app_user set disabled_at = %s where id = %s and disabled_at is null", (now, user_id))


async def update_email_broken(conn: Conn, user_id: int, address: str, why: str, now: datetime) -> bool:
    """False when it was known, or when the person has another address by now."""
    cursor = await conn.execute(
        """
        update app_user set email_broken_at = %s, email_broken_why = %s
        where id = %s and lower(email) = lower(%s) and email_broken_at is null
        """,
        (now, why, user_id, address),
    )
    return cursor.rowcount == 1


async def update_email_mended(conn: Conn, user_id: int, address: str) -> None:
    await conn.execute(
        """
        update app_user set email_broken_at = null, email_broken_why = null
        where id = %s and lower(email) = lower(%s) and email_broken_at is not null
        """,
        (user_id, address),
    )


async def find_other_user_of_email(conn: Conn, email: str, name: str) -> str | None:
    """The enabled person who already has this address, if it is somebody else."""
    cursor = await conn.execute(
        "select name from app_user where lower(email) = lower(%s) and name <> %s and disabled_at is null", (email, name)
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def list_teams(conn: Conn) -> list[Team]:
    async with conn.cursor(row_factory=kwargs_row(_team)) as cursor:
        await cursor.execute(_TEAM + "group by t.id order by t.name")
        return await cursor.fetchall()


async def find_team(conn: Conn, name: str) -> Team | None:
    async with conn.cursor(row_factory=kwargs_row(_team)) as cursor:
        await cursor.execute(_TEAM + "where t.name = %s group by t.id", (name,))
        return await cursor.fetchone()


async def list_team_people(conn: Conn, team: str, *, leads: bool) -> list[User]:
    """The enabled members (or leads) of a team, by name; empty also when there is no such team."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + _IN_TEAM + "order by name", {"team": team, "leads": leads})
        return await cursor.fetchall()


async def upsert_team(conn: Conn, name: str, managed_by: str | None) -> int:
    cursor = await conn.execute(
        """
        insert into team (name, managed_by) values (%s, %s)
        on conflict (name) do update set managed_by = excluded.managed_by
        returning id
        """,
        (name, managed_by),
    )
    row = await cursor.fetchone()
    assert row is not None  # RETURNING of an upsert without a condition gives one row
    return row[0]


async def delete_team_members(conn: Conn, team_id: int) -> None:
    await conn.execute("delete from team_member where team_id = %s", (team_id,))


async def insert_team_members(conn: Conn, team_id: int, members: Sequence[str], leads: Sequence[str]) -> list[str]:
    """The names that exist and are now in the team; the team had nobody."""
    cursor = await conn.execute(
        """
        with added as (
            insert into team_member (team_id, user_id, is_member, is_lead)
            select %(team)s, id, name = any(%(members)s), name = any(%(leads)s)
            from app_user where name = any(%(members)s) or name = any(%(leads)s)
            returning user_id)
        select name from app_user where id in (select user_id from added)
        """,
        {"team": team_id, "members": list(members), "leads": list(leads)},
    )
    return [row[0] for row in await cursor.fetchall()]


async def delete_team(conn: Conn, name: str) -> None:
    await conn.execute("delete from team where name = %s", (name,))


async def insert_scope(conn: Conn, name: str) -> int:
    cursor = await conn.execute("insert into scope (name) values (%s) returning id", (name,))
    row = await cursor.fetchone()
    assert row is not None  # RETURNING of an insert gives one row
    return row[0]


async def insert_scope_members(conn: Conn, scope_id: int, user_ids: Sequence[int]) -> list[str]:
    """The names of those who were none before, sorted."""
    cursor = await conn.execute(
        """
        with added as (
            insert into scope_member (scope_id, user_id) select %s, unnest(%b::bigint[])
            on conflict (scope_id, user_id) do nothing
            returning user_id)
        select name from app_user where id in (select user_id from added) order by name
        """,
        (scope_id, sorted(set(user_ids))),
    )
    return [row[0] for row in await cursor.fetchall()]


async def delete_scope_member(conn: Conn, scope_id: int, user_id: int) -> bool:
    """Whether they were one."""
    cursor = await conn.execute("delete from scope_member where scope_id = %s and user_id = %s", (scope_id, user_id))
    return cursor.rowcount == 1


async def list_scope_members(conn: Conn, scope_id: int) -> list[User]:
    """By name, the disabled too."""
    async with conn.cursor(row_factory=kwargs_row(_user)) as cursor:
        await cursor.execute(_USER + _IN_SCOPE + "order by name", (scope_id,))
        return await cursor.fetchall()


async def find_viewer(conn: Conn, user_id: int, role: Role | None = None) -> Viewer | None:
    """The enabled person with the scopes they may read; `role` replaces their own when a token caps it."""
    cursor = await conn.execute(
        """
        select u.name, u.role, u.time_zone, u.display_name,
               array(select scope_id from scope_member where user_id = u.id order by scope_id),
               array(select t.name from team_member m join team t on t.id = m.team_id
                     where m.user_id = u.id order by t.name)
        from app_user u where u.id = %s and u.disabled_at is null
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
