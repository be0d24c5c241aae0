"""`tocsin contact list`: what is listed, and the test button."""

from datetime import timedelta

from tests.support.applications import SETTINGS
from tests.surfaces.cli.terminal import Terminal
from tocsin.accounts.service import break_email, get_user_by_name
from tocsin.db.database import Database
from tocsin.delivery import contacts, service
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import ContactDraft, NotificationRule, Urgency


async def test_who_may_not(cli: Terminal) -> None:
    assert (
        "may not see and change how others are reached"
        in (await cli("contact", "list", "--user", "bob", who="alice", status=1)).err
    )


async def test_contacts_are_numbered_and_tested_by_their_number(cli: Terminal) -> None:
    said = (await cli("contact", "list")).out
    assert said.startswith("1  email alice@example.com  unproven: nobody has answered")
    assert "high urgency: e-mail at once" in said
    tested = (await cli("contact", "test", "1")).out
    assert tested.startswith("A test message is on its way to alice by email, alice@example.com.")
    assert ": waits" in (await cli("contact", "list")).out
    assert "a moment ago" in (await cli("contact", "test", "1", status=1)).err
    assert (await cli("contact", "list", "--json")).json()["contacts"][0]["last_test"]["state"] == "waiting"


async def test_an_address_that_is_dead_says_since_when_and_why(cli: Terminal, db: Database) -> None:
    async with db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        await break_email(tx, alice.id, "alice@example.com", "550 5.1.1 no such user")
    said = (await cli("contact", "list")).out
    assert "1  email alice@example.com  nothing is sent to it\n   since just now" in said
    assert "550 5.1.1 no such user\n   correct it, or answer tocsin contact test 1" in said
    assert (await cli("contact", "list", "--json")).json()["contacts"][0]["broken_why"] == "550 5.1.1 no such user"


async def test_a_receiver_is_given_what_messages_are_signed_with(cli: Terminal, db: Database) -> None:
    async with db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        hook = ContactDraft("webhook", "https://hooks.example.com/alice")
        await contacts.replace_contacts(tx, alice.id, [hook], [], None)
    said = (await cli("contact", "secret", "1")).out
    assert said.startswith("whsec_")
    assert (await cli("contact", "secret", "1", "--json")).json() == {"secret": said.strip()}


async def test_what_is_wrong(cli: Terminal) -> None:
    assert "not signed" in (await cli("contact", "secret", "1", status=1)).err
    assert "no contact 7" in (await cli("contact", "test", "7", status=1)).err


async def test_a_contact_is_added_confirmed_and_removed(cli: Terminal, db: Database) -> None:
    said = (await cli("contact", "add", "email", "alice@private.example")).out
    assert said.startswith("A code is on its way by email to alice@private.example.")
    assert "tocsin contact verify 1 CODE" in said
    assert (
        "1  email alice@private.example  waits for its code: tocsin contact verify 1 CODE"
        in (await cli("contact", "list")).out
    )
    assert "does not work" in (await cli("contact", "verify", "1", "000000", status=1)).err
    await cli("contact", "code", "1")
    async with db.connection() as conn:
        alice = await get_user_by_name(conn, "alice")
        (contact,) = await contacts.list_contacts(conn, alice.id)
        sent = await service.list_deliveries(conn, f"contact-code/{contact.id}")
    code = ack_links(SETTINGS.secret_key, SETTINGS.public_url).code(sent[-1].id)
    assert "alice is told by it from now on" in (await cli("contact", "verify", "1", f"{code[:3]} {code[3:]}")).out
    assert "1  email alice@private.example  proven just now" in (await cli("contact", "list")).out
    assert "known to work" in (await cli("contact", "remove", "1", status=1)).err


async def test_the_order_and_the_quiet_hours(cli: Terminal) -> None:
    await cli("contact", "add", "email", "alice@one.example")
    await cli("contact", "add", "email", "alice@two.example")
    assert (await cli("contact", "order", "2", "1")).out.startswith("1  email alice@two.example")
    assert "removed" in (await cli("contact", "remove", "2")).out
    said = (await cli("contact", "quiet-hours", "22:00", "07:00", "--days", "mon-fri")).out
    assert "quiet hours: 22:00 to 07:00, mon-fri: low urgency waits" in said
    assert "no time of a day" in (await cli("contact", "quiet-hours", "22:00", "late", status=1)).err
    assert "begin and end" in (await cli("contact", "quiet-hours", "22:00", status=2)).err
    assert "quiet hours: none" in (await cli("contact", "quiet-hours", "--off")).out


async def test_rules_are_set_for_one_urgency_and_the_other_stays(cli: Terminal, db: Database) -> None:
    async with db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        hook = ContactDraft("webhook", "https://hooks.example.com/alice")
        await contacts.replace_contacts(tx, alice.id, [hook], [], None)
    refused = (await cli("contact", "rules", "set", "low", "email", "--user", "bob", who="alice", status=1)).err
    assert "may not see and change how others are reached" in refused
    assert (await cli("contact", "rules")).out.startswith("high urgency: e-mail at once (no rule of your own)\n")
    assert "low urgency: email at once" in (await cli("contact", "rules", "set", "low", "email")).out
    assert (await cli("contact", "rules", "set", "high", "webhook", "email=2m")).out == (
        "high urgency: webhook at once, email after 2m\nlow urgency: email at once\n"
    )
    rules = (await cli("contact", "rules", "list", "--json")).json()["rules"]
    assert rules["high"] == [{"kind": "webhook", "after": "0s"}, {"kind": "email", "after": "2m"}]
    assert "no rule of your own" in (await cli("contact", "rules", "set", "low", "--off")).out.splitlines()[1]


async def test_without_rules_and_e_mail_it_says_by_what_one_is_told(cli: Terminal, db: Database) -> None:
    async with db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        await break_email(tx, alice.id, "alice@example.com", "550 5.1.1 no such user")
    gone = "high urgency: nothing, for want of a contact that works (no rule of your own)\n"
    assert (await cli("contact", "rules")).out.startswith(gone)
    async with db.transaction() as tx:
        hook = ContactDraft("webhook", "https://hooks.example.com/alice")
        await contacts.replace_contacts(tx, alice.id, [hook], [], None)
    assert (await cli("contact", "rules")).out.startswith("high urgency: webhook at once (no rule of your own)\n")


async def test_a_rule_that_names_a_way_which_is_gone_holds_up_no_other(cli: Terminal, db: Database) -> None:
    hook = ContactDraft("webhook", "https://hooks.example.com/alice")
    async with db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        await contacts.replace_contacts(tx, alice.id, [hook], [], None)
        await contacts.replace_rules(tx, alice, [NotificationRule(Urgency.LOW, "webhook", timedelta(0))], "@alice")
        await contacts.replace_contacts(tx, alice.id, [], [], None)  # as a file that does not name it any more
    assert (await cli("contact", "rules", "set", "high", "email")).out == (
        "high urgency: email at once\nlow urgency: webhook at once (no such contact: left out)\n"
    )
    refused = (await cli("contact", "rules", "set", "low", "webhook=2m", status=1)).err
    assert "The rules for low urgency name 'webhook', and no confirmed contact is of that kind." in refused
    assert "low urgency: email at once" in (await cli("contact", "rules", "set", "low", "email")).out


async def test_what_is_wrong_with_rules(cli: Terminal, db: Database) -> None:
    assert (
        "The rules for high urgency name 'sms', and no confirmed contact is of that kind.\n  Use one of email."
        in (await cli("contact", "rules", "set", "high", "sms", status=1)).err
    )
    assert "soon" in (await cli("contact", "rules", "set", "high", "email=soon", status=1)).err
    assert "Write it as sms=2m" in (await cli("contact", "rules", "set", "high", "email=", status=2)).err
    assert "or --off" in (await cli("contact", "rules", "set", "high", status=2)).err
    assert "or --off" in (await cli("contact", "rules", "set", "high", "email", "--off", status=2)).err
    assert "high" in (await cli("contact", "rules", "set", "middle", "email", status=2)).err
    async with db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        rules = [NotificationRule(Urgency.HIGH, "email", timedelta(0))]
        await contacts.replace_contacts(tx, alice.id, [ContactDraft("email", "a@example.com")], rules, "tocsin.yaml")
    refused = (await cli("contact", "rules", "set", "low", "email", status=1)).err
    assert "managed by tocsin.yaml" in refused
    assert "Rules and quiet hours are managed by tocsin.yaml." in (await cli("contact", "rules")).out
