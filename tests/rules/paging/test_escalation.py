"""The ladder as tables and as properties: who is called, by which rung, when the next goes, and what is said."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.delivery.model import Urgency
from tocsin.kernel.errors import Invalid
from tocsin.paging.escalation import Answers, first_step, following, is_due, label_of, lateness, next_step, rungs
from tocsin.paging.model import (
    Answer,
    Decision,
    LeftOut,
    Person,
    Policy,
    Position,
    RunState,
    Step,
    Target,
    TargetKind,
    parse_target,
)

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
FIVE, TEN = timedelta(minutes=5), timedelta(minutes=10)
ALICE, BOB, CAROL = Person(1, "alice"), Person(2, "bob"), Person(3, "carol")
PRIMARY, SECONDARY = parse_target("schedule:primary"), parse_target("schedule:secondary")
LEAD, TEAM = parse_target("user:carol"), parse_target("team:payments")
LADDER = Policy("payments", (Step((PRIMARY,), FIVE), Step((SECONDARY, LEAD), TEN)), repeat=1, last_resort=(TEAM,))


def answers(**people: tuple[Person, ...]) -> Answers:
    """What each of the ladder's targets means now; a keyword replaces one (`primary=()`: nobody on call)."""
    known = {"primary": (ALICE,), "secondary": (BOB,), "carol": (CAROL,), "payments": (ALICE, BOB, CAROL)} | people
    return {
        target: Answer(target=target, people=known[target.name], why=_why(target, known[target.name]))
        for target in LADDER.targets()
    }


def _why(target: Target, people: tuple[Person, ...]) -> str:
    return f"on call in {target.name}" if people else f"nobody is on call in {target.name}"


def called(decision: Decision) -> list[str]:
    return [call.person.name for call in decision.calls]


def climb(policy: Policy, known: Answers, urgency: Urgency = Urgency.HIGH) -> list[tuple[str, list[str], datetime]]:
    """The whole ladder when nobody answers: (label, names, instant) of each rung that calls."""
    now, story = NOW, []
    decision = first_step(policy, urgency, known, now, "new")
    while True:
        if decision.calls:
            story.append((decision.label, called(decision), now))
        if decision.next_at is None:
            return story
        now = decision.next_at
        decision = next_step(policy, decision.position, urgency, known, now, "nobody acknowledged")


def test_a_ladder_nobody_answers_to() -> None:
    minute = timedelta(minutes=1)
    assert climb(LADDER, answers()) == [
        ("step 1 of 2", ["alice"], NOW),
        ("step 2 of 2", ["bob", "carol"], NOW + 5 * minute),
        ("step 1 of 2 (round 2)", ["alice"], NOW + 15 * minute),
        ("step 2 of 2 (round 2)", ["bob", "carol"], NOW + 20 * minute),
        ("the last resort", ["alice", "bob", "carol"], NOW + 30 * minute),
    ]


def test_the_last_resort_ends_the_ladder() -> None:
    last = next_step(LADDER, Position(1, 1), Urgency.HIGH, answers(), NOW, "nobody acknowledged")
    assert (last.state, last.next_at) == (RunState.EXHAUSTED, None)
    assert called(last) == ["alice", "bob", "carol"]


def test_without_a_last_resort_the_last_wait_still_counts() -> None:
    policy = Policy("short", LADDER.steps[:1])
    first = first_step(policy, Urgency.HIGH, answers(), NOW, "new")
    assert first.next_at == NOW + FIVE
    end = next_step(policy, first.position, Urgency.HIGH, answers(), NOW + FIVE, "nobody acknowledged")
    assert (end.state, end.calls, end.next_at) == (RunState.EXHAUSTED, (), None)


def test_a_rung_that_reaches_nobody_is_passed_at_once_and_named() -> None:
    decision = first_step(LADDER, Urgency.HIGH, answers(primary=()), NOW, "new")
    assert called(decision) == ["bob", "carol"]
    assert [(s.label, s.why) for s in decision.skipped] == [("step 1 of 2", "nobody is on call in primary")]
    assert decision.next_at == NOW + TEN


def test_an_empty_ladder_falls_to_the_last_resort_and_names_each_step_once() -> None:
    decision = first_step(LADDER, Urgency.HIGH, answers(primary=(), secondary=(), carol=()), NOW, "new")
    assert decision.label == "the last resort"
    assert [s.label for s in decision.skipped] == ["step 1 of 2", "step 2 of 2"]
    assert decision.state is RunState.EXHAUSTED


def test_nobody_at_all_is_exhausted_with_the_reasons() -> None:
    nobody = answers(primary=(), secondary=(), carol=(), payments=())
    decision = first_step(LADDER, Urgency.HIGH, nobody, NOW, "new")
    assert (decision.state, decision.calls) == (RunState.EXHAUSTED, ())
    assert len(decision.skipped) == 3


def test_low_urgency_is_told_once_and_does_not_climb() -> None:
    decision = first_step(LADDER, Urgency.LOW, answers(primary=()), NOW, "new")
    assert (decision.state, decision.next_at) == (RunState.TOLD, None)
    assert called(decision) == ["bob", "carol"]


def test_somebody_named_twice_is_called_once_by_the_first_name() -> None:
    decision = next_step(LADDER, Position(0, 0), Urgency.HIGH, answers(secondary=(CAROL,)), NOW, "new")
    assert [(c.person.name, c.target) for c in decision.calls] == [("carol", "schedule:secondary")]


def test_who_is_left_out_is_said_with_the_reason() -> None:
    known = dict(answers())
    known[PRIMARY] = Answer(target=PRIMARY, people=(), why="on call", left_out=(LeftOut("alice", "is disabled"),))
    decision = first_step(LADDER, Urgency.HIGH, known, NOW, "new")
    assert decision.left_out == (LeftOut("alice", "is disabled"),)
    assert decision.skipped[0].why == "alice is disabled"


def test_the_place_after_each_rung_is_the_ladders_order() -> None:
    places = [rung.position for rung in rungs(LADDER)]
    assert places == sorted(places)
    assert [following(LADDER, place) for place in places[:-1]] == places[1:]


def test_a_timer_goes_when_due_and_says_when_late() -> None:
    assert is_due(NOW, NOW)
    assert not is_due(NOW + FIVE, NOW)
    assert not is_due(None, NOW)
    assert lateness(NOW, NOW + timedelta(seconds=59)) is None
    assert lateness(NOW, NOW + FIVE) == FIVE


def test_the_round_is_named_from_the_second_on() -> None:
    assert label_of(LADDER, Position(0, 0)) == "step 1 of 2"
    assert label_of(LADDER, Position(1, 1)) == "step 2 of 2 (round 2)"


@pytest.mark.parametrize("text", ["bob", "user:", ":bob", "channel:ops", "pager:db", "", "User:bob"])
def test_what_is_no_target_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_target(text)
    assert "schedule:NAME" in refusal.value.remedy


PEOPLE = st.lists(st.builds(Person, st.integers(1, 4), st.sampled_from("abcd")), max_size=3).map(tuple)
TARGETS = st.builds(Target, st.sampled_from(TargetKind), st.sampled_from(["x", "y", "z"]))
STEPS = st.builds(
    Step,
    st.lists(TARGETS, min_size=1, max_size=3).map(tuple),
    st.integers(1, 90).map(lambda minutes: timedelta(minutes=minutes)),
)
POLICIES = st.builds(
    Policy,
    st.just("p"),
    st.lists(STEPS, min_size=1, max_size=4).map(tuple),
    repeat=st.integers(0, 3),
    last_resort=st.lists(TARGETS, max_size=2).map(tuple),
)


@given(POLICIES, st.data())
def test_every_climb_ends_in_order_and_calls_whoever_can_be_called(policy: Policy, data: st.DataObject) -> None:
    known = {t: Answer(target=t, people=data.draw(PEOPLE), why="why") for t in policy.targets()}
    story = climb(policy, known)
    assert len(story) <= len(policy.steps) * (policy.repeat + 1) + 1
    assert [at for _, _, at in story] == sorted(at for _, _, at in story)
    anybody = any(answer.people for answer in known.values())
    assert bool(story) == anybody
    rounds = policy.repeat + 1
    for index, step in enumerate(policy.steps):
        reached = any(known[t].people for t in step.notify)
        label = f"step {index + 1} of {len(policy.steps)}"
        assert sum(entry[0].startswith(label) for entry in story) == (rounds if reached else 0)


@given(POLICIES, st.data())
def test_low_urgency_never_arms_a_timer(policy: Policy, data: st.DataObject) -> None:
    known = {t: Answer(target=t, people=data.draw(PEOPLE), why="why") for t in policy.targets()}
    assert first_step(policy, Urgency.LOW, known, NOW, "new").next_at is None
