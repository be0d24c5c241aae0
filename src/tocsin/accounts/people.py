"""Looking after people as an administrator does: invite, change a role, disable and enable, let somebody in again.

What a configuration file manages is changed there (OPS-2): each of these refuses it and says so.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tocsin.accounts import credential_store, store
from tocsin.accounts.model import OneTimeLink, Person, Role, User, UserDraft
from tocsin.accounts.service import audit, check_owner, get_user_by_name, upsert_user
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.tx import Tx


async def list_people(conn: Conn, now: datetime) -> list[Person]:
    """Everybody by name, the disabled too."""
    standings = {each.user_id: each for each in await credential_store.list_people(conn, now)}
    teams = await store.list_teams(conn)
    return [
        Person(
            user=user,
            teams=tuple(team.name for team in teams if user.name in (*team.members, *team.leads)),
            last_seen_at=standings[user.id].last_seen_at,
            invited_until=standings[user.id].invited_until,
        )
        for user in await store.list_users(conn)
    ]


async def get_person(conn: Conn, name: str, now: datetime) -> Person:
    """Raises NotFound."""
    user = await get_user_by_name(conn, name)
    return next(person for person in await list_people(conn, now) if person.user.id == user.id)


async def list_last_links(conn: Conn, users: Sequence[User]) -> list[OneTimeLink]:
    """The newest one-time link of each who ever had one."""
    return await credential_store.list_last_links(conn, [user.id for user in users])


async def add_person(tx: Tx, draft: UserDraft, by: str) -> User:
    """A new person, whom nothing lets in yet (`delivery.entry`). Raises Refused for a name that is taken."""
    known = await store.find_user_by_name(tx.conn, draft.name)
    if known is not None:
        what = f"Enable them: tocsin admin user enable {known.name}" if known.is_disabled else "Choose another name."
        raise Refused(f"There is a {known.name} already.", what, field="name")
    return await upsert_user(tx, draft, managed_by=None, actor=by)


async def withdraw_link(tx: Tx, name: str, by: str) -> None:
    """Raises Refused when there is none."""
    user = await get_user_by_name(tx.conn, name)
    if not await credential_store.delete_unused_links(tx.conn, user.id):
        raise Refused(f"No link is open for {user.name}.", "It was used, or is too old.")
    await audit(tx, by, "withdrew the one-time link of", user.name)


async def change_role(tx: Tx, name: str, role: Role, by: str) -> User:
    """Their sessions end (SEC-2). Raises Refused for whom a file manages, the last administrator and the disabled."""
    user = await get_user_by_name(tx.conn, name)
    check_owner(user, None)
    if user.is_disabled:
        raise Refused(f"{user.name} is disabled.", f"Enable them first: tocsin admin user enable {user.name}")
    return await upsert_user(tx, replace(draft_of(user), role=role), managed_by=None, actor=by)


async def enable(tx: Tx, name: str, by: str) -> User:
    """They may sign in again; their tokens stay revoked. Raises Refused for whom a file manages."""
    user = await get_user_by_name(tx.conn, name)
    check_owner(user, None)
    if not user.is_disabled:
        raise Refused(f"{user.name} is not disabled.", "There is nothing to do.")
    return await upsert_user(tx, draft_of(user), managed_by=None, actor=by)


def draft_of(user: User) -> UserDraft:
    """What would leave this person as they are."""
    return UserDraft(
        name=user.name,
        email=user.email,
        role=user.role,
        display_name=user.display_name,
        senior=user.senior,
        time_zone=user.time_zone,
    )
