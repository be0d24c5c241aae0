"""Adding a contact of one's own, and showing by a code that it is, before anything else is sent by it (SEC-9).

The code is derived from the message that carries it: no row, no job and no log holds it.
"""

import hmac

from tocsin.accounts.model import User
from tocsin.accounts.service import audit
from tocsin.delivery import code_store, codes, contact_store, proofs, rules, service, store, warning_rules
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import Contact, ContactDraft, MessageView, Notification, Purpose, Urgency
from tocsin.delivery.warning import warn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.tx import Transactions, Tx

_FORGOTTEN_AFTER = 24 * codes.SPAN


async def add_contact(
    tx: Tx, user: User, draft: ContactDraft, by: str, *, client: str = "", is_verified: bool = False
) -> Contact:
    """Adds it beside what there is, sends its code, and warns the person by their other ways; one that still waits for
    its code gets another. `is_verified`: the way in which it came shows whose it is, such as the signed-in browser that
    asked to be pushed to. `client`: the address that `by` comes from.

    The address is in the normal form of its channel. Raises Refused for one that is there already or too many,
    TooManyAttempts when too many codes were sent.
    """
    known = await contact_store.list_contacts(tx.conn, user.id)
    rules.check_addition(known, draft)
    contact_id = await contact_store.upsert_own_contact(tx.conn, user.id, draft, by, tx.now)
    if is_verified:
        await contact_store.update_contact_verified(tx.conn, contact_id, tx.now)
    contact = await _get_own(tx, user, contact_id)
    if not is_verified:
        await _send_code(tx, user, contact, by)
    if contact_id not in {each.id for each in known}:
        await warn(tx, user, warning_rules.added(contact), by, client)
    await audit(tx, by, f"added a contact by {contact.kind} to", f"@{user.name}", client=client)
    return contact


async def resend_code(tx: Tx, user: User, contact_id: int, by: str) -> Contact:
    """Another code; those before it stop working. Raises NotFound, Refused, TooManyAttempts."""
    contact = await _get_own(tx, user, contact_id)
    if contact.is_confirmed:
        raise Refused("This contact is confirmed already.", "Send a test message by it.")
    await _send_code(tx, user, contact, by)
    return contact


async def verify(
    db: Transactions, user: User, contact_id: int, code: str, by: str, links: AckLinks, *, client: str = ""
) -> Contact:
    """The right code confirms the contact, and proves it; the person's other ways say so. Raises NotFound, Invalid for
    what is no code, and Refused in the same words for one that is wrong, too old, used, or tried too often. Every try
    counts, so it commits itself.
    """
    written = codes.read_code(code)
    async with db.transaction() as tx:
        contact = await _get_own(tx, user, contact_id)
        if not contact.is_confirmed and await _is_right(tx, contact_id, written, links):
            await contact_store.update_contact_verified(tx.conn, contact_id, tx.now)
            await warn(tx, user, warning_rules.confirmed(contact), by, client)
            await audit(tx, by, f"confirmed a contact by {contact.kind} of", f"@{user.name}", client=client)
        contact = await _get_own(tx, user, contact_id)
    if not contact.is_confirmed:
        minutes = codes.LASTS.total_seconds() // 60
        raise Refused(
            "This code does not work.",
            f"A code works once, for {minutes:.0f} minutes and {codes.MOST_TRIES} tries, and only the last one sent: "
            "compare it with the message, or have another sent.",
        )
    return contact


async def _get_own(tx: Tx, user: User, contact_id: int) -> Contact:
    contact = await contact_store.find_contact_of(tx.conn, user.id, contact_id)
    if contact is None:
        raise NotFound(f"{user.name} has no such contact.", "tocsin contact list shows them with their numbers.")
    return contact


async def _is_right(tx: Tx, contact_id: int, code: str, links: AckLinks) -> bool:
    """One try, which is counted."""
    issued = await code_store.lock_latest_code(tx.conn, contact_id)
    if issued is None or not codes.is_open(issued, tx.now):
        return False
    is_right = hmac.compare_digest(links.code(issued.delivery_id), code)
    await code_store.update_code_tried(tx.conn, issued.id, tx.now if is_right else None)
    message = await store.find_delivery(tx.conn, issued.delivery_id)
    if is_right and message is not None:
        await proofs.note_answered(tx, message)
    return is_right


async def _send_code(tx: Tx, user: User, contact: Contact, by: str) -> None:
    """By this contact and no other. Raises TooManyAttempts."""
    assert contact.id is not None
    digest = tx.conn.keyring.digest(contact.address, f"contact_code/{contact.kind}")
    await code_store.lock_issuing(tx.conn, user.id, digest)
    await code_store.delete_codes_before(tx.conn, tx.now - _FORGOTTEN_AFTER)
    lately = await code_store.list_issued_lately(tx.conn, user.id, digest, tx.now - codes.SPAN)
    codes.check_may_issue(lately, tx.now)
    (sent,) = await service.notify(tx, _code_message(user, contact, by))
    await code_store.insert_code(tx.conn, contact.id, user.id, digest, sent, tx.now)


def _code_message(user: User, contact: Contact, by: str) -> Notification:
    lasts = codes.LASTS.total_seconds() // 60
    return Notification(
        user_id=user.id,
        topic=f"contact-code/{contact.id}",
        purpose=Purpose.NOTICE,
        urgency=Urgency.HIGH,  # somebody waits for it, and it is given up soon
        message=MessageView(
            title="Your code for Tocsin",
            what=f"{by} wants {user.name} to be paged here. Enter the code on the page My notifications, or with "
            f"tocsin contact verify. It works for {lasts:.0f} minutes, and once. Nothing to do with you? Then do "
            "nothing: without the code nobody is told anything here.",
            url="/me/notifications",
            event="contact.code",
            gives_code=True,
        ),
        contact_id=contact.id,
    )
