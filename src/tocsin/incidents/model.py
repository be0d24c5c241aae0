"""What an incident is: its values, its states and the table of legal moves. No IO, no clock."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from tocsin.delivery.model import Urgency


class Status(StrEnum):
    """The names of LIF-1, in the order in which an incident moves forward."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"


class DetectionSource(StrEnum):
    """How we came to know (LIF-3)."""

    MONITORING_ALERT = "monitoring_alert"
    HEALTH_CHECK = "health_check"
    CUSTOMER_REPORT = "customer_report"
    SUPPORT_TICKET = "support_ticket"
    SOCIAL_MEDIA = "social_media"
    TEAM_MEMBER = "team_member"
    DEPLOYMENT = "deployment"
    HEARTBEAT_MISSED = "heartbeat_missed"
    OTHER = "other"


class TeamSize(StrEnum):
    """How many work on it, and so which roles there are (ROL-1)."""

    SOLO = "solo"
    SMALL = "small"
    LARGE = "large"


class EntryType(StrEnum):
    """What a person may call an entry of theirs (WAR-2)."""

    ACTION = "action"
    DECISION = "decision"
    OBSERVATION = "observation"
    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"


_FORWARD = tuple(Status)

LEGAL_MOVES: Mapping[Status, tuple[Status, ...]] = {
    # Any forward jump is allowed; the two backward moves are a relapse and a reopening (LIF-1).
    Status.TRIGGERED: _FORWARD[1:],
    Status.ACKNOWLEDGED: _FORWARD[2:],
    Status.INVESTIGATING: _FORWARD[3:],
    Status.IDENTIFIED: _FORWARD[4:],
    Status.MONITORING: (*_FORWARD[5:], Status.INVESTIGATING),
    Status.RESOLVED: (*_FORWARD[6:], Status.INVESTIGATING),
    Status.CLOSED: (),
}

OPEN_STATUSES = frozenset(_FORWARD[:5])


class Incident(Struct, frozen=True, kw_only=True):
    """One row of `incident` with the names of its services; instants are aware UTC."""

    id: int
    number: int
    title: str
    status: Status
    severity: str | None
    urgency: Urgency
    source: DetectionSource
    reason: str
    declared_by: str
    policy: str | None
    services: tuple[str, ...]
    alerts: int
    alert_group_id: int | None
    scope_id: int
    is_private: bool
    is_drill: bool
    started_at: datetime | None
    detected_at: datetime
    declared_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    identified_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    summary: str | None
    resolution: str | None
    root_cause: str | None
    impact: str | None = None
    users_affected: str | None = None
    team_size: TeamSize | None = None
    conference_url: str | None = None
    eta: datetime | None = None
    eta_set_at: datetime | None = None
    cause_category: str | None = None
    has_sync: bool = True
    merged_into: int | None = None
    postmortem_published_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Still somebody's business: neither resolved nor closed."""
        return self.status in OPEN_STATUSES

    @property
    def topic(self) -> str:
        """The ledger topic under which everything about this incident is written."""
        return f"incident/{self.id}"


class Declaration(Struct, frozen=True, kw_only=True):
    """What a surface or an alert group says when it declares an incident (LIF-5): one line is enough.

    `policy` is the name of an escalation policy; without one the first service that has one decides. `by` is an actor
    ("@alice", "tocsin", "integration:prometheus"), `reason` the sentence that says why this became an incident.
    Of a private one only who declares it, `members` and those who are called see anything (LIF-7).
    `commander` is a user's name; without a `team_size` the level says how many work on it.
    `facts` are what is known of the impact in the words of `catalog.facts`; `users_affected` ("35%" or "1200") is one
    of them with a field of its own. Without a severity the level is assessed from them; `suggested` and `criteria` are
    what that says, filled in by `classifying`.
    """

    title: str
    severity: str | None = None
    services: tuple[str, ...] = ()
    urgency: Urgency = Urgency.HIGH
    policy: str | None = None
    source: DetectionSource = DetectionSource.TEAM_MEMBER
    reason: str = ""
    summary: str | None = None
    impact: str | None = None
    users_affected: str | None = None
    facts: Mapping[str, Any] = {}
    suggested: str | None = None
    criteria: tuple[str, ...] = ()
    started_at: datetime | None = None
    detected_at: datetime | None = None
    by: str = "tocsin"
    alert_group_id: int | None = None
    alerts: int = 0
    is_drill: bool = False
    team_size: TeamSize | None = None
    commander: str | None = None
    is_private: bool = False
    members: tuple[str, ...] = ()


class IncidentFilter(Struct, frozen=True, kw_only=True):
    """What `list_incidents` narrows down to; `before_number` is the cursor (numbers descend), `limit` at most 200."""

    open_only: bool = False
    status: Status | None = None
    severity: str | None = None
    service: str | None = None
    since: datetime | None = None
    before_number: int | None = None
    limit: int = 50


class IncidentPage(Struct, frozen=True):
    """One page of a list, newest number first; `next_before` is the next page's cursor, None at the end."""

    incidents: tuple[Incident, ...]
    next_before: int | None


class Finding(Struct, frozen=True, kw_only=True):
    """One row of `incident_finding`: this `occurrence` of a rule that was broken; `settled_at` None: it still is."""

    id: int
    incident_id: int
    rule: str
    occurrence: str
    text: str
    remedy: str
    raised_at: datetime
    settled_at: datetime | None


class Broken(NamedTuple):
    """Once that a guard rail was broken: what was wrong, in a sentence."""

    rule: str
    at: datetime
    text: str


class Watched(NamedTuple):
    """An incident that guard rails looked at, and what they found within some time, oldest first.

    `at` is its detection.
    """

    number: int
    title: str
    at: datetime
    services: tuple[str, ...]
    broken: tuple[Broken, ...]
