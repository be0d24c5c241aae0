"""My notifications: whose they are, the test button and its link, the rules, and what a file manages (PAG-3)."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from tests.surfaces.web.conftest import MASTER, URL, Browser
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import break_email, get_user_by_name, upsert_user
from tocsin.db.database import Database
from tocsin.delivery import contacts, service, store
from tocsin.delivery.keys import AckLinks, webhook_secret
from tocsin.delivery.model import Contact, ContactDraft, NotificationRule, Urgency
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.outbound import FailureReason

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
    for words in ("hooks.example.com", "Unproven:", "alice@example.com", "The address of the account"):
        assert words in page
    assert "secret/path" not in page
    assert "hooks.example.com" not in (await bob.get(PAGE)).text
    assert (await bob.press(f"{PAGE}/test", on=PAGE, contact=str(hook.id))).status_code == 404
    assert await sent_by(office, hook) == []


async def test_two_ways_to_one_host_are_told_apart_by_their_numbers(office: Database, browser_of: BrowserOf) -> None:
    await give_hook(office)
    page = (await (await browser_of("alice")).get(PAGE)).text
    numbered = re.findall(r'<span class="soft">(\d)</span> <b>(\w+)</b>', page)
    assert [number for number, _ in numbered] == [str(n) for n in range(1, len(numbered) + 1)]
    assert {"webhook", "email"} <= {kind for _, kind in numbered}


async def test_an_address_that_is_dead_says_since_when_and_why(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        await break_email(tx, alice.id, "alice@example.com", "550 5.1.1 <no such user>")
    page = words_of((await (await browser_of("alice")).get(PAGE)).text)
    assert "Does not work: nothing is sent to it since" in page
    assert "550 5.1.1 &lt;no such user&gt;. Mend it, send a test and follow its link." in page


async def test_a_test_that_did_not_arrive_is_marked(office: Database, browser_of: BrowserOf) -> None:
    hook, alice = await give_hook(office), await browser_of("alice")
    await alice.press(f"{PAGE}/test", on=PAGE, contact=str(hook.id))
    assert "Last test just now: waits" in words_of((await alice.get(PAGE)).text)
    (sent,) = await sent_by(office, hook)
    async with office.connection() as conn:
        await store.update_failed(conn, sent, FailureReason.REFUSED, "it answered 404", office.clock.now())
    page = (await alice.get(PAGE)).text
    assert '<span class="amber">Last test</span>' in page
    assert "refused (it answered 404)" in page


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
    assert "Unproven:" in (await alice.get(PAGE)).text.split("alice@example.com")[0]
    assert "This contact is proven." in (await guest.client.post(path)).text
    assert "Proven just now" in words_of((await alice.get(PAGE)).text)
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


async def waiting(db: Database) -> Contact:
    async with db.connection() as conn:
        alice = await get_user_by_name(conn, "alice")
        return next(each for each in await contacts.list_contacts(conn, alice.id) if not each.is_confirmed)


async def test_a_contact_is_added_and_confirmed_by_its_code(
    office: Database, browser_of: BrowserOf, links: AckLinks
) -> None:
    alice, bob = await browser_of("alice"), await browser_of("bob")
    answer = await alice.press(f"{PAGE}/add", on=PAGE, kind="email", address="alice@private.example")
    contact = await waiting(office)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#contact-{contact.id}")
    page = words_of((await alice.get(PAGE)).text)
    assert "email alice@private.example Waits for its code." in page
    async with office.connection() as conn:
        (sent,) = await service.list_deliveries(conn, f"contact-code/{contact.id}")
    code = links.code(sent.id)
    given = {"contact": str(contact.id), "code": code}
    assert (await bob.press(f"{PAGE}/verify", on=PAGE, **given)).status_code == 404
    wrong = await alice.press(f"{PAGE}/verify", on=PAGE, **given | {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert wrong.status_code == 409
    assert "This code does not work." in wrong.text
    nonsense = await alice.press(f"{PAGE}/verify", on=PAGE, **given | {"code": "x"})
    assert 'id="wrong-code"' in nonsense.text
    assert (await alice.press(f"{PAGE}/verify", on=PAGE, **given)).status_code == 303
    assert "email alice@private.example Proven just now" in words_of((await alice.get(PAGE)).text)
    refused = await alice.press(f"{PAGE}/remove", on=PAGE, contact=str(contact.id))
    assert "only contact that is known to work" in refused.text


async def test_what_cannot_be_added_stands_beside_its_field(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    wrongs = (
        ("email", "alice", "address"),
        ("pigeon", "roof", "kind"),
        ("webhook", "x:y", "address"),
    )
    for kind, address, field in wrongs:
        answer = await alice.press(f"{PAGE}/add", on=PAGE, kind=kind, address=address)
        assert answer.status_code == 400
        assert f'id="wrong-{field}"' in answer.text
        assert f'value="{address}"' in answer.text


async def test_codes_run_out_with_a_word_beside_the_contact(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    await alice.press(f"{PAGE}/add", on=PAGE, kind="email", address="alice@private.example")
    contact = str((await waiting(office)).id)
    answers = [await alice.press(f"{PAGE}/code", on=PAGE, contact=contact) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 303, 429]
    assert "Too many codes were sent lately." in answers[-1].text


async def test_own_contacts_are_moved_and_removed(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    for name in ("one", "two"):
        await alice.press(f"{PAGE}/add", on=PAGE, kind="email", address=f"alice@{name}.example")
    first = str((await waiting(office)).id)
    await alice.press(f"{PAGE}/move", on=PAGE, contact=first, to="down")
    page = (await alice.get(PAGE)).text
    assert page.index("alice@two.example") < page.index("alice@one.example")
    await alice.press(f"{PAGE}/move", on=PAGE, contact=first, to="down")  # it is the last already
    await alice.press(f"{PAGE}/move", on=PAGE, contact=first, to="up")
    page = (await alice.get(PAGE)).text
    assert page.index("alice@one.example") < page.index("alice@two.example")
    assert (await alice.press(f"{PAGE}/remove", on=PAGE, contact=first)).status_code == 303
    assert "alice@one.example" not in (await alice.get(PAGE)).text
    async with office.connection() as conn:
        told = await service.list_deliveries(conn, f"user/{(await get_user_by_name(conn, 'alice')).id}")
    assert [each.message.title for each in told] == [
        "How you are reached: email alice@one.example was added",
        "How you are reached: email alice@two.example was added",
        "How you are reached: email alice@one.example was removed",
    ]
    assert all(", from 127.0.0.1. " in each.message.what for each in told)


async def test_quiet_hours_are_set_and_ended(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    night = {"from": "22:30", "to": "06:00", "day.0": "yes", "day.4": "yes"}
    assert (await alice.press(f"{PAGE}/quiet-hours", on=PAGE, **night)).status_code == 303
    async with office.connection() as conn:
        quiet = (await contacts.ways_of(conn, await get_user_by_name(conn, "alice"))).habit.quiet
    assert quiet is not None
    assert (quiet.days, f"{quiet.begin:%H:%M}", f"{quiet.to:%H:%M}") == ((0, 4), "22:30", "06:00")
    page = (await alice.get(PAGE)).text
    assert 'name="from" required value="22:30"' in page
    for wrong, mark in (({"from": "late"}, "from"), ({"to": "22:30"}, "to")):
        answer = await alice.press(f"{PAGE}/quiet-hours", on=PAGE, **night | wrong)
        assert (answer.status_code, f'id="wrong-{mark}"' in answer.text) == (400, True)
    no_day = await alice.press(f"{PAGE}/quiet-hours", on=PAGE, **{"from": "22:30", "to": "06:00"})
    assert 'id="wrong-days"' in no_day.text
    await alice.press(f"{PAGE}/quiet-hours", on=PAGE, off="yes", **night)
    assert "Have quiet hours" in (await alice.get(PAGE)).text


async def test_the_accounts_own_address_is_proven_missed_and_due(
    office: Database, browser_of: BrowserOf, guest: Browser, links: AckLinks, clock: VirtualClock
) -> None:
    alice = await browser_of("alice")

    async def asked() -> str:
        assert (await alice.press(f"{PAGE}/test", on=PAGE, contact="account")).status_code == 303
        async with office.connection() as conn:
            sent = await service.list_deliveries(conn, f"contact/account-{(await get_user_by_name(conn, 'alice')).id}")
        return links.url_for(sent[-1].id).removeprefix(URL)

    path = await asked()
    assert "Unproven: nobody has answered" in words_of((await alice.get(PAGE)).text)
    await guest.client.post(path)
    assert "email alice@example.com Proven just now" in words_of((await alice.get(PAGE)).text)
    clock.advance(timedelta(days=1))
    await asked()
    clock.advance(timedelta(hours=4))
    alice = await browser_of("alice")
    assert "Unproven: no test was answered since" in words_of((await alice.get(PAGE)).text)
    await guest.client.post(await asked())
    clock.advance(timedelta(days=31))
    alice = await browser_of("alice")
    assert "Due: last proven 31 days ago." in words_of((await alice.get(PAGE)).text)
