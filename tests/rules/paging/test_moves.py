"""What is legal for the paging of an incident, as it stands; a refusal says why and names what is allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.incidents.model import OPEN_STATUSES, Status
from tocsin.kernel.errors import Refused
from tocsin.paging.model import RunState
from tocsin.paging.moves import Move, Standing, check_move, list_moves, why_not


def standing(
    state: RunState | None, *, called: bool = False, status: Status = Status.TRIGGERED, holder: str | None = None
) -> Standing:
    return Standing(
        ref="INC-1",
        status=status,
        is_open=status in OPEN_STATUSES,
        state=state,
        holder=holder,
        is_called=called,
    )


@pytest.mark.parametrize(
    ("now", "move", "why"),
    [
        (standing(RunState.RUNNING, called=True), Move.DECLINE, ""),
        (standing(RunState.EXHAUSTED, called=True), Move.DECLINE, ""),
        (standing(RunState.RUNNING), Move.DECLINE, "You are not being called for INC-1"),
        (standing(RunState.ACKNOWLEDGED, holder="@bob"), Move.DECLINE, "@bob has taken INC-1"),
        (standing(RunState.RUNNING), Move.ESCALATE, ""),
        (standing(RunState.ACKNOWLEDGED), Move.ESCALATE, ""),
        (standing(RunState.TOLD), Move.ESCALATE, ""),
        (standing(RunState.EXHAUSTED), Move.ESCALATE, "at its end"),
        (standing(RunState.STOPPED), Move.ESCALATE, "No escalation of INC-1 is running"),
        (standing(None), Move.ESCALATE, "No escalation of INC-1 is running"),
        (standing(RunState.STOPPED), Move.ACKNOWLEDGE, ""),
        (standing(RunState.STOPPED, status=Status.RESOLVED), Move.RESOLVE, "INC-1 is resolved"),
    ],
)
def test_what_makes_sense_now(now: Standing, move: Move, why: str) -> None:
    assert why in why_not(move, now)
    assert bool(why_not(move, now)) is bool(why)
    assert (move in list_moves(now)) is not bool(why)


@given(
    st.sampled_from(Move),
    st.builds(
        standing,
        st.sampled_from([None, *RunState]),
        called=st.booleans(),
        status=st.sampled_from(Status),
        holder=st.sampled_from([None, "@bob"]),
    ),
)
def test_a_refusal_names_what_is_allowed_and_only_that(move: Move, now: Standing) -> None:
    if move in list_moves(now):
        check_move(move, now)
        return
    with pytest.raises(Refused) as refused:
        check_move(move, now)
    allowed = f"Allowed now: {', '.join(list_moves(now))}." if now.is_open else "If it is not over: tocsin reopen INC-1"
    assert refused.value.remedy.startswith(allowed)


def test_nothing_is_allowed_when_it_is_over() -> None:
    assert list_moves(standing(RunState.STOPPED, called=True, status=Status.CLOSED)) == ()
