"""What is wrong with the way it is worked on, at the head of the room, each with the button that mends it (GRD-1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from tocsin.incidents import findings
from tocsin.kernel.db import Conn
from tocsin.room.model import Rule
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class Button(NamedTuple):
    """`sheet` is the id of what it opens."""

    words: str
    sheet: str


BUTTONS: Mapping[str, Button] = {
    Rule.SEVERITY_NOT_SET: Button("Set it…", "grade"),
    Rule.NOBODY_COMMANDS: Button("Name a commander…", "assign"),
    Rule.SECOND_ROLE: Button("Give it to somebody else…", "assign"),
    Rule.COMMANDER_MITIGATES: Button("Name a tech lead…", "assign"),
    Rule.COMMANDER_WRITES: Button("Name a communications lead…", "assign"),
    Rule.NO_LAST_WORD: Button("Post it…", "update"),
    Rule.ESCALATION_NOT_DONE: Button("Call them…", "pager"),
    Rule.RESOLVED_EARLY: Button("Reopen…", "move"),
}
"""For a rule that a sheet of the room mends; the others say in words what does."""


SAID_BESIDE = frozenset({Rule.UPDATE_OVERDUE, Rule.ETA_PASSED, Rule.STAGE_OVERDUE})
"""What parts of the head say themselves as soon as it is so."""


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """`remedy` is empty where there is a button; the times in its words are UTC, as of `at`."""

    id: int
    at: datetime
    text: str
    remedy: str
    button: Button | None


class FindingsView(msgspec.Struct, frozen=True):
    """What still holds, oldest first."""

    findings: tuple[FindingView, ...]


async def load(conn: Conn, room: RoomContext) -> FindingsView | None:
    """None: nothing is wrong."""
    found = (await findings.list_open_findings(conn, [room.incident.id])).get(room.incident.id, ())
    held = [each for each in found if each.rule not in SAID_BESIDE]
    if not held:
        return None
    return FindingsView(
        tuple(
            FindingView(
                id=each.id,
                at=each.raised_at,
                text=each.text,
                remedy="" if room.may_respond and each.rule in BUTTONS else each.remedy,
                button=BUTTONS.get(each.rule) if room.may_respond else None,
            )
            for each in held
        )
    )
