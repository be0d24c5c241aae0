"""ROL-3: what the brief of a hand-off tells, from the record itself."""

from datetime import timedelta

from tests.rules.room.examples import facts, holds, mitigation, task, wrote
from tocsin.incidents.roles import Holding, HoldingState, RoleName
from tocsin.incidents.task_model import TaskState
from tocsin.mitigation.model import Result
from tocsin.room.brief import brief, brief_text

AVAILABLE = Holding(role=RoleName.COMMANDER, user="carol", since=facts().counted_from, state=HoldingState.AVAILABLE)


def test_it_tells_what_somebody_must_know_who_takes_over() -> None:
    told = brief(
        facts(
            incident={"impact": "Nobody can pay", "users_affected": "35%"},
            holdings=(holds("alice"), holds("bob", RoleName.TECH_LEAD), AVAILABLE),
            mitigations=(
                mitigation(5, "restart the cache", ended=8, result=Result.NO_EFFECT),
                mitigation(10, "roll back v2"),
            ),
            written=(
                wrote(6, "who knows the broker?", type="question"),
                wrote(7, "is it the cache?", type="question"),
                wrote(8, "erin does", by="erin", type="answer"),
                wrote(9, "we roll back", by="alice", type="decision"),
            ),
            tasks=(task("call the vendor", TaskState.BLOCKED, "erin"), task("done before", TaskState.DONE)),
        )
    )
    assert told.status == "SEV-1, investigating since 03:02 UTC."
    assert told.impact == "Nobody can pay. Users affected: 35%. Service: checkout."
    assert told.tried == ("restart the cache: had no effect, by @bob.", "roll back v2: under way, by @bob.")
    assert told.strategy == "Under way: roll back v2."
    assert told.people == ("Commander: alice.", "Tech lead: bob.", "Available: carol.")
    assert told.questions == ("bob asks: is it the cache?",)
    assert told.decisions == ("alice: we roll back",)
    assert told.tasks == ("call the vendor (erin, blocked)",)


def test_without_a_mitigation_the_last_decision_is_the_strategy() -> None:
    decided = (wrote(3, "we wait", type="decision"), wrote(9, "we fail over to Frankfurt", type="decision"))
    assert brief(facts(written=decided)).strategy == "we fail over to Frankfurt."
    helped = mitigation(5, ended=6, result=Result.HELPED)
    assert brief(facts(mitigations=(helped,))).strategy == "See whether it stays well after: roll back v2."
    assert brief(facts()).strategy == "None is written down: ask before you take over."


def test_what_is_due_is_handed_over_with_the_rest() -> None:
    due = facts().counted_from + timedelta(minutes=30)
    told = brief(facts(next_update_at=due, incident={"eta": due + timedelta(hours=1)}))
    assert told.status == "SEV-1, investigating since 03:02 UTC. Next update due at 03:30 UTC. ETA 04:30 UTC."


def test_as_text_what_is_not_there_is_left_out() -> None:
    assert brief_text(brief(facts())).split("\n") == [
        "INC-7 Checkout fails",
        "SEV-1, investigating since 03:02 UTC.",
        "Impact: Nobody has said what users see. Service: checkout.",
        "Strategy: None is written down: ask before you take over.",
    ]
    whole = brief_text(brief(facts(mitigations=(mitigation(5, ended=6, result=Result.HELPED),))))
    assert "Tried:\n- roll back v2: helped, by @bob." in whole
