"""What the room offers its viewer to say to the pager (PAG-4, ALR-9): the moves that make sense for them now."""

from datetime import datetime

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, Viewer
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.oncall import service as oncall
from tocsin.paging.escalation import OFF_THE_LADDER
from tocsin.paging.model import BESIDE, PageState, RunState, Story
from tocsin.paging.moves import Move, Standing, list_moves

SNOOZES = ((30, "30 min"), (60, "1 hour"), (120, "2 hours"), (480, "8 hours"))
"""Minutes, and what the button says."""


class PagerView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_helper`: somebody else has it and asks this viewer for help. `asks_worth`: the viewer was called, and has not
    said whether there was something to do.
    """

    is_helper: bool
    can_decline: bool
    can_escalate: bool
    can_hand_over: bool
    snoozes: tuple[tuple[int, str], ...]
    asks_worth: bool

    @property
    def has_more(self) -> bool:
        return self.can_decline or self.can_escalate or self.can_hand_over or bool(self.snoozes)


def pager_view(incident: Incident, story: Story, viewer: Viewer) -> PagerView:
    own = [call for call in story.calls if call.who == viewer.name]
    is_called = any(call.state is PageState.OPEN for call in own)
    is_asked = any(call.state is PageState.OPEN and call.label == OFF_THE_LADDER[BESIDE] for call in own)
    moves = list_moves(
        Standing(
            ref=incident_ref(incident.number),
            status=incident.status,
            is_open=incident.is_open,
            state=story.state,
            holder=incident.acknowledged_by,
            is_called=is_called,
        )
    )
    return PagerView(
        is_helper=is_asked and incident.is_open and story.state is RunState.ACKNOWLEDGED,
        can_decline=Move.DECLINE in moves,
        can_escalate=Move.ESCALATE in moves,
        can_hand_over=Move.REASSIGN in moves,
        snoozes=SNOOZES if Move.SNOOZE in moves else (),
        asks_worth=any(call.actionable is None and call.state is not PageState.OPEN for call in own),
    )


async def list_takers(conn: Conn, now: datetime) -> tuple[str, ...]:
    """To whom something can be handed: people who may respond, then schedules, as `reassign` reads them."""
    schedules = [f"schedule:{schedule.name}" for schedule in await oncall.list_schedules(conn, now)]
    return (*await list_responders(conn), *schedules)


async def list_responders(conn: Conn) -> tuple[str, ...]:
    """The names of those who may act on incidents."""
    return tuple(
        user.name for user in await accounts.list_users(conn) if not user.is_disabled and user.role != Role.VIEWER
    )
