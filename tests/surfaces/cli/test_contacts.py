"""`tocsin contacts`: what is listed, and the test button."""

from tests.surfaces.cli.terminal import Terminal
from tocsin.accounts.service import get_user_by_name
from tocsin.db.database import Database
from tocsin.delivery import contacts
from tocsin.delivery.model import ContactDraft


async def test_who_may_not(cli: Terminal) -> None:
    assert (
        "may not see and change how others are reached"
        in (await cli("contacts", "--user", "bob", who="alice", status=1)).err
    )


async def test_contacts_are_numbered_and_tested_by_their_number(cli: Terminal) -> None:
    said = (await cli("contacts")).out
    assert said.startswith("1  email alice@example.com  unproven: nobody has answered")
    assert "high urgency: e-mail at once" in said
    tested = (await cli("contacts", "test", "1")).out
    assert tested.startswith("A test message is on its way to alice by email, alice@example.com.")
    assert "waiting" in (await cli("contacts")).out
    assert "a moment ago" in (await cli("contacts", "test", "1", status=1)).err
    assert (await cli("contacts", "--json")).json()["contacts"][0]["last_test"]["state"] == "waiting"


async def test_a_receiver_is_given_what_messages_are_signed_with(cli: Terminal, db: Database) -> None:
    async with db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        hook = ContactDraft("webhook", "https://hooks.example.com/alice")
        await contacts.replace_contacts(tx, alice.id, [hook], [], None)
    said = (await cli("contacts", "secret", "1")).out
    assert said.startswith("whsec_")
    assert (await cli("contacts", "secret", "1", "--json")).json() == {"secret": said.strip()}


async def test_what_is_wrong(cli: Terminal) -> None:
    assert "not signed" in (await cli("contacts", "secret", "1", status=1)).err
    assert "no contact 7" in (await cli("contacts", "test", "7", status=2)).err
