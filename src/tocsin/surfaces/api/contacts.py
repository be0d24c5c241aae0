"""How people are reached, over HTTP: one's own contacts, rules and quiet hours, and for administrators those of others
(PAG-3).
"""

from typing import Annotated

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, User, Viewer
from tocsin.catalog import service as catalog
from tocsin.delivery import confirming
from tocsin.delivery import contacts as delivery
from tocsin.kernel.db import Conn
from tocsin.surfaces.api.callers import AnyRequest, Caller, Db, Here, client_of
from tocsin.surfaces.wire import contacts as wire
from tocsin.surfaces.wire.new_contact import read_contact

Of = Annotated[str | None, QueryParameter(name="user", description="Somebody else, for administrators.")]


@get("/contacts", summary="How a person is reached")
async def show_contacts(viewer: Caller, db: Db, user: Of = None) -> wire.Contacts:
    """The contacts with what is known of each, and the notification rules by urgency."""
    async with db.connection() as conn:
        return await _told(conn, await _whose(conn, viewer, user))


@post("/contacts/{contact:str}/test", status_code=202, summary="Send a test message by one contact")
async def send_test(contact: FromPath[str], viewer: Caller, db: Db, user: Of = None) -> wire.SentTest:
    """Whoever follows its link proves that the contact works. At most one in half a minute."""
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        sent = await delivery.send_test(tx, person, wire.contact_id(contact), viewer.actor)
    return wire.SentTest(delivery=str(sent))


@post("/contacts/{contact:str}/secret", status_code=200, summary="What the messages to a webhook are signed with")
async def show_secret(
    contact: FromPath[str], viewer: Caller, db: Db, site: Here, user: Of = None
) -> wire.SigningSecret:
    """As Standard Webhooks libraries take it: `whsec_…`. The audit log says who was shown it."""
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        webhook = await delivery.show_webhook(tx, person, wire.contact_id(contact), viewer.actor)
    return wire.SigningSecret(secret=site.webhook_secret(webhook.id or 0))


@post("/contacts", status_code=201, summary="Add a contact")
async def add_contact(
    request: AnyRequest, data: JSONBody[wire.NewContact], viewer: Caller, db: Db, site: Here, user: Of = None
) -> wire.Contact:
    """A code is sent by it; before the code is entered, nothing else is (SEC-9). Adding it again sends another code."""
    draft = read_contact(data.kind, data.address, site.unconfigured)
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        added = await confirming.add_contact(tx, person, draft, viewer.actor, client=client_of(request))
    return wire.contact(added)


@post("/contacts/{contact:str}/code", status_code=202, summary="Send another code by a contact")
async def resend_code(contact: FromPath[str], viewer: Caller, db: Db, user: Of = None) -> wire.Contact:
    """The codes before it stop working. A few an hour."""
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        return wire.contact(await confirming.resend_code(tx, person, wire.own_id(contact), viewer.actor))


@post("/contacts/{contact:str}/verify", status_code=200, summary="Confirm a contact by its code")
async def verify(
    request: AnyRequest,
    contact: FromPath[str],
    data: JSONBody[wire.Code],
    viewer: Caller,
    db: Db,
    site: Here,
    user: Of = None,
) -> wire.Contact:
    """A code works once, for ten minutes and five tries."""
    async with db.connection() as conn:
        person = await _whose(conn, viewer, user)
    own, client = wire.own_id(contact), client_of(request)
    return wire.contact(await confirming.verify(db, person, own, data.code, viewer.actor, site.links, client=client))


@delete("/contacts/{contact:str}", status_code=200, summary="Remove a contact")
async def remove_contact(
    request: AnyRequest, contact: FromPath[str], viewer: Caller, db: Db, user: Of = None
) -> wire.Contacts:
    """One that was added here, and not the last that is known to work; those of a file are changed there."""
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        removed = wire.contact_id(contact)
        await delivery.remove_contact(tx, person, removed, viewer.actor, client=client_of(request))
        return await _told(tx.conn, person)


@put("/contacts/order", summary="Say which contact is told first")
async def reorder(data: JSONBody[wire.Order], viewer: Caller, db: Db, user: Of = None) -> wire.Contacts:
    """Of those that were added here; those of a file come before them."""
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        await delivery.reorder(tx, person, wire.read_order(data), viewer.actor)
        return await _told(tx.conn, person)


@put("/contacts/quiet-hours", summary="Say when low urgency can wait")
async def set_quiet_hours(
    request: AnyRequest, data: JSONBody[wire.NewQuietHours], viewer: Caller, db: Db, user: Of = None
) -> wire.Contacts:
    """What is of low urgency then waits for their end, on the person's clock; what is urgent does not."""
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        zone = (await catalog.organisation(tx.conn)).time_zone
        quiet = wire.read_quiet_hours(data.quiet_hours, person.time_zone or zone) if data.quiet_hours else None
        await delivery.set_quiet_hours(tx, person, quiet, viewer.actor, client=client_of(request))
        return await _told(tx.conn, person)


@put("/contacts/rules", summary="Change the notification rules")
async def replace_rules(
    request: AnyRequest, data: JSONBody[wire.Rules], viewer: Caller, db: Db, user: Of = None
) -> wire.Contacts:
    """All of them, by urgency. Those of a person whom a file manages are changed there."""
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        rules = wire.notification_rules(data)
        await delivery.replace_rules(tx, person, rules, viewer.actor, client=client_of(request))
        return await _told(tx.conn, person)


async def _whose(conn: Conn, viewer: Viewer, name: str | None) -> User:
    """One's own, or with the right to it anybody's. Raises Forbidden before it says who exists."""
    if name is not None and name != viewer.name:
        viewer.require(Permission.ADMINISTER, "see and change how others are reached")
    return await accounts.get_user_by_name(conn, name or viewer.name)


async def _told(conn: Conn, person: User) -> wire.Contacts:
    return wire.contacts(person.name, await delivery.ways_of(conn, person))
