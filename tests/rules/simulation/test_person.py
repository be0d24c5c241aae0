"""One person at one instant: on call where, called by which rungs, how, and why not."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.rules.simulation.examples import AT, setup_from
from tests.stories.conftest import ORGANISATION
from tocsin.delivery.model import Contact
from tocsin.kernel.errors import NotFound
from tocsin.simulation.person import explain_person
from tocsin.simulation.setup import Setup

SETUP = setup_from()


def test_what_calls_somebody_who_is_on_call() -> None:
    story = explain_person(SETUP, "alice", AT)
    assert story.on_call == ("on call in primary (layer week)",)
    first, *_ = story.rungs
    assert (first.policy, first.services, first.label, first.after) == ("payments", ("checkout",), "step 1 of 2", 0)
    assert first.target == "schedule:primary"
    assert [(rung.label, rung.after) for rung in story.rungs if rung.policy == "payments"] == [
        ("step 1 of 2", 0),
        ("step 1 of 2 (round 2)", 15 * 60),
        ("the last resort", 30 * 60),
    ]
    assert "no step of empty names alice then" in story.not_called
    assert story.ways == {"high": "e-mail at once", "low": "e-mail at once"}


def test_delays_are_in_the_ways() -> None:
    assert explain_person(SETUP, "dave", AT).ways["high"] == "e-mail at once, webhook after 3 minutes"


def test_whose_turn_it_is_not() -> None:
    text = ORGANISATION.replace("users: [alice]}]", "users: [alice, bob]}]")
    first, second = (explain_person(setup_from(text), "alice", AT + timedelta(days=days)) for days in (0, 7))
    assert {story.off_call for story in (first, second)} == {(), ("not on call in primary: bob is",)}


def test_somebody_who_cannot_be_called() -> None:
    text = ORGANISATION.replace("{name: bob, email: bob@example.com}", "{name: bob}")
    story = explain_person(setup_from(text), "bob", AT)
    assert story.hindrance == "has no way to be reached"
    assert story.ways["high"] == ""


def with_contacts(name: str, *contacts: Contact) -> Setup:
    dave = SETUP.people[name]
    return replace(SETUP, people={**SETUP.people, name: replace(dave, contacts=contacts)})


def test_what_is_broken_or_unconfirmed_calls_nobody_and_says_why() -> None:
    email, webhook = SETUP.people["dave"].contacts
    broken = replace(email, broken_at=AT - timedelta(days=1), broken_why="550 5.1.1 no such user")
    waiting = Contact(id=9, user_id=email.user_id, kind="sms", address="+4915112345678", added_by="@dave")
    story = explain_person(with_contacts("dave", broken, webhook, waiting), "dave", AT)
    assert (story.hindrance, story.ways["high"]) == ("", "webhook at once")
    assert story.not_by == (
        "Not by email dave@example.com: nothing arrives there since 2026-03-01 03:00 UTC: 550 5.1.1 no such user",
        "Not by sms +49…678: it waits for its code",
    )


def test_whose_every_way_is_broken_cannot_be_called() -> None:
    email, webhook = (replace(each, broken_at=AT, broken_why="gone") for each in SETUP.people["dave"].contacts)
    own = replace(email, id=None, address=SETUP.people["dave"].email or "")
    story = explain_person(with_contacts("dave", email, webhook, own), "dave", AT)
    assert story.hindrance == "has no way to be reached"
    assert story.ways == {"high": "", "low": ""}


def test_nobody_of_that_name() -> None:
    with pytest.raises(NotFound, match="nobody named 'mallory'"):
        explain_person(SETUP, "mallory", AT)
