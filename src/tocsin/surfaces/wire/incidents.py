"""Incidents on the wire: the representation of the specification, and the requests that change one."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.accounts.model import User
from tocsin.catalog.severity import Level
from tocsin.incidents.model import Finding, TeamSize
from tocsin.incidents.model import Incident as Stored
from tocsin.incidents.roles import Holding, commander_of
from tocsin.incidents.stages import find_phase
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.wire.body import Body
from tocsin.surfaces.wire.roles import held


class Stage(msgspec.Struct, kw_only=True):
    """The time box of the severity profile that an open incident is in, until its work is done; it is overdue once
    `ends_at` has passed (LIF-4).
    """

    name: str
    begins_at: datetime
    ends_at: datetime


class Incident(msgspec.Struct, kw_only=True):
    """What the specification names, plus who acknowledged, why it exists, and what is wrong with the work on it now:
    each finding with its remedy. Instants are UTC.
    """

    id: str
    title: str
    status: str
    severity: str | None
    services: list[str]
    commander: str | None = None
    team_size: str
    is_mitigating: bool = False
    merged_into: str | None = None
    stage: Stage | None = None
    summary: str | None = None
    is_private: bool = False
    is_drill: bool = False
    urgency: str
    impact: str | None = None
    users_affected: str | None = None
    roles: dict[str, list[str]] = {}
    cause_category: str | None = None
    resolution: str | None = None
    root_cause: str | None = None
    eta: datetime | None = None
    eta_set_at: datetime | None = None
    next_update_at: datetime | None = None
    started_at: datetime | None = None
    detected_at: datetime | None = None
    declared_at: datetime
    declared_by: str
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    identified_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    alerts: int
    source: str
    reason: str
    policy: str | None = None
    findings: list[str] = []
    conference_url: str | None = None
    url: str


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around the row of an incident: who holds which role, how large its team is, where people speak,
    whether a mitigation runs, when the next update is due (None: none is), and what is wrong with the work on it.
    """

    holdings: tuple[Holding, ...]
    team_size: TeamSize
    conference_url: str | None
    merged_into: str | None
    is_mitigating: bool
    next_update_at: datetime | None
    stage: Stage | None
    findings: tuple[Finding, ...]


class IncidentList(msgspec.Struct, kw_only=True):
    """A page of incidents, newest number first; hand `next_cursor` back as `cursor` for the next, null at the end."""

    incidents: list[Incident]
    next_cursor: str | None


Fact = str | bool | int | float | None
"""The word of a fact: "30%", "yes", true, 1200; null and "unknown" are not known."""


class DeclareRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """One line is enough: only `title` is needed (LIF-5). `facts` are what is known of the impact, by fact, as
    `tocsin assess` takes it; `users_affected`, "35%" or "1200", is one of them. Without a severity the level is
    assessed from them. `commander` is a user's name, "me" the caller; without a `team_size` (solo, small, large) the
    severity says how many roles there are. A private one is seen by the caller, by `members` and by those who are
    called, and by nobody else (LIF-7).
    """

    title: str
    severity: str | None = None
    services: list[str] = msgspec.field(default_factory=list[str])
    urgency: str | None = None
    policy: str | None = None
    summary: str | None = None
    impact: str | None = None
    users_affected: str | None = None
    facts: dict[str, Fact] = msgspec.field(default_factory=dict[str, Fact])
    source: str | None = None
    started_at: datetime | None = None
    is_drill: bool = False
    team_size: str | None = None
    commander: str | None = None
    is_private: bool = False
    members: list[str] = msgspec.field(default_factory=list[str])


class MembersRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """By name: who shall see a private incident too."""

    names: list[str]


class Member(msgspec.Struct, kw_only=True):
    """Somebody who sees a private incident."""

    name: str
    display_name: str
    role: str


class Members(msgspec.Struct, kw_only=True):
    """Who sees an incident: everybody, unless it is private; then `members`, by name."""

    incident: str
    is_private: bool
    members: list[Member]


class InstantRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """A correction: `instant` is a field of an incident, such as mitigated_at; the reason is told (LIF-2)."""

    instant: str
    at: datetime
    reason: str = ""


class EtaRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """When it should be over; null: it is unknown. Another one than before needs a reason (LIF-10)."""

    eta: datetime | None
    reason: str = ""


class GivenEta(msgspec.Struct, kw_only=True):
    """One ETA that was given, null: unknown."""

    at: datetime
    by: str
    eta: datetime | None
    reason: str


class EtaHistory(msgspec.Struct, kw_only=True):
    """Every ETA of an incident, oldest first."""

    incident: str
    etas: list[GivenEta]


class CauseRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What kind of cause it had: deployment, resource-exhaustion, dependency-failure, configuration, capacity, security
    or other.
    """

    cause_category: str


class ReasonRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Reopen, decline, escalate: the reason is told on the timeline."""

    reason: str = ""


class AnswerRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Acknowledge. `actionable` says whether the page was worth it (ALR-9); absent: it is not said."""

    reason: str = ""
    actionable: bool | None = None


class ResolveRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What put it right and what the cause was (RES-4) are kept and used by every message. `override` goes past the
    checks and the stability window, and needs the `reason`.
    """

    reason: str = ""
    resolution: str | None = None
    root_cause: str | None = None
    cause_category: str | None = None
    override: bool = False
    actionable: bool | None = None


class CloseRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Close. What is still open has to be resolved before; `override` ends it with the `reason`, and closes it without
    the postmortem that its level requires. `cause_category` is required for the two top levels, unless it is named
    already (LIF-11).
    """

    reason: str = ""
    override: bool = False
    cause_category: str | None = None


class StatusRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """A move to a status of LIF-1."""

    status: str
    reason: str = ""


class ConferenceRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """The link of the call, https or http; null: the one by the organisation's pattern."""

    url: str | None


def incident(stored: Stored, public_url: str, around: Around) -> Incident:
    """The stored incident as the wire shows it; `public_url` has no slash at its end."""
    ref = incident_ref(stored.number)
    return Incident(
        id=ref,
        title=stored.title,
        status=stored.status.value,
        severity=stored.severity,
        services=list(stored.services),
        commander=commander_of(around.holdings),
        roles=held(around.holdings),
        team_size=around.team_size.value,
        is_mitigating=around.is_mitigating,
        findings=[f"{each.text} {each.remedy}" for each in around.findings],
        next_update_at=around.next_update_at,
        stage=around.stage,
        summary=stored.summary,
        impact=stored.impact,
        users_affected=stored.users_affected,
        is_private=stored.is_private,
        is_drill=stored.is_drill,
        urgency=stored.urgency.value,
        merged_into=around.merged_into,
        cause_category=stored.cause_category,
        eta=stored.eta,
        eta_set_at=stored.eta_set_at,
        resolution=stored.resolution,
        root_cause=stored.root_cause,
        started_at=stored.started_at,
        detected_at=stored.detected_at,
        declared_at=stored.declared_at,
        declared_by=stored.declared_by,
        acknowledged_at=stored.acknowledged_at,
        acknowledged_by=stored.acknowledged_by,
        identified_at=stored.identified_at,
        mitigated_at=stored.mitigated_at,
        resolved_at=stored.resolved_at,
        closed_at=stored.closed_at,
        alerts=stored.alerts,
        source=stored.source.value,
        reason=stored.reason,
        policy=stored.policy,
        conference_url=around.conference_url,
        url=f"{public_url}/incidents/{ref}",
    )


def members(stored: Stored, people: Sequence[User]) -> Members:
    return Members(
        incident=incident_ref(stored.number),
        is_private=stored.is_private,
        members=[Member(name=each.name, display_name=each.display_name, role=each.role.value) for each in people],
    )


def stage(level: Level | None, stored: Stored) -> Stage | None:
    """Of an open incident with a level that has time boxes left."""
    phase = find_phase(level, stored)
    if phase is None:
        return None
    return Stage(name=phase.name, begins_at=stored.declared_at + phase.begins, ends_at=stored.declared_at + phase.ends)
