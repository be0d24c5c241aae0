"""ROL-4 as tables: roll back, escalate, resolve – each answer with its reasons and with what is not known."""

from typing import Any

import pytest

from tests.rules.room.examples import after, facts, holds, mitigation, task, wrote
from tocsin.catalog.facts import Facts
from tocsin.incidents.model import DetectionSource, Status
from tocsin.incidents.roles import RoleName
from tocsin.incidents.task_model import TaskState
from tocsin.room.aid import Answer, advise, escalate, resolve, roll_back
from tocsin.room.model import RoomFacts
from tocsin.verification.model import CheckState, State

DEPLOYED = wrote(4, "v2.3 was deployed at 02:50")
KNOWN_CAUSE = {"incident": {"identified_at": after(10)}}


@pytest.mark.parametrize(
    ("known", "minutes", "answer", "reason"),
    [
        ({"written": (DEPLOYED,)}, 5, Answer.YES, "bob wrote “v2.3 was deployed at 02:50”"),
        ({"incident": {"source": DetectionSource.DEPLOYMENT}}, 3, Answer.YES, "right at a deployment"),
        ({}, 10, Answer.NOT_YET, "until 15 minutes are over"),
        ({}, 17, Answer.YES, "undo the last change"),
        (KNOWN_CAUSE, 30, Answer.NO, "The cause is known"),
        ({"mitigations": (mitigation(5, strategy="rollback"),), "written": (DEPLOYED,)}, 30, Answer.NO, "already"),
        ({"status": Status.MONITORING}, 30, Answer.NO, "Nobody has to act"),
    ],
)
def test_roll_back(known: dict[str, Any], minutes: float, answer: Answer, reason: str) -> None:
    advice = roll_back(facts(**known), after(minutes))
    assert (advice.answer, reason in advice.reasons[0]) == (answer, True), advice


def test_roll_back_says_what_nobody_has_written() -> None:
    assert "deployed or changed in the 2 hours before" in roll_back(facts(), after(5)).lacks[0]
    assert roll_back(facts(written=(DEPLOYED,)), after(5)).lacks == ()


QUESTION = wrote(8, "does anybody know the broker?", type="question")
CALM = {"known": Facts(breach=False, data_loss_risk="none", service_status="slow", getting_worse=False)}


@pytest.mark.parametrize(
    ("known", "minutes", "reason"),
    [
        ({"known": Facts(breach=True)}, 3, "A breach is suspected: page security"),
        ({"known": Facts(data_loss_risk="high")}, 3, "Data may be lost"),
        ({"known": Facts(data_corruption=True)}, 3, "Data may be lost"),
        ({"known": Facts(service_status="down")}, 3, "It is a complete outage"),
        ({"known": Facts(getting_worse=True)}, 3, "The impact grows"),
        ({}, 17, "No cause after 15 minutes: page a specialist"),
        (KNOWN_CAUSE, 30, "Not resolved in 30 minutes"),
        ({"incident": {"services": ("carts", "checkout")}}, 3, "Several services are hit, carts and checkout"),
        ({"tasks": (task("failover at the vendor", TaskState.BLOCKED),)}, 3, "the vendor gets a critical ticket"),
        ({"written": (QUESTION,)}, 9, "Nobody has answered “does anybody know the broker?”"),
    ],
)
def test_escalate(known: dict[str, Any], minutes: float, reason: str) -> None:
    advice = escalate(facts(**known), after(minutes))
    assert advice.answer is Answer.YES
    assert any(reason in each for each in advice.reasons), advice.reasons


@pytest.mark.parametrize(
    "known",
    [
        CALM,
        {"written": (QUESTION, wrote(9, "I do", type="answer"))},
        {"written": (QUESTION,), "holdings": (holds("erin", RoleName.EXPERT),)},
        {"tasks": (task("restart", TaskState.DONE),)},
    ],
    ids=["nothing grave", "answered", "an expert is there", "nothing blocked"],
)
def test_there_is_no_need_to_escalate_yet(known: dict[str, Any]) -> None:
    assert escalate(facts(**known), after(9)).answer is Answer.NOT_YET


def test_escalate_names_the_facts_that_it_hangs_on_and_nobody_knows() -> None:
    assert len(escalate(facts(), after(3)).lacks) == 4
    assert escalate(facts(**CALM), after(3)).lacks == ()
    assert escalate(facts(status=Status.RESOLVED), after(3)).answer is Answer.NO


def check(state: State, detail: str = "") -> CheckState:
    return CheckState(name="errors", kind="http", service="checkout", state=state, detail=detail)


def mitigated(*checks: CheckState, severity: str | None = "SEV-1") -> RoomFacts:
    about = {"mitigated_at": after(20)}
    return facts(status=Status.MONITORING, severity=severity, incident=about, checks=checks)


@pytest.mark.parametrize(
    ("known", "minutes", "answer", "reason"),
    [
        (mitigated(check(State.PASSING)), 35, Answer.YES, "has been stable for 15 minutes"),
        (mitigated(check(State.PASSING)), 34, Answer.NOT_YET, "until 03:35 UTC, as a SEV-1 asks"),
        (mitigated(check(State.FAILING, "12 % of requests fail")), 60, Answer.NO, "checkout/errors: 12 % of requests"),
        (mitigated(check(State.TO_TICK)), 60, Answer.NO, "checkout/errors: to tick."),
        (mitigated(severity=None), 60, Answer.NO, "Its severity is not set"),
        (facts(), 60, Answer.NO, "It is not mitigated yet"),
        (facts(status=Status.RESOLVED), 60, Answer.NO, "It is resolved already"),
    ],
)
def test_resolve(known: RoomFacts, minutes: float, answer: Answer, reason: str) -> None:
    advice = resolve(known, after(minutes))
    assert (advice.answer, reason in advice.reasons[0]) == (answer, True), advice


def test_of_many_checks_the_first_are_named_and_the_rest_counted() -> None:
    reasons = resolve(mitigated(*[check(State.UNKNOWN)] * 8), after(60)).reasons
    assert (len(reasons), reasons[-1]) == (6, "3 more are not met.")


def test_every_advice_gives_a_reason_in_sentences() -> None:
    for status in Status:
        for advice in advise(facts(status=status), after(40)):
            assert advice.reasons
            assert all(each.endswith(".") for each in advice.reasons)
            assert not any(each.endswith(".") for each in advice.lacks)
