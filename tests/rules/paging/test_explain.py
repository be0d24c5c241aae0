"""The story that `explain` tells, from stored facts: the present state, what follows, and how each page travelled."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.rules.incidents.examples import T0, incident
from tests.rules.paging.test_escalation import LADDER
from tocsin.delivery.model import Delivery, DeliveryState, MessageView, Purpose, Urgency
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.ledger import LedgerEntry
from tocsin.kernel.outbound import FailureReason
from tocsin.paging.explain import tell_story
from tocsin.paging.model import Page, PageState, Policy, Run, RunState, Story

MINUTE = timedelta(minutes=1)


def run(state: RunState = RunState.RUNNING, *, round: int = 0, step: int = 0, next_at: datetime | None = None) -> Run:
    return Run(
        id=3,
        incident_id=42,
        policy_version_id=1,
        state=state,
        urgency=Urgency.HIGH,
        round=round,
        step=step,
        armed=1,
        next_at=next_at,
        started_at=T0,
        ended_at=None,
        reason="the incident is new",
    )


PAGE = Page(
    id=17,
    run_id=3,
    incident_id=42,
    user_id=1,
    user_name="alice",
    round=0,
    step=0,
    target="schedule:primary",
    reason="on call in primary",
    urgency=Urgency.HIGH,
    state=PageState.OPEN,
    created_at=T0,
    ended_at=None,
)


def delivery(state: DeliveryState, **changes: Any) -> Delivery:
    known: dict[str, Any] = {
        "id": UUID(int=1),
        "notification_id": UUID(int=2),
        "position": 0,
        "user_id": 1,
        "user_name": "alice",
        "contact_id": None,
        "kind": "email",
        "address": "alice@example.com",
        "topic": "incident/42",
        "scope_id": 1,
        "cause": "page/17",
        "purpose": Purpose.PAGE,
        "urgency": Urgency.HIGH,
        "prio": 0,
        "message": MessageView(title="Checkout fails"),
        "chain": "",
        "state": state,
        "attempts": 1,
        "requested_at": T0,
        "due_at": T0,
        "sent_at": T0 + timedelta(seconds=2) if state is DeliveryState.SENT else None,
        "answer": "250 queued",
    }
    return Delivery(**known | changes)


def story(of: Incident | None = None, at: Run | None = None, policy: Policy | None = LADDER, **facts: Any) -> Story:
    known: dict[str, Any] = {"pages": [PAGE], "deliveries": [], "entries": [], "now": T0 + MINUTE}
    return tell_story(of or incident(), at, policy, **known | facts)


def test_while_it_climbs_the_story_says_for_how_long_and_who_is_next() -> None:
    told = story(at=run(next_at=T0 + 5 * MINUTE))
    assert told.now == "INC-7 has waited 1 minute for an answer; called so far: alice."
    assert told.next == "At 03:05:00 UTC step 2 of 2 is called: the one on call in secondary and carol."


def test_a_ladder_without_a_last_resort_ends_with_the_administrators() -> None:
    short = Policy("short", LADDER.steps[:1])
    told = story(at=run(next_at=T0 + 5 * MINUTE), policy=short)
    assert told.next == "At 03:05:00 UTC the ladder is at its end and the administrators are told."


@pytest.mark.parametrize(
    ("state", "status", "now", "follows"),
    [
        (RunState.ACKNOWLEDGED, Status.ACKNOWLEDGED, "has acknowledged INC-7", "Whoever has acknowledged"),
        (RunState.TOLD, Status.TRIGGERED, "low urgency", "tocsin ack INC-7"),
        (RunState.EXHAUSTED, Status.TRIGGERED, "Nobody has answered", "tocsin ack INC-7"),
        (RunState.STOPPED, Status.MONITORING, "has stopped", "resolves by itself"),
        (RunState.STOPPED, Status.RESOLVED, "INC-7 is resolved", "it is over"),
    ],
)
def test_each_end_of_a_run_has_its_sentences(state: RunState, status: Status, now: str, follows: str) -> None:
    told = story(incident(status=status), run(state))
    assert now in told.now
    assert follows in told.next


def test_before_any_run_the_story_says_that_none_has_begun() -> None:
    assert "no escalation has begun" in story(policy=None, pages=[]).now


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (delivery(DeliveryState.SENT), "e-mail to alice@example.com: sent 03:00:02 UTC (250 queued)"),
        (
            delivery(DeliveryState.FAILED, attempts=3, answer="HTTP 500"),
            "e-mail to alice@example.com: failed after 3 attempts (HTTP 500)",
        ),
        (
            delivery(DeliveryState.SUPERSEDED, superseded="@bob has acknowledged", answer=""),
            "e-mail to alice@example.com: not sent any more (@bob has acknowledged)",
        ),
        (
            delivery(
                DeliveryState.FAILED, taken_at=T0, ended_at=T0 + timedelta(seconds=70), answer="it came back: 550"
            ),
            "e-mail to alice@example.com: taken, and did not arrive, as was said 03:01:10 UTC (it came back: 550)",
        ),
        (
            delivery(DeliveryState.FAILED, taken_at=T0, ended_at=T0, answer="busy", reason=FailureReason.NO_ANSWER),
            "e-mail to alice@example.com: not answered, as was said 03:00:00 UTC (busy)",
        ),
        (
            delivery(DeliveryState.FAILED, attempts=0, answer="0.50 EUR today", reason=FailureReason.COST_CAP),
            "e-mail to alice@example.com: not sent (0.50 EUR today)",
        ),
        (
            delivery(DeliveryState.FAILED, attempts=1, answer="HTTP 401", reason=FailureReason.AUTHENTICATION),
            "e-mail to alice@example.com: refused after 1 attempt (HTTP 401)",
        ),
        (
            delivery(DeliveryState.TAKEN, taken_at=T0 + timedelta(seconds=3), answer="queued"),
            "e-mail to alice@example.com: taken by the provider 03:00:03 UTC, not known to have arrived (queued)",
        ),
        (delivery(DeliveryState.WAITING, answer=""), "e-mail to alice@example.com: due 03:00:00 UTC"),
    ],
)
def test_each_page_tells_how_it_travelled(sent: Delivery, words: str) -> None:
    entry = LedgerEntry(1, T0, "PersonPaged", "incident/42", 1, "tocsin", "alice is paged.", {"page_id": 17})
    told = story(at=run(next_at=T0 + MINUTE), deliveries=[sent], entries=[entry])
    assert told.lines[0].details == (words,)
    assert told.calls[0].label == "step 1 of 2"
    assert told.calls[0].sends[0].state == sent.state
