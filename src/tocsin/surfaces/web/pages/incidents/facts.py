"""The head of a room: what is wrong, how bad, since when, how it stands, and where it may go next."""

from datetime import datetime

import msgspec

from tocsin.accounts.model import Permission, Viewer
from tocsin.catalog.severity import Profile
from tocsin.delivery.model import Urgency
from tocsin.incidents.classifying import find_level
from tocsin.incidents.closing import lacks_postmortem
from tocsin.incidents.model import LEGAL_MOVES, Incident, Status
from tocsin.kernel.ids import incident_ref
from tocsin.paging.model import RunState, Story
from tocsin.surfaces.web.incident_lines import LevelView, incident_path, lasted, level_view, needs_answer
from tocsin.surfaces.web.pages.incidents.details_part import cause_choices

_MEANINGS = {
    Status.ACKNOWLEDGED: "somebody has it",
    Status.INVESTIGATING: "looking for the cause",
    Status.IDENTIFIED: "the cause is known",
    Status.MONITORING: "mitigated, being watched",
    Status.RESOLVED: "it is over",
    Status.CLOSED: "follow-ups are done, too",
}


class MoveView(msgspec.Struct, frozen=True):
    """A status that the incident may take next, and what it means."""

    status: str
    meaning: str


class FactsView(msgspec.Struct, frozen=True, kw_only=True):
    """The head of the room. `is_loud`: a person is needed now; `needs_answer`: nobody has taken it yet."""

    ref: str
    path: str
    title: str
    level: LevelView | None
    status: str
    is_private: bool
    summary: str
    reason: str
    urgency: str
    policy: str
    impact: str
    cause: str
    causes: tuple[tuple[str, str], ...]
    users_affected: str
    services: tuple[str, ...]
    is_open: bool
    needs_answer: bool
    is_loud: bool
    may_respond: bool
    lacks_postmortem: bool
    declared_at: datetime
    instants: tuple[tuple[str, datetime], ...]
    lasted: str
    now_words: str
    next_words: str
    next_at: datetime | None


def facts_view(incident: Incident, story: Story, profile: Profile, viewer: Viewer) -> FactsView:
    # A relapse asks again although somebody had taken it once: then the run says so.
    asks = needs_answer(incident) or (incident.is_open and story.state is RunState.RUNNING)
    return FactsView(
        ref=incident_ref(incident.number),
        path=incident_path(incident.number),
        title=incident.title,
        level=level_view(profile, incident.severity),
        status=incident.status.value,
        is_private=incident.is_private,
        summary=incident.summary or "",
        reason=incident.reason,
        urgency=incident.urgency.value,
        policy=incident.policy or "",
        impact=incident.impact or "",
        cause=(incident.cause_category or "").replace("-", " "),
        causes=cause_choices(),
        users_affected=incident.users_affected or "",
        services=incident.services,
        is_open=incident.is_open,
        needs_answer=asks,
        is_loud=asks and incident.urgency is Urgency.HIGH,
        may_respond=viewer.may(Permission.RESPOND),
        lacks_postmortem=lacks_postmortem(incident, find_level(profile, incident.severity)),
        declared_at=incident.declared_at,
        instants=_instants(incident),
        lasted=lasted(incident),
        now_words=story.now,
        next_words=story.next,
        next_at=story.next_at,
    )


def _instants(incident: Incident) -> tuple[tuple[str, datetime], ...]:
    known = (
        ("Started", incident.started_at),
        ("Declared", incident.declared_at),
        ("Acknowledged", incident.acknowledged_at),
        ("Mitigated", incident.mitigated_at),
        ("Resolved", incident.resolved_at),
        ("Closed", incident.closed_at),
    )
    return tuple((words, at) for words, at in known if at is not None)


def moves(incident: Incident) -> tuple[MoveView, ...]:
    """What `Change status…` offers; resolving and acknowledging have buttons of their own."""
    own_button = {Status.RESOLVED, Status.ACKNOWLEDGED}
    return tuple(
        MoveView(
            move.value, "it is not over" if not incident.is_open and move is not Status.CLOSED else _MEANINGS[move]
        )
        for move in LEGAL_MOVES[incident.status]
        if move not in own_button
    )
