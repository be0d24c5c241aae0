"""What a responder may do with the paging of an incident, as it stands (PAG-4). Pure.

The very same rule refuses a command and decides which buttons a page offers.
"""

from enum import StrEnum

from msgspec import Struct

from tocsin.kernel.errors import Refused
from tocsin.paging.model import RunState


class Move(StrEnum):
    """By the names of the command line."""

    ACKNOWLEDGE = "ack"
    DECLINE = "decline"
    ESCALATE = "escalate"
    SNOOZE = "snooze"
    REASSIGN = "reassign"
    ADD_RESPONDER = "add-responder"
    RESOLVE = "resolve"


class Standing(Struct, frozen=True, kw_only=True):
    """How things stand for one person. `state` is the latest run's, None: none has begun; `holder` an actor.

    `is_called`: a page of this person waits for their answer.
    """

    ref: str
    status: str
    is_open: bool
    state: RunState | None
    holder: str | None
    is_called: bool


CLIMBS = frozenset({RunState.RUNNING, RunState.ACKNOWLEDGED, RunState.TOLD})
"""From where the ladder has a next step: also from what somebody has taken, and what was told once only."""


def list_moves(standing: Standing) -> tuple[Move, ...]:
    """What this person may do now."""
    return tuple(move for move in Move if not why_not(move, standing))


def check_move(move: Move, standing: Standing) -> None:
    """Raises Refused that says why not, and names what is allowed."""
    why = why_not(move, standing)
    if not why:
        return
    if not standing.is_open:
        raise Refused(why, f"If it is not over: tocsin reopen {standing.ref} --why TEXT.")
    raise Refused(why, f"Allowed now: {', '.join(list_moves(standing))}.")


def why_not(move: Move, standing: Standing) -> str:
    """Why the move makes no sense now, empty when it does."""
    if not standing.is_open:
        return f"{standing.ref} is {standing.status}: nobody is called for it."
    match move:
        case Move.DECLINE:
            return _why_not_decline(standing)
        case Move.ESCALATE:
            return _why_not_escalate(standing)
        case Move.REASSIGN | Move.ADD_RESPONDER:
            return "" if standing.state else f"No escalation of {standing.ref} has begun."
        case Move.ACKNOWLEDGE | Move.SNOOZE | Move.RESOLVE:
            return ""


def _why_not_decline(standing: Standing) -> str:
    if standing.is_called:
        return ""
    if standing.state is RunState.ACKNOWLEDGED:
        return f"{standing.holder or 'Somebody'} has taken {standing.ref}: there is nothing to decline."
    return f"You are not being called for {standing.ref}: there is nothing to decline."


def _why_not_escalate(standing: Standing) -> str:
    if standing.state in CLIMBS:
        return ""
    if standing.state is RunState.EXHAUSTED:
        return f"The ladder of {standing.ref} is at its end: there is no next step."
    return f"No escalation of {standing.ref} is running."
