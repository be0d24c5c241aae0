"""What the room of an incident shows, gathered into one frozen view: its facts, who was called, its alerts."""

from datetime import datetime

import msgspec

from tocsin.accounts.model import Permission, Viewer
from tocsin.alerts import reading
from tocsin.alerts.model import Alert
from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Profile
from tocsin.delivery.model import Urgency
from tocsin.incidents import service as incidents
from tocsin.incidents.model import LEGAL_MOVES, Incident, Status
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.paging import service as paging
from tocsin.paging.explain import WAYS
from tocsin.paging.model import Called, PageState, RunState, Send, Story, TargetKind
from tocsin.surfaces.web.incident_lines import LevelView, incident_path, lasted, level_view, needs_answer
from tocsin.surfaces.web.pages.incidents.entries import EntryView, entry_view
from tocsin.surfaces.web.pages.paging.pager import PagerView, pager_view
from tocsin.surfaces.wire.incidents import EntryType
from tocsin.surfaces.wire.stream import position

ENTRY_TYPES = (
    EntryType.OBSERVATION,
    EntryType.ACTION,
    EntryType.DECISION,
    EntryType.QUESTION,
    EntryType.ANSWER,
)

MOST_ENTRIES = 500

WORTH = {None: "", True: "something to do", False: "nothing to do"}
"""What was said about a page (ALR-9)."""

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


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """One alert of the incident. `url` is http or https, else empty: a source may send anything."""

    id: int
    title: str
    summary: str
    source: str
    url: str
    started_at: datetime
    ended_at: datetime | None
    reason: str
    labels: tuple[tuple[str, str], ...]


class FactsView(msgspec.Struct, frozen=True, kw_only=True):
    """The head of the room. `is_loud`: a person is needed now; `needs_answer`: nobody has taken it yet."""

    ref: str
    path: str
    title: str
    level: LevelView | None
    status: str
    summary: str
    reason: str
    urgency: str
    policy: str
    impact: str
    users_affected: str
    services: tuple[str, ...]
    is_open: bool
    needs_answer: bool
    is_loud: bool
    may_respond: bool
    declared_at: datetime
    instants: tuple[tuple[str, datetime], ...]
    lasted: str
    now_words: str
    next_words: str
    next_at: datetime | None


class PartsView(msgspec.Struct, frozen=True, kw_only=True):
    """What changes while the room is open, without its timeline, which grows by the stream."""

    facts: FactsView
    pager: PagerView
    moves: tuple[MoveView, ...]
    calls: tuple[CallView, ...]
    alerts: tuple[AlertView, ...]


class TimelineView(msgspec.Struct, frozen=True, kw_only=True):
    """The latest entries. `last` is the position in the stream that they reach; `is_cut`: there are older ones."""

    entries: tuple[EntryView, ...]
    last: str
    is_cut: bool
    entry_types: tuple[str, ...] = ENTRY_TYPES


async def load_room(conn: Conn, viewer: Viewer, ref: str, now: datetime) -> tuple[PartsView, TimelineView]:
    """Everything. Raises NotFound for what this viewer may not see."""
    incident = await incidents.get_incident(conn, viewer, ref)
    entries = await incidents.end_of_timeline(conn, incident, limit=MOST_ENTRIES + 1)
    shown = entries[-MOST_ENTRIES:]
    timeline = TimelineView(
        entries=tuple(entry_view(entry) for entry in shown),
        last=position(shown[-1].at, shown[-1].id) if shown else "0-0",
        is_cut=len(entries) > MOST_ENTRIES,
    )
    return await load_parts(conn, viewer, ref, now), timeline


async def load_parts(conn: Conn, viewer: Viewer, ref: str, now: datetime) -> PartsView:
    """Raises NotFound for what this viewer may not see."""
    incident = await incidents.get_incident(conn, viewer, ref)
    story = await paging.explain(conn, viewer, ref, now)
    return PartsView(
        facts=facts_view(incident, story, await catalog.severity_profile(conn), viewer),
        pager=pager_view(incident, story, viewer),
        moves=moves(incident),
        calls=calls(story, incident),
        alerts=await load_alerts(conn, viewer, incident),
    )


async def load_alerts(conn: Conn, viewer: Viewer, incident: Incident) -> tuple[AlertView, ...]:
    """The alerts behind an incident, those that fire first."""
    if incident.alert_group_id is None:
        return ()
    found = await reading.list_group_alerts(conn, viewer, incident.alert_group_id)
    return tuple(alert_view(alert) for alert in sorted(found, key=lambda alert: alert.ended_at is not None))


def facts_view(incident: Incident, story: Story, profile: Profile, viewer: Viewer) -> FactsView:
    # A relapse asks again although somebody had taken it once: then the run says so.
    asks = needs_answer(incident) or (incident.is_open and story.state is RunState.RUNNING)
    return FactsView(
        ref=incident_ref(incident.number),
        path=incident_path(incident.number),
        title=incident.title,
        level=level_view(profile, incident.severity),
        status=incident.status.value,
        summary=incident.summary or "",
        reason=incident.reason,
        urgency=incident.urgency.value,
        policy=incident.policy or "",
        impact=incident.impact or "",
        users_affected=incident.users_affected or "",
        services=incident.services,
        is_open=incident.is_open,
        needs_answer=asks,
        is_loud=asks and incident.urgency is Urgency.HIGH,
        may_respond=viewer.may(Permission.RESPOND),
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
    return SendView(f"{WAYS.get(send.kind, send.kind)} to {send.address}", send.at, send.state, send.detail, tone)


def alert_view(alert: Alert) -> AlertView:
    return AlertView(
        id=alert.id,
        title=alert.title,
        summary=alert.summary,
        source=alert.integration,
        url=alert.url if alert.url.startswith(("http://", "https://")) else "",
        started_at=alert.starts_at,
        ended_at=alert.ended_at,
        reason=alert.muted_reason or alert.reason,
        labels=tuple(sorted(alert.labels.items())),
    )
