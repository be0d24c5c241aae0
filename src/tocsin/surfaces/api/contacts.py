"""How people are reached, over HTTP: one's own contacts and rules, and for administrators those of others (PAG-3)."""

from typing import Annotated

from litestar import get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, User, Viewer
from tocsin.delivery import contacts as delivery
from tocsin.kernel.db import Conn
from tocsin.surfaces.api.callers import Caller, Db, Here
from tocsin.surfaces.wire import contacts as wire

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


@put("/contacts/rules", summary="Change the notification rules")
async def replace_rules(data: JSONBody[wire.Rules], viewer: Caller, db: Db, user: Of = None) -> wire.Contacts:
    """All of them, by urgency. Those of a person whom a file manages are changed there."""
    async with db.transaction() as tx:
        person = await _whose(tx.conn, viewer, user)
        await delivery.replace_rules(tx, person, wire.notification_rules(data), viewer.actor)
        return await _told(tx.conn, person)


async def _whose(conn: Conn, viewer: Viewer, name: str | None) -> User:
    """One's own, or with the right to it anybody's. Raises Forbidden before it says who exists."""
    if name is not None and name != viewer.name:
        viewer.require(Permission.ADMINISTER, "see and change how others are reached")
    return await accounts.get_user_by_name(conn, name or viewer.name)


async def _told(conn: Conn, person: User) -> wire.Contacts:
    return wire.contacts(person.name, await delivery.ways_of(conn, person))
