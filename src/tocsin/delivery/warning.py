"""Recording that how a person is reached has changed (SEC-9); `catalog.warning` says so to them, on their clock.

What is said is in `warning_rules`. The order of contacts warns nobody: it does not say who is told, nor when.
"""

from tocsin.accounts.model import User
from tocsin.accounts.service import list_users_by_name
from tocsin.delivery import contact_store
from tocsin.delivery.events import ReachChanged
from tocsin.delivery.warning_rules import Change, Reached, changed_by_file
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx


async def warn(tx: Tx, user: User, change: Change, by: str, client: str) -> None:
    """`client`: the address that `by` came from; empty where none is known."""
    await tx.emit(
        ReachChanged(
            topic=f"user/{user.id}",
            sentence=f"How @{user.name} is reached: {change.title}.",
            actor=by,
            user_id=user.id,
            change=change,
            client=client,
        )
    )


async def read_reached(conn: Conn, name: str) -> Reached | None:
    """How the person of this name is reached now; None for nobody, and for whom nothing is sent to, being disabled."""
    found = await list_users_by_name(conn, [name])
    enabled = next((user for user in found if not user.is_disabled), None)
    return enabled and Reached(enabled.email, await contact_store.get_told(conn, enabled.id))


async def warn_of_file(tx: Tx, user: User, before: Reached, file: str, by: str) -> None:
    """One message for all that a file has changed since `before`."""
    after = Reached(user.email, await contact_store.get_told(tx.conn, user.id))
    change = changed_by_file(before, after, file, by)
    if change is not None:
        await warn(tx, user, change, by, "")
