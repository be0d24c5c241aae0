"""Use cases about people: add, change, disable, form teams, say who a caller is. Signing in is in `sign_in`.

Each takes the caller's transaction; who may call it is decided by the surface through `Viewer.may`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from tocsin.accounts import credential_store, rules, store
from tocsin.accounts.events import Audited
from tocsin.accounts.model import ORGANISATION_SCOPE, Role, Team, User, UserDraft, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.questions import Question
from tocsin.kernel.tx import Tx


async def audit(
    tx: Tx,
    actor: str,
    action: str,
    subject: str = "",
    *,
    outcome: str = "done",
    client: str = "",
    sentence: str = "",
    scope_id: int = ORGANISATION_SCOPE,
) -> None:
    """Write on the audit log: `action` is a short verb phrase, `subject` whom or what it was about. `scope_id`: who may
    read it, for what is about something private (LIF-7)."""
    told = sentence or " ".join(part for part in (actor, action, subject) if part)
    refused = " – refused" if outcome == "refused" else ""
    await tx.emit(
        Audited(
            sentence=f"{told}{refused}.",
            actor=actor,
            action=action,
            subject=subject,
            outcome=outcome,
            client=client,
            scope_id=scope_id,
        )
    )


async def get_user_by_name(conn: Conn, name: str) -> User:
    """The person, the disabled too; raises NotFound saying how to see who there is."""
    user = await store.find_user_by_name(conn, name.removeprefix("@"))
    if user is None:
        raise NotFound(f"There is nobody named {name!r}.", "See who there is with: tocsin admin user list")
    return user


async def find_user(conn: Conn, user_id: int) -> User | None:
    return await store.find_user(conn, user_id)


def user_of(user_id: int) -> Question[User | None]:
    """The same, to be asked together with others."""
    return store.user_of(user_id)


async def list_users(conn: Conn) -> list[User]:
    """Everybody by name, the disabled too."""
    return await store.list_users(conn)


async def list_users_by_name(conn: Conn, names: Sequence[str]) -> list[User]:
    """Those of these names who exist, the disabled too."""
    return await store.list_users_by_name(conn, names)


async def list_users_by_id(conn: Conn, ids: Sequence[int]) -> list[User]:
    """Those of these ids who exist, the disabled too."""
    return await store.list_users_by_id(conn, ids)


async def list_teams(conn: Conn) -> list[Team]:
    return await store.list_teams(conn)


async def find_team(conn: Conn, name: str) -> Team | None:
    return await store.find_team(conn, name)


async def get_team(conn: Conn, name: str) -> Team:
    """Raises NotFound."""
    team = await store.find_team(conn, name)
    if team is None:
        raise NotFound(f"There is no team {name!r}.", "Add it under teams in the configuration and run: tocsin apply")
    return team


async def list_team_members(conn: Conn, team: str) -> list[User]:
    """The enabled members, by name; a lead who is no member is not among them. Empty when there is no such team."""
    return await store.list_team_people(conn, team, leads=False)


async def list_team_leads(conn: Conn, team: str) -> list[User]:
    return await store.list_team_people(conn, team, leads=True)


async def find_viewer(conn: Conn, user_id: int) -> Viewer | None:
    """The enabled person as a caller, with the scopes they may read."""
    return await store.find_viewer(conn, user_id)


async def upsert_user(
    tx: Tx, draft: UserDraft, *, managed_by: str | None, actor: str, owners: Collection[str] = ()
) -> User:
    """Add the person or write the draft over them (and enable them again).

    A changed role ends their sessions (SEC-2). A person of a file is changed by that file only, or by one that takes
    the place of the `owners` (OPS-2).
    """
    rules.check_user(draft)
    await _check_email_is_free(tx.conn, draft)
    before = await store.insert_user(tx.conn, draft, managed_by, tx.now)
    if before is not None:
        await audit(tx, actor, "added the user", f"{draft.name} ({draft.role})")
        return before
    before = await get_user_by_name(tx.conn, draft.name)
    check_owner(before, managed_by, owners)
    if draft.role is not Role.ADMIN:
        await _check_not_last_administrator(tx.conn, before)
    await store.update_user(tx.conn, draft, managed_by)
    after = await get_user_by_name(tx.conn, draft.name)
    if before.role is not after.role:
        await credential_store.update_sessions_revoked(tx.conn, after.id, tx.now)
        await audit(tx, actor, "changed the role of", f"{draft.name} from {before.role} to {after.role}")
    if before.is_disabled:
        await audit(tx, actor, "enabled the user", draft.name)
    elif replace(before, role=after.role) != after:
        await audit(tx, actor, "changed the user", draft.name)
    return after


async def break_email(tx: Tx, user_id: int, address: str, why: str) -> bool:
    """A mail server says that nothing will ever arrive at the person's address; False when it is another, or known."""
    return await store.update_email_broken(tx.conn, user_id, address, why, tx.now)


async def mend_email(tx: Tx, user_id: int, address: str) -> None:
    """The person has answered by this address: what was said of it is not so (any more)."""
    await store.update_email_mended(tx.conn, user_id, address)


async def disable_user(tx: Tx, name: str, *, managed_by: str | None, actor: str, reason: str = "") -> None:
    """End everything the person holds; the row stays, because history names it. Twice changes nothing."""
    user = await get_user_by_name(tx.conn, name)
    if user.is_disabled:
        return
    check_owner(user, managed_by)
    await _check_not_last_administrator(tx.conn, user)
    await store.update_user_disabled(tx.conn, user.id, tx.now)
    await credential_store.update_sessions_revoked(tx.conn, user.id, tx.now)
    await credential_store.update_tokens_revoked(tx.conn, user.id, tx.now)
    await credential_store.delete_unused_links(tx.conn, user.id)
    await audit(tx, actor, "disabled the user", f"{user.name}: {reason}" if reason else user.name)


async def upsert_team(
    tx: Tx, name: str, members: Sequence[str], leads: Sequence[str], *, managed_by: str | None, actor: str
) -> None:
    """Make the team exactly this; raises Invalid naming who is unknown."""
    rules.check_slug(name)
    before = await store.find_team(tx.conn, name)
    team_id = await store.upsert_team(tx.conn, name, managed_by)
    await store.delete_team_members(tx.conn, team_id)
    known = await store.insert_team_members(tx.conn, team_id, members, leads)
    unknown = sorted({*members, *leads} - set(known))
    if unknown:
        raise Invalid(
            f"The team {name!r} names {', '.join(unknown)}, and there is nobody by that name.",
            "Add the person under users, or mend the name.",
            field="members",
        )
    if before != await store.find_team(tx.conn, name):
        await audit(tx, actor, "changed the team" if before else "added the team", name)


async def delete_team(tx: Tx, name: str, *, actor: str) -> None:
    await store.delete_team(tx.conn, name)
    await audit(tx, actor, "removed the team", name)


async def open_scope(tx: Tx, name: str, user_ids: Iterable[int]) -> int:
    """A new circle of readers, for what only some may see (LIF-7); gives the `scope_id` for its rows."""
    scope_id = await store.insert_scope(tx.conn, name)
    await store.insert_scope_members(tx.conn, scope_id, list(user_ids))
    return scope_id


async def add_to_scope(tx: Tx, scope_id: int, user_ids: Iterable[int]) -> list[str]:
    """The names of those who could not read it before."""
    return await store.insert_scope_members(tx.conn, scope_id, list(user_ids))


async def remove_from_scope(tx: Tx, scope_id: int, user_id: int) -> bool:
    """Whether they could read it before."""
    return await store.delete_scope_member(tx.conn, scope_id, user_id)


async def list_scope_members(conn: Conn, scope_id: int) -> list[User]:
    """Who may read what is of this circle, by name, the disabled too."""
    return await store.list_scope_members(conn, scope_id)


def check_owner(user: User, managed_by: str | None, owners: Collection[str] = ()) -> None:
    """What a file manages is read-only elsewhere; another file may not take it over unseen (OPS-2)."""
    if user.managed_by is not None and user.managed_by != managed_by and user.managed_by not in owners:
        raise Refused(
            f"{user.name} is managed by {user.managed_by}.", f"Change {user.managed_by} and run: tocsin apply"
        )


async def _check_email_is_free(conn: Conn, draft: UserDraft) -> None:
    other = await store.find_other_user_of_email(conn, draft.email, draft.name) if draft.email else None
    if other is not None:
        raise Invalid(f"{draft.email} is the address of {other} already.", "Give each person their own.", field="email")


async def _check_not_last_administrator(conn: Conn, user: User) -> None:
    administrators = await store.lock_administrators(conn)
    if [each.id for each in administrators] == [user.id]:
        raise Refused(
            f"{user.name} is the last administrator.", "Make somebody else an administrator first, then try again."
        )
