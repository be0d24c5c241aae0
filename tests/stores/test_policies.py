"""Policies are versions: written once, replaced as a whole, found by name, and kept for the runs that climb them."""

from datetime import timedelta

import pytest

from tocsin.db.database import Database
from tocsin.kernel.errors import NotFound
from tocsin.paging import policies, store
from tocsin.paging.model import Policy, Step, parse_target

FIRST = Policy("payments", (Step((parse_target("user:bob"),), timedelta(minutes=5)),), 1, (parse_target("team:x"),))
SECOND = Policy("payments", (Step((parse_target("lead:x"),), timedelta(seconds=90)),))


async def test_a_policy_comes_back_as_it_was_put(db: Database) -> None:
    async with db.transaction() as tx:
        assert await policies.put_policy(tx, FIRST, "tocsin.yaml")
        assert not await policies.put_policy(tx, FIRST, "tocsin.yaml")
        (stored,) = await policies.list_policies(tx.conn)
    assert (stored.policy, stored.managed_by, stored.created_at) == (FIRST, "tocsin.yaml", tx.now)


async def test_a_replaced_version_stays_for_whoever_climbs_it(db: Database) -> None:
    async with db.transaction() as tx:
        await policies.put_policy(tx, FIRST, None)
        before = await store.find_current_policy(tx.conn, "payments")
        assert await policies.put_policy(tx, SECOND, None)
        after = await store.find_current_policy(tx.conn, "payments")
        assert before is not None
        assert after is not None
        assert (after.policy, before.id != after.id) == (SECOND, True)
        assert await store.find_policy_version(tx.conn, before.id) == before


async def test_a_removed_policy_is_found_no_more(db: Database) -> None:
    async with db.transaction() as tx:
        await policies.put_policy(tx, FIRST, None)
        await policies.remove_policy(tx, "payments")
        assert await policies.find_policy(tx.conn, "payments") is None
        assert await policies.list_policies(tx.conn) == []
        with pytest.raises(NotFound, match="payments"):
            await policies.remove_policy(tx, "payments")


async def test_the_only_policy_serves_where_nothing_names_one(db: Database) -> None:
    async with db.transaction() as tx:
        assert await store.find_only_policy(tx.conn) is None
        await policies.put_policy(tx, FIRST, None)
        only = await store.find_only_policy(tx.conn)
        assert only is not None
        assert only.policy == FIRST
        await policies.put_policy(tx, Policy("other", SECOND.steps), None)
        assert await store.find_only_policy(tx.conn) is None
