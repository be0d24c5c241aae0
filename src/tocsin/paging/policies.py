"""Escalation policies as they are kept: a version is written once, and a run that climbs one is not disturbed."""

from tocsin.accounts.service import audit
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import checking
from tocsin.paging import store
from tocsin.paging.model import Policy, StoredPolicy
from tocsin.paging.schedule_ladders import ladders_of_schedules


async def put_policy(tx: Tx, policy: Policy, managed_by: str | None) -> bool:
    """The policy is as given from now on, for runs that begin from now on. False: it was so already."""
    before = await store.find_stored_policy(tx.conn, policy.name)
    if before is not None and (before.policy, before.managed_by) == (policy, managed_by):
        return False
    await store.end_policy(tx.conn, policy.name, tx.now)
    await store.insert_policy(tx.conn, policy, managed_by, tx.now)
    await checking.put_ladders(tx, policy.name, ladders_of_schedules(policy))
    return True


def check_own(stored: StoredPolicy) -> None:
    """Raises Refused for a policy that a file manages: the next apply would undo what is changed by hand (OPS-2)."""
    if stored.managed_by is not None:
        raise Refused(
            f"The policy {stored.policy.name} is managed by {stored.managed_by}.",
            "Change it there, then run tocsin plan and tocsin apply.",
        )


async def edit_policy(tx: Tx, policy: Policy, by: str, anyway: str | None = None) -> bool:
    """A person writes it by hand. False: it was so already. Raises Refused for one that a file manages, or when it
    breaks what the checker of schedules had proven, unless `anyway` says why that is meant (ONC-3).
    """
    before = await store.find_stored_policy(tx.conn, policy.name)
    if before is not None:
        check_own(before)
    reason = (anyway or "").strip()
    if not reason:
        found = await checking.new_findings_with(tx.conn, policy.name, ladders_of_schedules(policy), tx.now)
        checking.refuse_unless_meant(found, anyway)
    is_changed = await put_policy(tx, policy, None)
    if is_changed:
        subject = f"escalation policy {policy.name}" + (f": {reason}" if reason else "")
        await audit(tx, by, "changed" if before else "created", subject)
    return is_changed


async def remove_policy(tx: Tx, name: str) -> None:
    """Nothing begins on it any more; what climbs it goes on. Raises NotFound."""
    if not await store.end_policy(tx.conn, name, tx.now):
        raise NotFound(
            f"There is no escalation policy {name!r}.", "tocsin plan shows those that exist.", field="policy"
        )
    await checking.remove_ladders(tx, name)


async def list_policies(conn: Conn) -> list[StoredPolicy]:
    """The policies as they are now, by name."""
    return await store.list_policies(conn)


async def find_policy(conn: Conn, name: str) -> StoredPolicy | None:
    """The policy as it is now, None: there is none of that name."""
    return await store.find_stored_policy(conn, name)
