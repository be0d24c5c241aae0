"""Who was called for an incident, why, and how each message travelled."""

from datetime import datetime

import msgspec

from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.paging.explain import WAYS
from tocsin.paging.model import Called, PageState, Send, Story, TargetKind
from tocsin.surfaces.web.pages.incidents.slots import RoomContext

WORTH = {None: "", True: "something to do", False: "nothing to do"}
"""What was said about a page (ALR-9)."""


class SendView(msgspec.Struct, frozen=True):
    """One way a page travelled; `detail` is what the other side said, `tone` a class of the style sheet."""

    way: str
    at: datetime
    outcome: str
    detail: str
    tone: str


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One person who was called, why, and how."""

    id: int
    who: str
    at: datetime
    outcome: str
    worth: str
    why: str
    tone: str
    sends: tuple[SendView, ...]


class PagingView(msgspec.Struct, frozen=True):
    """`nobody` says how that is when `calls` is empty."""

    calls: tuple[CallView, ...]
    nobody: str


async def load(conn: Conn, room: RoomContext) -> PagingView:
    """From the story that the room has read already."""
    return PagingView(calls(room.story, room.incident), room.story.next or room.story.now)


def calls(story: Story, incident: Incident) -> tuple[CallView, ...]:
    return tuple(
        CallView(
            id=call.page_id,
            who=call.who,
            at=call.at,
            outcome=outcome_words(call, incident),
            worth=WORTH[call.actionable],
            why=why_called(call),
            tone="amber" if call.state is PageState.UNREACHED else "soft",
            sends=tuple(_send(send) for send in call.sends),
        )
        for call in story.calls
    )


def outcome_words(call: Called, incident: Incident) -> str:
    """In a word or two; "alice took it" for those whom somebody else's answer spared."""
    if call.state is not PageState.ACKNOWLEDGED:
        return call.outcome
    taker = (incident.acknowledged_by or "").removeprefix("@")
    return "acknowledged" if taker == call.who else f"{taker or 'somebody else'} took it"


def why_called(call: Called) -> str:
    """ "Step 1 of 2 calls schedule:payments-primary: on call …"; a round-robin has no name that anybody chose."""
    label = f"{call.label[:1].upper()}{call.label[1:]}"
    if call.target.startswith(TargetKind.ROUND_ROBIN):
        return f"{label}: {call.why}"
    return f"{label} calls {call.target}: {call.why}"


def _send(send: Send) -> SendView:
    tone = "amber" if send.state == "failed" else "soft"
    way = f"{WAYS.get(send.kind, send.kind)} to {send.address}"
    return SendView(way, send.at, send.words, send.detail, tone)
