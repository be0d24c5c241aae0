"""An accepted swap is whole or has not happened, whoever else acts at the same moment (ONC-1)."""

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from msgspec.structs import replace

from tests.support.rotas import rotate, weeks
from tocsin.accounts import service as accounts
from tocsin.accounts.model import UserDraft, Viewer
from tocsin.db.database import Database
from tocsin.kernel.errors import Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import changes, service, swaps
from tocsin.oncall.change_model import Choice, OverrideDraft, Swap, SwapDraft, SwapState

SECOND_WEEK = datetime(2026, 3, 10, 12, tzinfo=UTC)
THIRD_WEEK = datetime(2026, 3, 17, 12, tzinfo=UTC)

KILL_AT_THE_SECOND_HALF = """
create function kill() returns trigger language plpgsql as $$
begin
    if exists (select from schedule_override where swap_id = new.swap_id) then
        perform pg_terminate_backend(pg_backend_pid());
    end if;
    return new;
end $$;
create trigger kill before insert on schedule_override for each row execute function kill();
"""


@pytest.fixture
async def people(db: Database) -> dict[str, Viewer]:
    """Alice is on call in the third week of March, bob in the second."""
    found: dict[str, Viewer] = {}
    async with db.transaction() as tx:
        for name in ("alice", "bob", "carol"):
            user = await accounts.upsert_user(
                tx, UserDraft(name, f"{name}@example.com"), managed_by=None, actor="@root"
            )
            viewer = await accounts.find_viewer(tx.conn, user.id)
            assert viewer is not None
            found[name] = viewer
        await accounts.upsert_team(tx, "payments", ["alice", "bob", "carol"], [], managed_by=None, actor="@root")
    await rotate(db, "alice", "bob")
    return found


async def propose(db: Database, people: dict[str, Viewer], taker: str = "bob") -> Swap:
    takes = Choice(at=SECOND_WEEK) if taker == "bob" else None
    draft = SwapDraft(schedule="primary", giver="alice", taker=taker, gives=Choice(at=THIRD_WEEK), takes=takes)
    async with db.transaction() as tx:
        return await swaps.propose_swap(tx, people["alice"], draft)


async def accept(db: Database, viewer: Viewer, swap: Swap) -> str:
    """What became of it, for whoever accepted."""
    try:
        async with db.transaction() as tx:
            await swaps.accept_swap(tx, viewer, swap.id)
    except Refused as refused:
        return refused.message
    return "accepted"


async def on_call(db: Database) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """In the second and in the third week."""
    async with db.connection() as conn:
        second = await service.who_is_on_call(conn, "primary", SECOND_WEEK)
        third = await service.who_is_on_call(conn, "primary", THIRD_WEEK)
    return second.users, third.users


async def state(db: Database, swap: Swap) -> SwapState:
    async with db.connection() as conn:
        return next(
            each for each in await swaps.list_swaps(conn, db.clock.now(), SwapState) if each.id == swap.id
        ).state


async def test_of_two_acceptances_of_one_swap_one_counts(db: Database, people: dict[str, Viewer]) -> None:
    swap = await propose(db, people)
    told = await asyncio.gather(accept(db, people["bob"], swap), accept(db, people["bob"], swap))
    assert sorted(told) == [f"The swap {swap.id} is accepted already by @bob.", "accepted"]
    async with db.connection() as conn:
        assert len(await changes.list_overrides(conn, db.clock.now())) == 2
    assert await on_call(db) == (("alice",), ("bob",))


async def test_of_two_swaps_that_give_the_same_shift_one_counts(db: Database, people: dict[str, Viewer]) -> None:
    to_bob, to_carol = await propose(db, people), await propose(db, people, "carol")
    told = await asyncio.gather(accept(db, people["bob"], to_bob), accept(db, people["carol"], to_carol))
    assert sorted(words.split(" ")[0] for words in told) == ["accepted", "alice"]
    assert await on_call(db) in [(("alice",), ("bob",)), (("bob",), ("carol",))]


async def test_a_change_of_the_schedule_that_comes_first_is_seen(db: Database, people: dict[str, Viewer]) -> None:
    swap = await propose(db, people)
    async with db.transaction() as tx:
        await change_rotation(tx)
        accepting = asyncio.create_task(accept(db, people["bob"], swap))
        await until_blocked(db)
    assert "alice is no longer on call in primary" in await accepting
    assert await state(db, swap) is SwapState.PROPOSED
    assert await on_call(db) == (("carol",), ("bob",))


async def test_a_change_of_the_schedule_that_comes_second_waits(db: Database, people: dict[str, Viewer]) -> None:
    swap = await propose(db, people)

    async def change() -> None:
        async with db.transaction() as tx:
            await change_rotation(tx)

    async with db.transaction() as tx:
        await swaps.accept_swap(tx, people["bob"], swap.id)
        changing = asyncio.create_task(change())
        await until_blocked(db)
    await changing
    assert await state(db, swap) is SwapState.ACCEPTED


async def test_an_override_made_at_the_same_moment_waits_for_its_turn(db: Database, people: dict[str, Viewer]) -> None:
    swap = await propose(db, people)
    draft = OverrideDraft(
        schedule="primary", user="carol", ends_at=THIRD_WEEK + timedelta(days=1), starts_at=THIRD_WEEK
    )
    async with db.transaction() as tx:
        await changes.add_override(tx, people["carol"], draft)
        accepting = asyncio.create_task(accept(db, people["bob"], swap))
        await until_blocked(db)
    assert "it is carol now" in await accepting
    assert await on_call(db) == (("bob",), ("carol",))


async def test_killed_between_its_two_halves_it_has_not_happened(db: Database, people: dict[str, Viewer]) -> None:
    swap = await propose(db, people)
    async with db.connection() as conn:
        await conn.execute(KILL_AT_THE_SECOND_HALF)
    with pytest.raises(psycopg.OperationalError):
        async with db.transaction() as tx:
            await swaps.accept_swap(tx, people["bob"], swap.id)
    assert await state(db, swap) is SwapState.PROPOSED
    assert await on_call(db) == (("bob",), ("alice",))
    async with db.connection() as conn:
        await conn.execute("drop trigger kill on schedule_override")
    assert await accept(db, people["bob"], swap) == "accepted"
    assert await on_call(db) == (("alice",), ("bob",))


async def change_rotation(tx: Tx) -> None:
    """As a configuration file does: carol and bob take turns from now on."""
    before = await service.get_schedule(tx.conn, "primary", tx.now)
    await service.put_schedule(tx, replace(before, layers=(weeks("bob", "carol"),)))


async def until_blocked(db: Database) -> None:
    """Returns once some transaction waits for another one's lock."""
    async with db.connection() as conn:
        for _ in range(5_000):
            cursor = await conn.execute(
                "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            if await cursor.fetchone():
                return
            await asyncio.sleep(0.002)
    raise AssertionError("nobody waits for a lock")
