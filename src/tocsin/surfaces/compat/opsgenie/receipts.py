"""The id by which a client asks what became of its request: it carries the answer, so that no node has to keep it.

A UUID of version 8 (RFC 9562): the alert's number, what was asked for, whether it was done, and when. Whoever asks is
told only about alerts of their own integration, so a made-up id tells nothing.
"""

import secrets
from datetime import UTC, datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

ACTIONS = (
    "Create",
    "Close",
    "Acknowledge",
    "AddNote",
    "UpdateMessage",
    "UpdateDescription",
    "Delete",
    "Unacknowledge",
    "Snooze",
    "Assign",
    "Escalate",
    "AddTags",
    "AddDetails",
    "AddResponder",
    "ExecuteCustomAction",
    "UpdatePriority",
    "RemoveTags",
    "RemoveDetails",
)
"""In Opsgenie's words. Their places are in ids that clients hold: add at the end only."""

_VERSION, _VARIANT = 8, 0b10


class Outcome(IntEnum):
    """What came of a request. Their numbers are in ids that clients hold."""

    NOT_DONE = 0
    DONE = 1
    NO_INCIDENT = 2
    """Nobody is called for the alert, so that there is nothing to do it to."""


class Receipt(NamedTuple):
    """`alert_id` 0: there was no such alert. `at` to the millisecond."""

    action: str
    outcome: Outcome
    alert_id: int
    at: datetime


def encode(receipt: Receipt) -> str:
    milliseconds = int(receipt.at.timestamp() * 1000)
    low = (milliseconds << 20) | secrets.randbits(20)
    middle = (ACTIONS.index(receipt.action) << 4) | receipt.outcome
    return str(UUID(int=(receipt.alert_id << 80) | (_VERSION << 76) | (middle << 64) | (_VARIANT << 62) | low))


def decode(text: str) -> Receipt | None:
    """None for what we did not give out."""
    try:
        number = UUID(text).int
    except ValueError:
        return None
    action, outcome = (number >> 68) & 0xFF, (number >> 64) & 0xF
    if (number >> 76) & 0xF != _VERSION or (number >> 62) & 0b11 != _VARIANT or action >= len(ACTIONS):
        return None
    if outcome >= len(Outcome):
        return None
    milliseconds = (number >> 20) & ((1 << 42) - 1)
    return Receipt(ACTIONS[action], Outcome(outcome), number >> 80, datetime.fromtimestamp(milliseconds / 1000, UTC))
