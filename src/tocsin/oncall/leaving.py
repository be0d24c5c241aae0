"""Somebody leaves: what their going would break is named before it is done (ONC-3)."""

from tocsin.accounts import service as accounts
from tocsin.kernel.tx import Tx
from tocsin.oncall import checking


async def disable_person(tx: Tx, name: str, *, actor: str, anyway: str | None = None) -> None:
    """Disable somebody whom no file manages. Twice changes nothing.

    Raises NotFound, and Refused for a person of a file, for the last administrator, or when it breaks what the checker
    had proven, unless `anyway` says why that is meant.
    """
    reason = (anyway or "").strip()
    user = await accounts.get_user_by_name(tx.conn, name)
    if not user.is_disabled and not reason:
        checking.refuse_unless_meant(await checking.new_findings_without(tx.conn, user.name, tx.now), anyway)
    await accounts.disable_user(tx, user.name, managed_by=None, actor=actor, reason=reason)
