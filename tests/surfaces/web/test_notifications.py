"""My notifications: whose they are, the test button and its link, the rules, and what a file manages (PAG-3)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from tests.surfaces.web.conftest import MASTER, URL, Browser
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import get_user_by_name, upsert_user
from tocsin.db.database import Database
from tocsin.delivery import contacts, service
from tocsin.delivery.keys import AckLinks, webhook_secret
from tocsin.delivery.model import Contact, ContactDraft, NotificationRule, Urgency
from tocsin.kernel.clock import VirtualClock

BrowserOf = Callable[[str], Awaitable[Browser]]
PAGE = "/me/notifications"
HOOK = ContactDraft("webhook", "https://hooks.example.com/secret/path")


async def give_hook(db: Database, managed_by: str | None = None) -> Contact:
    async with db.transaction() as tx:
        if managed_by:
            draft = UserDraft(name="alice", email="alice@example.com", role=Role.RESPONDER)
            await upsert_user(tx, draft, managed_by=managed_by, actor="tocsin")
        alice = await get_user_by_name(tx.conn, "alice")
        rules = [NotificationRule(Urgency.HIGH, "webhook", timedelta(minutes=3))]
        await contacts.replace_contacts(tx, alice.id, [HOOK], rules, managed_by)
        return (await contacts.list_contacts(tx.conn, alice.id))[0]


async def sent_by(db: Database, contact: Contact) -> list[UUID]:
    async with db.connection() as conn:
        return [each.id for each in await service.list_deliveries(conn, f"contact/{contact.id}")]


async def test_everybody_sees_their_own_and_nobody_elses(office: Database, browser_of: BrowserOf) -> None:
    hook = await give_hook(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    page = (await alice.get(PAGE)).text
    for words in ("hooks.example.com", "unproven", "alice@example.com", "The address of the account"):
        assert words in page
    assert "secret/path" not in page
    assert "hooks.example.com" not in (await bob.get(PAGE)).text
    assert (await bob.press(f"{PAGE}/test", on=PAGE, contact=str(hook.id))).status_code == 404
    assert await sent_by(office, hook) == []


async def test_the_link_of_a_test_message_proves_its_contact_once(
    office: Database, browser_of: BrowserOf, guest: Browser, links: AckLinks
) -> None:
    hook = await give_hook(office)
    alice = await browser_of("alice")
    answer = await alice.press(f"{PAGE}/test", on=PAGE, contact=str(hook.id))
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert ": waits" in (await alice.get(PAGE)).text
    (sent,) = await sent_by(office, hook)
    path = links.url_for(sent).removeprefix(URL)
    assert "It has arrived" in (await guest.get(path)).text
    assert "unproven" in (await alice.get(PAGE)).text.split("alice@example.com")[0]
    assert "This contact is proven." in (await guest.client.post(path)).text
    assert "proven just now" in words_of((await alice.get(PAGE)).text)
    assert (await guest.client.post(path)).status_code == 410
    assert "This link has been used." in (await guest.get(path)).text


def words_of(page: str) -> str:
    """Without tags, each space once."""
    text = "".join(part.partition(">")[2] for part in page.split("<"))
    return " ".join(text.split())


async def test_a_second_test_at_once_is_refused(office: Database, browser_of: BrowserOf, clock: VirtualClock) -> None:
    hook = await give_hook(office)
    alice = await browser_of("alice")
    await alice.press(f"{PAGE}/test", on=PAGE, contact=str(hook.id))
    assert (await alice.press(f"{PAGE}/test", on=PAGE, contact=str(hook.id))).status_code == 409
    clock.advance(contacts.TEST_EVERY)
    assert (await alice.press(f"{PAGE}/test", on=PAGE, contact=str(hook.id))).status_code == 303


async def test_rules_are_changed_as_a_whole(office: Database, browser_of: BrowserOf) -> None:
    await give_hook(office)
    alice = await browser_of("alice")
    form = {"high.0.kind": "webhook", "high.0.after": "", "high.2.kind": "email", "high.2.after": "5m"}
    assert (await alice.press(f"{PAGE}/rules", on=PAGE, **form)).status_code == 303
    async with office.connection() as conn:
        stored = await contacts.list_rules(conn, (await get_user_by_name(conn, "alice")).id)
    assert [(rule.kind, rule.delay) for rule in stored] == [("webhook", timedelta(0)), ("email", timedelta(minutes=5))]
    page = (await alice.get(PAGE)).text
    assert 'name="high.1.after" value="5m"' in page


async def test_what_is_wrong_stands_beside_its_field(office: Database, browser_of: BrowserOf) -> None:
    await give_hook(office)
    alice = await browser_of("alice")
    wrongs = (("email", "soon", "wrong-low.0.after"), ("sms", "0s", "wrong-low.0.kind"))
    for kind, after, mark in wrongs:
        answer = await alice.press(f"{PAGE}/rules", on=PAGE, **{"low.0.kind": kind, "low.0.after": after})
        assert answer.status_code == 400
        assert f'id="{mark}"' in answer.text
        assert f'name="low.0.after" value="{after}"' in answer.text


async def test_what_a_file_manages_is_read_only_with_its_name(office: Database, browser_of: BrowserOf) -> None:
    await give_hook(office, managed_by="tocsin.yaml")
    alice = await browser_of("alice")
    page = (await alice.get(PAGE)).text
    assert "Managed by tocsin.yaml" in page
    assert "webhook after 3m" in words_of(page)
    assert "/me/notifications/rules" not in page
    refused = await alice.press(f"{PAGE}/rules", on=PAGE, **{"low.0.kind": "email"})
    assert refused.status_code == 409
    assert "managed by tocsin.yaml" in refused.text


async def test_a_webhooks_signing_secret_is_shown_when_asked_for(office: Database, browser_of: BrowserOf) -> None:
    hook = await give_hook(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    answer = await alice.press(f"{PAGE}/secret", on=PAGE, contact=str(hook.id))
    assert webhook_secret(MASTER, hook.id or 0) in answer.text
    assert "whsec_" not in (await alice.get(PAGE)).text
    assert (await bob.press(f"{PAGE}/secret", on=PAGE, contact=str(hook.id))).status_code == 404
