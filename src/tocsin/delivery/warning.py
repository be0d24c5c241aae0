"""Warning a person, by every way that the change is not about, when how they are reached has changed (SEC-9).

What is said is in `warning_rules`. The order of contacts warns nobody: it does not say who is told, nor when.
"""

from tocsin.accounts.model import User
from tocsin.delivery import contact_store
from tocsin.delivery.model import BULK, Notification, Purpose, Told, Urgency
from tocsin.delivery.service import notify
from tocsin.delivery.warning_rules import Change, changed_by_file, warning
from tocsin.kernel.tx import Tx


async def warn(tx: Tx, user: User, change: Change, by: str, client: str) -> None:
    """`client`: the address that `by` came from; empty where none is known."""
    await notify(
        tx,
        Notification(
            user_id=user.id,
            topic=f"user/{user.id}",
            purpose=Purpose.NOTICE,
            urgency=Urgency.LOW,
            prio=BULK,
            message=warning(change, by, client, tx.now),
            is_warning=True,
            but_contacts=change.contacts,
        ),
    )


async def warn_of_file(tx: Tx, user: User, before: Told, file: str, by: str) -> None:
    """One message for all that a file has changed since `before`."""
    change = changed_by_file(before, await contact_store.get_told(tx.conn, user.id), file, by)
    if change is not None:
        await warn(tx, user, change, by, "")
