"""What a person reads at three in the morning says what is wrong, how bad, since when, why them, who else."""

from datetime import timedelta

import pytest

from tests.rules.incidents.examples import T0, incident
from tocsin.delivery.model import Line
from tocsin.incidents.model import Status
from tocsin.paging import messages
from tocsin.paging.model import Call, Decision, Person, Position, RunState

ALICE, BOB = Person(1, "alice"), Person(2, "bob")
CALL = Call(person=ALICE, target="schedule:primary", why="on call in primary until Mon 09:00")
DECISION = Decision(
    state=RunState.RUNNING,
    position=Position(0, 0),
    label="step 1 of 2",
    calls=(CALL, Call(person=BOB, target="user:bob", why="named by the policy")),
    left_out=(),
    skipped=(),
    next_at=T0 + timedelta(minutes=5),
    reason="the incident is new",
)


def test_a_page_answers_the_questions_of_somebody_just_woken() -> None:
    view = messages.page(incident(summary="35 % of requests fail", alerts=3), DECISION, CALL)
    assert (view.title, view.incident_ref, view.severity) == ("Checkout fails", "INC-7", "SEV-3")
    assert view.what == "35 % of requests fail."
    assert view.since == T0
    assert view.why_you == "Step 1 of 2: on call in primary until Mon 09:00."
    assert view.url == "/incidents/INC-7"
    assert view.can_acknowledge
    assert view.lines == (
        Line("Service", "checkout"),
        Line("Alerts", "3"),
        Line("Also paged", "bob"),
        Line("Why an incident", "Route 1 matched."),
        Line("If nobody answers", "the next step is called at 03:05 UTC"),
    )


def test_a_page_without_a_summary_says_why_it_is_an_incident() -> None:
    assert messages.page(incident(), DECISION, CALL).what == "Route 1 matched."


def test_a_page_of_a_relapse_says_so_first() -> None:
    view = messages.page(incident(), DECISION, CALL, again="Relapse, it fires again")
    assert view.what == "Relapse, it fires again. Route 1 matched."


def test_an_unclassified_incident_says_so() -> None:
    lines = messages.page(incident(severity=None), DECISION, CALL).lines
    assert any(line.label == "Severity" and "not set" in line.value for line in lines)


def test_what_asks_nothing_cannot_be_acknowledged() -> None:
    over = incident(status=Status.RESOLVED, resolved_at=T0 + timedelta(minutes=12))
    views = [messages.taken(over, "@bob"), messages.quiet(over, "calm")]
    assert not any(view.can_acknowledge for view in views)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 h 00 min"),
        (11_100, "3 h 05 min"),
        (86_400, "1 day 0 h"),
        (190_800, "2 days 5 h"),
    ],
)
def test_a_duration_is_as_exact_as_a_person_needs(seconds: int, words: str) -> None:
    assert messages.duration(T0, T0 + timedelta(seconds=seconds)) == words
