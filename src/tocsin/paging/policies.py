"""Escalation policies as they are kept: a version is written once, and a run that climbs one is not disturbed."""

from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.tx import Tx
from tocsin.oncall import checking
from tocsin.paging import store
from tocsin.paging.model import Policy, StoredPolicy
from tocsin.paging.schedule_ladders import ladders_of_schedules

_REMEDY = "Find it in the list at /policies, or with: tocsin policy list"


async def put_policy(tx: Tx, policy: Policy, managed_by: str | None) -> bool:
    """The policy is as given from now on, for runs that begin from now on. False: it was so already."""
    before = await store.find_stored_policy(tx.conn, policy.name)
    if before is not None and (before.policy, before.managed_by) == (policy, managed_by):
        return False
    await store.end_policy(tx.conn, policy.name, tx.now)
    await store.insert_policy(tx.conn, policy, managed_by, tx.now)
    await checking.put_ladders(tx, policy.name, ladders_of_schedules(policy))
    return True


async def remove_policy(tx: Tx, name: str) -> None:
    """Nothing begins on it any more; what climbs it goes on. Raises NotFound."""
    if not await store.end_policy(tx.conn, name, tx.now):
        raise NotFound(f"There is no escalation policy {name!r}.", _REMEDY, field="policy")
    await checking.remove_ladders(tx, name)


async def list_policies(conn: Conn) -> list[StoredPolicy]:
    """The policies as they are now, by name."""
    return await store.list_policies(conn)


async def get_policy(conn: Conn, name: str) -> StoredPolicy:
    """The policy as it is now. Raises NotFound."""
    stored = await store.find_stored_policy(conn, name)
    if stored is None:
        raise NotFound(f"There is no escalation policy {name[:80]!r}.", _REMEDY)
    return stored


async def find_policy(conn: Conn, name: str) -> StoredPolicy | None:
    """The policy as it is now, None: there is none of that name."""
    return await store.find_stored_policy(conn, name)
