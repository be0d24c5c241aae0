"""One person at one instant: on call where, called by which rungs, how, and why not."""

from datetime import timedelta

import pytest

from tests.rules.simulation.examples import AT, setup_from
from tests.stories.conftest import ORGANISATION
from tocsin.kernel.errors import NotFound
from tocsin.simulation.person import explain_person

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


def test_nobody_of_that_name() -> None:
    with pytest.raises(NotFound, match="nobody named 'mallory'"):
        explain_person(SETUP, "mallory", AT)
