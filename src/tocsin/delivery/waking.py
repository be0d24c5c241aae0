"""A browser that its owner lets wake them: a contact that needs no code, since it was made on the device itself."""

from collections.abc import Sequence

from tocsin.accounts.model import User
from tocsin.delivery import contact_store, contacts
from tocsin.delivery.confirming import add_contact
from tocsin.delivery.devices import PUSH
from tocsin.delivery.model import Contact, ContactDraft, DeliveryId, NotificationRule, Urgency
from tocsin.delivery.rules import AT_ONCE
from tocsin.delivery.sealing import EMAIL
from tocsin.kernel.tx import Tx


async def wake_device(tx: Tx, user: User, address: str, by: str, *, client: str = "") -> DeliveryId:
    """The device as a contact, and a test message to it, which proves it once its owner answers. From now on it rings
    at once for what is urgent, unless a file says by what this person is told.

    `address` is in the normal form of its channel. A device that is there already gets the message only. Raises Refused
    when the person has too many contacts, or when a test was sent to this one a moment ago.
    """
    known = await contact_store.list_contacts(tx.conn, user.id)
    device = next((each for each in known if (each.kind, each.address) == (PUSH, address)), None)
    if device is None:
        device = await add_contact(tx, user, ContactDraft(PUSH, address), by, client=client, is_verified=True)
        await _let_it_ring(tx, user, by, client)
    return await contacts.send_test(tx, user, device.id, by)


async def _let_it_ring(tx: Tx, user: User, by: str, client: str) -> None:
    ways = await contacts.ways_of(tx.conn, user)
    wanted = with_push(ways.rules, ways.contacts)
    if ways.habit.managed_by is None and wanted != tuple(ways.rules):
        await contacts.write_rules(tx, user, wanted, by, client)


def with_push(rules: Sequence[NotificationRule], known: Sequence[Contact]) -> tuple[NotificationRule, ...]:
    """The same rules with push at once for high urgency, beside what the person was told by before: without rules that
    was e-mail, or all there is (`rules.decide_ways`).
    """
    high = [rule for rule in rules if rule.urgency is Urgency.HIGH]
    if any(rule.kind == PUSH for rule in high):
        return tuple(rules)
    kinds = dict.fromkeys(contact.kind for contact in known if contact.is_confirmed and contact.kind != PUSH)
    usual = [EMAIL] if EMAIL in kinds else kinds
    beside = high or [NotificationRule(Urgency.HIGH, kind, AT_ONCE) for kind in usual]
    low = [rule for rule in rules if rule.urgency is Urgency.LOW]
    return NotificationRule(Urgency.HIGH, PUSH, AT_ONCE), *beside, *low
