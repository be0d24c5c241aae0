"""Sign-ins that come at the same moment: they hold no connection, pass no limit together, and fill no audit log."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.stores.accounts.test_people import add
from tests.stores.accounts.test_sign_in import PASSWORD, choose_password, knock
from tocsin.accounts import attempts, passwords, rules, secrets
from tocsin.accounts.events import AUDIT
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import TooManyAttempts, Unauthenticated, Unavailable
from tocsin.kernel.ledger import list_entries


async def number_of_attempts(db: Database) -> int:
    async with db.connection() as conn:
        row = await (await conn.execute("select coalesce(sum(number), 0) from sign_in_attempt")).fetchone()
    assert row is not None
    return int(row[0])


async def until_an_attempt_is_counted(db: Database) -> None:
    for _ in range(10_000):
        if await number_of_attempts(db):
            return
    raise AssertionError("nobody has tried to sign in")


async def test_the_only_connection_is_free_while_the_password_is_looked_at(dsn: str, clock: VirtualClock) -> None:
    async with Database(dsn, clock=clock, size=1) as db:
        await choose_password(db, await add(db, "alice"))
        before_it = [asyncio.create_task(secrets.hash_password(f"number {number}")) for number in range(20)]
        entering = asyncio.create_task(passwords.sign_in(db, "alice", PASSWORD, "192.0.2.1"))
        await until_an_attempt_is_counted(db)
        assert not entering.done()
        assert (await entering).session is not None
        await asyncio.gather(*before_it)


async def test_attempts_at_the_same_moment_do_not_pass_the_limit_together(db: Database) -> None:
    await choose_password(db, await add(db, "alice"))
    knocks = [knock(db, "alice", "wrong", f"192.0.2.{number}") for number in range(3 * rules.ATTEMPTS_PER_ACCOUNT)]
    outcomes = Counter(type(outcome.refusal) for outcome in await asyncio.gather(*knocks))
    assert outcomes == {
        Unauthenticated: rules.ATTEMPTS_PER_ACCOUNT,
        TooManyAttempts: 2 * rules.ATTEMPTS_PER_ACCOUNT,
    }


@asynccontextmanager
async def hashing_is_busy(waiting: int) -> AsyncGenerator[None]:
    """So many are under way or wait, and none gets anywhere meanwhile."""
    done = threading.Event()
    busy = [asyncio.create_task(secrets.HASHING.run(done.wait)) for _ in range(waiting)]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        done.set()
        await asyncio.gather(*busy)


async def test_whoever_comes_when_too_many_wait_is_turned_away_and_not_counted(db: Database) -> None:
    await choose_password(db, await add(db, "alice"))
    async with hashing_is_busy(secrets.MOST_UNDER_WAY):
        assert isinstance((await knock(db, "alice", PASSWORD)).refusal, Unavailable)
    assert await number_of_attempts(db) == 0
    assert (await knock(db, "alice", PASSWORD)).session is not None


async def test_a_password_changed_while_the_old_one_is_looked_at_does_not_open(db: Database) -> None:
    alice = await add(db, "alice")
    await choose_password(db, alice)
    async with hashing_is_busy(20):
        entering = asyncio.create_task(knock(db, "alice", PASSWORD))
        await until_an_attempt_is_counted(db)
        async with db.transaction() as tx:
            await tx.conn.execute("update app_user set password_hash = 'another' where id = %s", (alice.id,))
    assert isinstance((await entering).refusal, Unauthenticated)


async def test_a_flood_of_refusals_leaves_a_bounded_number_of_lines_the_last_of_which_says_so(db: Database) -> None:
    async with db.transaction() as tx:
        for number in range(rules.REFUSALS_WRITTEN + 50):
            attempt = attempts.attempt_of(f"user{number}", None, f"192.0.2.{number}")
            await attempts.note_refusal(tx, attempt, "tried to sign in as")
    async with db.connection() as conn:
        lines = await list_entries(conn, AUDIT)
    assert len(lines) == rules.REFUSALS_WRITTEN + 1
    assert "leaves out refused sign-ins until" in lines[-1].sentence


async def test_the_refusal_that_passes_a_limit_is_on_the_audit_log_once(db: Database) -> None:
    for _ in range(rules.ATTEMPTS_PER_ACCOUNT + 3):
        await knock(db, "nobody", "wrong")
    async with db.connection() as conn:
        told = [line.sentence for line in await list_entries(conn, AUDIT)]
    assert told.count("somebody tried to sign in as nobody – refused.") == rules.ATTEMPTS_PER_ACCOUNT
    assert told[-1] == "somebody tried too often to sign in, last as nobody – refused."
    assert len(told) == rules.ATTEMPTS_PER_ACCOUNT + 1
