"""Counting attempts to sign in (SEC-2) and deciding which refused ones the audit log takes (SEC-8).

An attempt is counted before its password is looked at, and taken back when it was right: attempts that come at the
same moment cannot pass the limit together.
"""

from datetime import datetime
from typing import NamedTuple

from tocsin.accounts import credential_store as credentials
from tocsin.accounts import rules
from tocsin.accounts.model import Attempts
from tocsin.accounts.service import audit
from tocsin.kernel.addresses import caller_of
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import TooManyAttempts
from tocsin.kernel.tx import Tx

_REFUSALS = "refusals"


class Attempt(NamedTuple):
    """Who is tried, as the counters name it: by account, and by where it comes from, empty when nobody knows."""

    login: str
    account_key: str
    client: str

    @property
    def address_key(self) -> str:
        return f"address:{caller_of(self.client)}"


def attempt_of(login: str, user_id: int | None, client: str) -> Attempt:
    """One limit for a person, by whichever name they are tried; a name that nobody has is limited just the same."""
    account_key = f"nobody:{login.casefold()}" if user_id is None else f"account:{user_id}"
    return Attempt(login, account_key, client)


def attempt_by_link(client: str) -> Attempt:
    """Whoever comes by a link names nobody. It is not counted against anybody: links cannot be guessed."""
    return Attempt("", "", client)


async def count(tx: Tx, attempt: Attempt) -> TooManyAttempts | None:
    """The refusal when this attempt is one too many; the first one past a limit is audited.

    Always the account first, then the address: two attempts at once wait for each other, never in a circle.
    """
    after = tx.now - rules.ATTEMPT_WINDOW
    await credentials.delete_old_attempts(tx.conn, after)
    account = await credentials.count_attempt(tx.conn, attempt.account_key, after, tx.now)
    address: Attempts | None = None
    if attempt.client:
        address = await credentials.count_attempt(tx.conn, attempt.address_key, after, tx.now)
    try:
        rules.check_attempts(account, address, tx.now)
    except TooManyAttempts as refusal:
        if rules.is_first_too_many(account, address):
            await note_refusal(tx, attempt, "tried too often to sign in, last as")
        return refusal
    return None


async def forgive(tx: Tx, attempt: Attempt) -> None:
    """The password was right: the account starts anew, and the address has one attempt less."""
    await credentials.delete_attempts(tx.conn, attempt.account_key)
    await _uncount_address(tx, attempt)


async def take_back(tx: Tx, attempt: Attempt) -> None:
    """Nobody looked at the password: it was no attempt."""
    await credentials.update_attempt_undone(tx.conn, attempt.account_key)
    await _uncount_address(tx, attempt)


async def _uncount_address(tx: Tx, attempt: Attempt) -> None:
    if attempt.client:
        await credentials.update_attempt_undone(tx.conn, attempt.address_key)


async def note_refusal(tx: Tx, attempt: Attempt, action: str) -> None:
    """One line of the audit log, as long as the window's share of lines lasts; then one that says so, then none."""
    refusals = await credentials.count_attempt(tx.conn, _REFUSALS, tx.now - rules.ATTEMPT_WINDOW, tx.now)
    if rules.is_worth_an_entry(refusals):
        await audit(tx, "somebody", action, attempt.login, outcome="refused", client=attempt.client)
    elif rules.is_end_of_entries(refusals):
        until = refusals.began_at + rules.ATTEMPT_WINDOW
        await audit(tx, "tocsin", f"leaves out refused sign-ins until {until:%H:%M} UTC: too many", client="")


async def is_one_code_too_many(tx: Tx, subject: str) -> bool:
    """Counts a wrong code that came as an answer to our messages; `subject` is whose code was guessed."""
    counted = await credentials.count_attempt(tx.conn, f"reply:{subject}", tx.now - rules.ATTEMPT_WINDOW, tx.now)
    return counted.number > rules.ATTEMPTS_PER_ACCOUNT


async def has_tried_too_many_codes(conn: Conn, subject: str, now: datetime) -> bool:
    """Whether even the right code is refused for now: whoever guesses finds none."""
    counted = await credentials.find_attempts(conn, f"reply:{subject}")
    return (
        counted is not None
        and counted.number > rules.ATTEMPTS_PER_ACCOUNT
        and counted.began_at > now - rules.ATTEMPT_WINDOW
    )
