"""Signing in by password, and choosing one (SEC-2).

Argon2 takes long and much memory, so it runs between two transactions: no connection waits for it.
"""

from tocsin.accounts import attempts, rules, secrets, store
from tocsin.accounts import credential_store as credentials
from tocsin.accounts.model import NewSession, SignIn, User
from tocsin.accounts.service import audit
from tocsin.accounts.sign_in import begin_session
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Unauthenticated, Unavailable
from tocsin.kernel.text import one_line
from tocsin.kernel.tx import Transactions


async def sign_in(db: Transactions, login: str, password: str, client: str = "", device: str = "") -> SignIn:
    """By e-mail address or name, and password. `client` is the caller's address; both are limited (SEC-2)."""
    login = one_line(login, 320)
    async with db.transaction() as tx:
        account = await credentials.find_account(tx.conn, login)
        attempt = attempts.attempt_of(login, account.user_id if account else None, client)
        refusal = await attempts.count(tx, attempt)
    if refusal is not None:
        return SignIn(refusal=refusal)
    try:
        is_right = await secrets.verify_password(password, account.password_hash if account else None)
    except Unavailable as busy:
        async with db.transaction() as tx:
            await attempts.take_back(tx, attempt)
        return SignIn(refusal=busy)
    async with db.transaction() as tx:
        # What was right a moment ago may have been changed or disabled meanwhile: then it is wrong.
        if account is None or not is_right or await credentials.find_account(tx.conn, login) != account:
            await attempts.note_refusal(tx, attempt, "tried to sign in as")
            return SignIn(refusal=_wrong())
        user = await _enabled(tx.conn, account.user_id)
        await attempts.forgive(tx, attempt)
        await audit(tx, f"@{user.name}", "signed in by password", client=client)
        return SignIn(session=await begin_session(tx, user, client, device))


def _wrong() -> Unauthenticated:
    return Unauthenticated(
        "The name or the password is wrong.", "Try again, or ask an administrator: tocsin admin user link NAME"
    )


async def set_password(db: Transactions, user_id: int, password: str, client: str = "", device: str = "") -> NewSession:
    """Choose a password; every session and link of before ends (SEC-2), and a new session begins for who chose it."""
    async with db.connection() as conn:
        user = await _enabled(conn, user_id)
    rules.check_password(password, user.name, user.email)
    hashed = await secrets.hash_password(password)
    async with db.transaction() as tx:
        user = await _enabled(tx.conn, user_id)
        await credentials.update_password(tx.conn, user_id, hashed)
        await credentials.update_sessions_revoked(tx.conn, user_id, tx.now)
        await credentials.delete_unused_links(tx.conn, user_id)
        await audit(tx, f"@{user.name}", "chose a new password", client=client)
        return await begin_session(tx, user, client, device)


async def _enabled(conn: Conn, user_id: int) -> User:
    user = await store.find_user(conn, user_id)
    if user is None or user.is_disabled:
        raise NotFound("There is no such person, or they are disabled.")
    return user
