"""Escalation policies that people write: edit, copy, rename, remove. Those of a file are the file's (OPS-2)."""

from tocsin.accounts.model import Viewer
from tocsin.accounts.rules import check_slug
from tocsin.accounts.service import audit
from tocsin.alerts import rulebook
from tocsin.catalog import service as catalog
from tocsin.incidents import service as incidents
from tocsin.incidents.sentences import joined
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import checking
from tocsin.paging import policies, store
from tocsin.paging.model import Policy, StoredPolicy
from tocsin.paging.renaming import with_name
from tocsin.paging.schedule_ladders import ladders_of_schedules
from tocsin.paging.uses import Naming, Use, refuse_in_use, uses_of


def check_own(stored: StoredPolicy) -> None:
    """Raises Refused for a policy that a file manages: the next apply would undo what is changed by hand (OPS-2)."""
    if stored.managed_by is not None:
        raise Refused(
            f"The policy {stored.policy.name} is managed by {stored.managed_by}.",
            "Change it there, then run tocsin plan and tocsin apply.",
        )


async def edit_policy(tx: Tx, policy: Policy, by: str, anyway: str | None = None) -> bool:
    """A person writes it by hand. False: it was so already. Raises Invalid (field `name`) for a second one beside which
    services that name none would call nobody; Refused for one that a file manages, or when it breaks what the checker
    of schedules had proven, unless `anyway` says why that is meant (ONC-3).
    """
    before = await store.find_stored_policy(tx.conn, policy.name)
    if before is not None:
        check_own(before)
    else:
        await _check_not_second(tx.conn)
    reason = (anyway or "").strip()
    if not reason:
        found = await checking.new_findings_with(tx.conn, policy.name, ladders_of_schedules(policy), tx.now)
        checking.refuse_unless_meant(found, anyway)
    is_changed = await policies.put_policy(tx, policy, None)
    if is_changed:
        subject = f"escalation policy {policy.name}" + (f": {reason}" if reason else "")
        await audit(tx, by, "changed" if before else "created", subject)
    return is_changed


async def copy_policy(tx: Tx, name: str, new_name: str, by: str) -> None:
    """The same ladder and variants under another name, as a policy that no file manages. Raises Invalid for the name
    (field `name`), NotFound."""
    stored = await policies.get_policy(tx.conn, name)
    await _check_new_name(tx.conn, new_name)
    await _check_not_second(tx.conn)
    await policies.put_policy(tx, with_name(stored.policy, new_name), None)
    await audit(tx, by, "copied", f"escalation policy {name} to {new_name}")


async def rename_policy(tx: Tx, name: str, new_name: str, by: Viewer) -> None:
    """From now on it is found by its new name alone; what climbs it goes on. Raises NotFound, Invalid for the name
    (field `name`), Refused for one that a file manages or that something still names."""
    stored = await policies.get_policy(tx.conn, name)
    check_own(stored)
    await _check_new_name(tx.conn, new_name)
    named = [use for use in await list_uses(tx.conn, name, by) if not use.is_unnamed]
    refuse_in_use(name, named, "Make a copy under the new name, name that one there, then remove this one.")
    await policies.remove_policy(tx, name)
    await policies.put_policy(tx, with_name(stored.policy, new_name), None)
    await audit(tx, by.actor, "renamed", f"escalation policy {name} to {new_name}")


async def drop_policy(tx: Tx, name: str, by: Viewer) -> None:
    """A person removes it; what climbs it goes on. Raises NotFound, Refused for one that a file manages or that
    something still calls people by."""
    check_own(await policies.get_policy(tx.conn, name))
    uses = await list_uses(tx.conn, name, by)
    refuse_in_use(name, uses, "Let them call by another policy, in the configuration, and resolve what is open.")
    await policies.remove_policy(tx, name)
    await audit(tx, by.actor, "removed", f"escalation policy {name}")


async def list_uses(conn: Conn, name: str, viewer: Viewer) -> tuple[Use, ...]:
    """Who would call nobody but the administrators without this policy, as `viewer` may read it."""
    routes, default, _ = await rulebook.list_routing(conn)
    numbers, unseen = await incidents.list_open_of_policy(conn, viewer, name)
    naming = Naming(
        services=await catalog.list_services(conn),
        policies=await store.list_policies(conn),
        routes=routes,
        default=default,
        incidents=numbers,
        unseen=unseen,
    )
    return uses_of(name, naming)


async def _check_new_name(conn: Conn, name: str) -> None:
    check_slug(name)
    if await store.find_stored_policy(conn, name) is not None:
        raise Invalid(f"There is a policy {name} already.", "Choose another name.", field="name")


async def _check_not_second(conn: Conn) -> None:
    """A second policy would take the only one from the services that name none: raises Invalid (field `name`)."""
    known = await store.list_policies(conn)
    without = [service.name for service in await catalog.list_services(conn) if service.escalation_policy is None]
    if len(known) == 1 and without:
        raise Invalid(
            f"{known[0].policy.name} is climbed for {joined(without)} because it is the only policy. Beside a second"
            " one nobody but the administrators would be called there.",
            "Name a policy for each service first, as escalation_policy: in the configuration.",
            field="name",
        )
