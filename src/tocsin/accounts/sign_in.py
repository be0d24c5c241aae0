"""Use cases about credentials: the first administrator, links, sessions, API tokens (SEC-2, SEC-3); passwords are in
`passwords`.

Sign-ins give a value and do not raise, so that a refusal is committed: counted against the limit and audited.
"""

from datetime import datetime, timedelta

from tocsin.accounts import attempts, rules, secrets, store
from tocsin.accounts import credential_store as credentials
from tocsin.accounts.model import (
    ApiToken,
    NewApiToken,
    NewSession,
    OpenSession,
    Purpose,
    Role,
    SessionShown,
    SignIn,
    User,
    UserDraft,
    Viewer,
)
from tocsin.accounts.service import audit
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Unauthenticated
from tocsin.kernel.text import one_line
from tocsin.kernel.tx import Tx

FIRST_ADMINISTRATOR = "admin"
_USED_AT_MOST_EVERY = timedelta(minutes=1)


async def bootstrap_administrator(tx: Tx) -> str | None:
    """The secret of a one-time link for the first administrator, while no administrator has ever signed in; else None.

    Each call replaces the link before it, so that only the newest one printed opens the door.
    """
    if await credentials.has_administrator_signed_in(tx.conn):
        return None
    administrator = await _first_administrator(tx)
    return await issue_one_time_link(tx, administrator.id, Purpose.FIRST_ADMINISTRATOR)


async def _first_administrator(tx: Tx) -> User:
    found = await store.find_user_by_name(tx.conn, FIRST_ADMINISTRATOR)
    if found is not None and found.role is Role.ADMIN and not found.is_disabled:
        return found
    administrators = await store.lock_administrators(tx.conn)
    if administrators:
        return administrators[0]
    draft = UserDraft(name=FIRST_ADMINISTRATOR, email=None, role=Role.ADMIN, display_name="Administrator")
    added = await store.insert_user(tx.conn, draft, None, tx.now)
    if added is None:
        await store.update_user(tx.conn, draft, None)
        added = await store.find_user_by_name(tx.conn, FIRST_ADMINISTRATOR)
        assert added is not None  # the name was taken a moment ago, and rows of people are never deleted
    await audit(tx, "tocsin", "made the first administrator", added.name)
    return added


async def create_local_token(tx: Tx, host: str) -> NewApiToken:
    """The token of the command line on the machine that runs the server; whoever may start it owns the data anyway."""
    administrator = await _first_administrator(tx)
    return await create_token(
        tx, administrator, f"command line on {host}", lasts=rules.TOKEN_LASTS_AT_MOST, actor="tocsin"
    )


async def issue_one_time_link(
    tx: Tx, user_id: int, purpose: Purpose, *, actor: str = "tocsin", secret: str | None = None
) -> str:
    """The secret of a link that signs this person in once; the links before it stop working. `secret` is given when a
    letter that carries it is under way."""
    user = await store.find_user(tx.conn, user_id)
    if user is None or user.is_disabled:
        raise NotFound("There is no such person, or they are disabled.", "See: tocsin admin user list")
    secret = secret or secrets.new_token()
    await credentials.delete_unused_links(tx.conn, user_id)
    expires_at = tx.now + rules.LINK_LASTS[purpose]
    await credentials.insert_link(tx.conn, secrets.digest(secret), user_id, purpose, tx.now, expires_at)
    await audit(tx, actor, f"made a one-time link ({purpose}) for", user.name)
    return secret


async def redeem_one_time_link(tx: Tx, secret: str, client: str = "", device: str = "") -> SignIn:
    """Use a link up and begin a session; only ever from a button, since mail scanners follow links (SEC-6)."""
    used = await credentials.update_link_used(tx.conn, secrets.digest(secret), tx.now)
    user = await store.find_user(tx.conn, used[0]) if used else None
    if used is None or user is None or user.is_disabled:
        await attempts.note_refusal(
            tx, attempts.attempt_by_link(client), "tried a link that is used, too old or unknown"
        )
        return SignIn(
            refusal=Unauthenticated(
                "This link was used already, is too old, or never existed.",
                "Ask an administrator for a new one: tocsin admin user link NAME",
            )
        )
    await audit(tx, f"@{user.name}", f"signed in by a one-time link ({used[1]})", client=client)
    return SignIn(session=await begin_session(tx, user, client, device))


async def begin_session(tx: Tx, user: User, client: str, device: str = "") -> NewSession:
    """A session of this person, who has just shown who they are. `device`: what their browser calls itself."""
    cookie, csrf = secrets.new_token(), secrets.new_token()
    expires_at = tx.now + rules.SESSION_LASTS
    await credentials.delete_ended_sessions(tx.conn, tx.now)
    await credentials.insert_session(
        tx.conn,
        secrets.digest(cookie),
        user.id,
        csrf,
        client=client[:200],
        device=one_line(device, 200),
        now=tx.now,
        expires_at=expires_at,
    )
    return NewSession(cookie=cookie, csrf=csrf, user=user, expires_at=expires_at)


async def find_session(conn: Conn, cookie: str, now: datetime) -> OpenSession | None:
    """The session behind a cookie, unless it is over, revoked, unknown, or its person is disabled. Notes that it was
    used, at most once a minute.
    """
    row = await credentials.find_session(conn, secrets.digest(cookie), now)
    viewer = await store.find_viewer(conn, row.user_id) if row else None
    if row is not None and now - row.last_used_at >= _USED_AT_MOST_EVERY:
        await credentials.update_session_used(conn, secrets.digest(cookie), now)
    return OpenSession(viewer=viewer, csrf=row.csrf, expires_at=row.expires_at) if row and viewer else None


async def sign_out(tx: Tx, cookie: str) -> None:
    """End this session; a cookie that is unknown or over is no error."""
    user_id = await credentials.update_session_revoked(tx.conn, secrets.digest(cookie), tx.now)
    user = await store.find_user(tx.conn, user_id) if user_id else None
    if user is not None:
        await audit(tx, f"@{user.name}", "signed out")


async def list_sessions(conn: Conn, user_id: int, cookie: str, now: datetime) -> list[SessionShown]:
    """Those in force, the last used first; `cookie` is the one that asks."""
    return await credentials.list_sessions(conn, user_id, secrets.digest(cookie), now)


async def end_session(tx: Tx, user: User, session_id: int, *, actor: str) -> None:
    """Sign out one browser of a person. Raises NotFound."""
    if not await credentials.update_one_session_revoked(tx.conn, user.id, session_id, tx.now):
        raise NotFound(f"{user.name} has no session {session_id} any more.", "Load the list again.")
    await audit(tx, actor, "ended a session of", user.name)


async def authenticate_token(conn: Conn, secret: str, now: datetime) -> Viewer:
    """Who calls with this API token; raises Unauthenticated. Notes that it was used, at most once a minute."""
    row = await credentials.find_token(conn, secrets.digest(secret), now)
    owner = await store.find_viewer(conn, row.user_id) if row else None
    if row is None or owner is None:
        raise Unauthenticated(
            "The token is unknown, revoked or too old, or its person is disabled.",
            "Make a new one with: tocsin admin user token NAME",
        )
    if row.last_used_at is None or now - row.last_used_at >= _USED_AT_MOST_EVERY:
        await credentials.update_token_used(conn, row.token_id, now)
    return owner.capped(rules.lower_role(owner.role, Role(row.role_cap)))


async def create_token(
    tx: Tx, user: User, name: str, *, role_cap: Role | None = None, lasts: timedelta | None = None, actor: str
) -> NewApiToken:
    """A new API token of this person; its secret is in the answer and nowhere else."""
    if not name.strip() or len(name) > 100 or "\x00" in name:
        raise Invalid("A token has a name of 1 to 100 characters.", "Say what it is for.", field="name")
    cap = rules.lower_role(user.role, role_cap or user.role)
    expires_at = rules.token_expiry(tx.now, lasts)
    secret = secrets.new_token(secrets.TOKEN_PREFIX)
    token_id = await credentials.insert_token(
        tx.conn, secrets.digest(secret), user.id, name.strip(), cap, tx.now, expires_at
    )
    await audit(tx, actor, "made an API token for", f"{user.name}: {name.strip()} ({cap})")
    return NewApiToken(id=token_id, secret=secret, expires_at=expires_at)


async def list_tokens(conn: Conn, user_id: int) -> list[ApiToken]:
    return await credentials.list_tokens(conn, user_id)


async def revoke_token(tx: Tx, user: User, token_id: int, *, actor: str) -> None:
    if not await credentials.update_token_revoked(tx.conn, token_id, user.id, tx.now):
        raise NotFound(
            f"{user.name} has no token {token_id} in force.", f"See: tocsin admin user token {user.name} --list"
        )
    await audit(tx, actor, "revoked an API token of", f"{user.name}: number {token_id}")
