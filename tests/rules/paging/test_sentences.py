"""The timeline's sentences about pages: who, by which step, why, and what follows."""

from datetime import timedelta

from msgspec.structs import replace

from tests.rules.incidents.examples import T0
from tests.rules.paging.test_messages import ALICE, BOB, CALL, DECISION
from tocsin.paging import sentences
from tocsin.paging.model import LeftOut, Position, RunState, Skipped


def test_a_page_says_who_by_which_step_why_and_what_follows() -> None:
    assert sentences.paged(CALL, DECISION) == (
        "alice is paged, step 1 of 2: on call in primary until Mon 09:00."
        " Unless somebody acknowledges, it goes on at 03:05:00 UTC."
    )


def test_low_urgency_says_that_nobody_else_is_called() -> None:
    told = replace(DECISION, state=RunState.TOLD, next_at=None)
    assert sentences.paged(CALL, told).endswith("Low urgency: told once, nobody else is called.")


def test_a_climb_says_why_and_how_late_it_is() -> None:
    because = replace(DECISION, label="step 2 of 2", reason="nobody acknowledged within 5 minutes")
    assert sentences.climbs(because, None, T0) == (
        "Escalation goes on with step 2 of 2: nobody acknowledged within 5 minutes."
    )
    late = sentences.climbs(because, timedelta(minutes=4), T0)
    assert late.endswith("This was due at 03:00:00 UTC and goes 4 minutes late.")


def test_the_end_of_the_ladder_says_whether_anybody_was_called() -> None:
    nobody = replace(DECISION, calls=(), reason="nobody acknowledged")
    assert sentences.exhausted(DECISION).startswith("This is the end of the ladder")
    assert sentences.exhausted(nobody) == "Nobody is left on the ladder to be called."
    assert sentences.climbs(nobody, None, T0) == "Escalation is at its end: nobody acknowledged."


def test_the_beginning_says_by_which_policy_and_what_is_out_of_the_ordinary() -> None:
    assert "No escalation policy is known" in sentences.started(None, "the incident is new")
    begins = "Escalation by policy payments begins: the incident is new."
    assert sentences.started("payments", "the incident is new") == begins
    assert sentences.started("payments", "the incident is new", "it is night") == f"{begins} It is night."


def test_who_is_not_called_and_which_step_reached_nobody() -> None:
    assert sentences.not_paged(LeftOut("bob", "is disabled")) == "bob is not paged: bob is disabled."
    skipped = Skipped(position=Position(0, 0), label="step 1 of 2", why="nobody is on call in primary")
    assert sentences.reached_nobody(skipped) == "Step 1 of 2 reaches nobody: nobody is on call in primary."


def test_names_are_joined_as_people_do() -> None:
    assert sentences.told([ALICE.name, BOB.name], "that it is over") == "alice and bob are told that it is over."
    assert sentences.administrators_told(["alice"]) == "Administrator alice is told instead."
    assert "No administrator can be reached either" in sentences.administrators_told([])


def test_an_answer_says_how_soon_it_came() -> None:
    assert sentences.acknowledged("@bob", timedelta(minutes=2), T0) == (
        "Escalation stops for everyone: @bob has answered, 2 minutes after the first page."
    )
