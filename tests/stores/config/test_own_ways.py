"""Files beside what people add and choose by themselves: what stays, what a plan says, and quiet hours (PAG-3)."""

from collections.abc import AsyncIterator
from datetime import time, timedelta

import pytest

from tests.stores.config.test_apply import ENVIRON, EXAMPLE, about, apply_to, plan_of
from tests.support.keys import KEYRING
from tocsin.accounts import service as accounts
from tocsin.config.files import load_texts
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.setup import load_setups
from tocsin.db.database import Database
from tocsin.delivery import confirming, contact_store, contacts
from tocsin.delivery import service as delivery
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import ContactDraft, NotificationRule, Urgency
from tocsin.kernel.clock import VirtualClock
from tocsin.reactions import REACTIONS
from tocsin.simulation.person import explain_person


@pytest.fixture
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    """With who reacts: people are told of what changes."""
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as database:
        yield database


async def test_what_a_person_added_and_chose_stays_and_is_named(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    links = ack_links(bytes(32), "https://tocsin.example.com")
    async with db.transaction() as tx:
        bob = await accounts.get_user_by_name(tx.conn, "bob")
        added = await confirming.add_contact(tx, bob, ContactDraft("email", "bob@private.example"), "@bob")
        (letter,) = await delivery.list_deliveries(tx.conn, f"contact-code/{added.id}")
        await contacts.replace_rules(tx, bob, [NotificationRule(Urgency.LOW, "email", timedelta(minutes=9))], "@bob")
    waiting = await plan_of(db, EXAMPLE)
    assert not any("bob is also reached" in each.message for each in waiting.warnings)
    await confirming.verify(db, bob, added.id or 0, links.code(letter.id), "@bob", links)
    found = await plan_of(db, EXAMPLE)
    assert found.summary == "nothing changes"
    assert any("bob is also reached by email, added by themselves: kept" in each.message for each in found.warnings)
    changed = EXAMPLE.replace("{name: bob,", "{name: bob, display_name: Bob,")
    assert (await apply_to(db, changed)).is_applied
    async with db.connection() as conn:
        ways = await contacts.ways_of(conn, bob)
        assert [each.address for each in ways.contacts] == ["bob@private.example", "bob@example.com"]
        assert [rule.delay for rule in ways.rules] == [timedelta(minutes=9)]
        setup = (await load_setups(conn, None, db.clock.now())).live
    assert [each.address for each in setup.people["bob"].contacts] == ["bob@private.example"]
    assert setup.people["bob"].rules == ways.rules


async def test_a_file_that_changes_how_somebody_is_reached_says_so_once(db: Database) -> None:
    hook = "      - webhook: https://hooks.example.com/alice\n"
    more = EXAMPLE.replace(hook, f"{hook}      - webhook: https://other.example.com/alice\n")
    assert more != EXAMPLE
    for text in (EXAMPLE, EXAMPLE, more, more):
        await apply_to(db, text)
    async with db.connection() as conn:
        alice = await accounts.get_user_by_name(conn, "alice")
        told = await delivery.list_deliveries(conn, f"user/{alice.id}")
    assert {each.message.title for each in told} == {"How you are reached: webhook other.example.com was added"}
    assert [each.address for each in told] == ["alice@example.com", "hooks.example.com", "ntfy.example.com"]


async def test_the_address_that_an_account_had_hears_that_it_is_another(db: Database) -> None:
    moved = EXAMPLE.replace("bob@example.com", "bob@elsewhere.example")
    for text in (EXAMPLE, moved, moved):
        await apply_to(db, text)
    async with db.connection() as conn:
        bob = await accounts.get_user_by_name(conn, "bob")
        told = await delivery.list_deliveries(conn, f"user/{bob.id}")
    by_address = {each.address: each.message for each in told}
    assert set(by_address) == {"bob@elsewhere.example", "bob@example.com"}
    assert by_address["bob@elsewhere.example"].title == (
        "How you are reached: the address of your account was changed from bob@example.com to bob@elsewhere.example"
    )
    letter = by_address["bob@example.com"]
    assert letter.title == "This is no longer the address of bob at Tocsin"
    assert letter.what.startswith(
        "@root did this at 11:00 CET. Messages for bob go to bob@elsewhere.example from now on; nothing more is sent"
    )
    assert "tell an administrator at once" in letter.what


async def test_a_simulation_and_a_plan_know_where_nothing_arrives(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    async with db.transaction() as tx:
        alice, bob = [await accounts.get_user_by_name(tx.conn, name) for name in ("alice", "bob")]
        hook = next(each for each in await contacts.list_contacts(tx.conn, alice.id) if each.kind == "webhook")
        await contact_store.update_contact_broken(tx.conn, hook.id or 0, "HTTP 410", tx.now)
        await accounts.break_email(tx, bob.id, "bob@example.com", "550 no such user")
        await confirming.add_contact(tx, bob, ContactDraft("email", "bob@private.example"), "@bob")
    found = await plan_of(db, EXAMPLE)
    told = [each.message for each in found.warnings]
    assert "nothing arrives at alice's webhook hooks.example.com: HTTP 410" in told
    assert "nothing arrives at bob's email bob@example.com: 550 no such user" in told
    assert not any("bob is also reached" in each for each in told)
    assert any(each.rule == "unreachable" and "bob" in each.people for each in found.breakage)
    async with db.connection() as conn:
        setups = await load_setups(conn, load_texts({"tocsin.yaml": EXAMPLE}, ENVIRON), db.clock.now())
    for setup in (setups.live, setups.draft):
        assert setup is not None
        assert explain_person(setup, "alice", db.clock.now()).ways["high"] == "e-mail at once, ntfy after 3 minutes"
        story = explain_person(setup, "bob", db.clock.now())
        assert (story.hindrance, story.ways["high"]) == ("has no way to be reached", "")
        assert [each.rpartition(":")[2] for each in story.not_by] == [" 550 no such user", " it waits for its code"]


async def test_quiet_hours_of_a_file_are_put_in_place_and_planned_once(db: Database) -> None:
    low = "      low: [{email: 0m}]"
    quiet = EXAMPLE.replace(low, f'{low}\n      quiet_hours: {{from: "22:00", to: "07:00"}}')
    assert quiet != EXAMPLE
    await apply_to(db, EXAMPLE)
    (field,) = about(await plan_of(db, quiet), "users", "alice").fields
    assert (field.path, field.after) == ("notify.quiet_hours", "{days: mon-sun, from: 22:00, to: 07:00}")
    await apply_to(db, quiet)
    assert (await plan_of(db, quiet)).summary == "nothing changes"
    async with db.connection() as conn:
        alice = await accounts.get_user_by_name(conn, "alice")
        habit = (await contacts.ways_of(conn, alice)).habit
    assert habit.managed_by == "tocsin.yaml"
    assert habit.quiet is not None
    assert (habit.quiet.begin, habit.quiet.to, habit.quiet.time_zone) == (time(22), time(7), "Europe/Berlin")
    wrong = quiet.replace('to: "07:00"', 'to: "21:00"')
    with pytest.raises(ConfigurationInvalid, match=r"notify\.quiet_hours: .* 16h at most"):
        await plan_of(db, wrong)
