"""Facts about alerts, in the past tense. The first five are what packages above react to; the others are history.

`AlertsOpened`, `AlertEnded`, `AlertAcknowledged` and `AlertResumed` are written by intake's own statements, many at
a time:
nobody can react to them, react to what happens to the group.

Topics: "alert-group/<id>" for what moved a group, "alert/<id>" for a single alert, "integration/<name>" for a batch
that goes nowhere.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from tocsin.alerts.model import Urgency
from tocsin.kernel.ledger import Event


class AlertsGrouped(Event, frozen=True, kw_only=True):
    """Alerts joined a group, or fire in it again, in one transaction with this event. Declare an incident, or
    attach to the one the
    group already has.

    `opened`: the group is new. `reopened`: it had been closed and its window was still running. `relapsed`: it was
    open with nothing firing.
    `alert_ids` are those that joined now, `fresh` how many of them for the first time, `total` all that ever did
    (ALR-6). `severity` is the route's level or None: assess `facts`;
    `severity_hint` is the source's own word, `started_at` the earliest start by the source's clock, `first_seen` by
    ours.
    `is_heartbeat`: the first of them is a heartbeat that stayed away or reported a failure.
    `late` says how late it is worked on, "" when it is in time (REL-8).
    `policy` None means the service's own, then the organisation's default.
    """

    group_id: int
    opened: bool
    reopened: bool = False
    relapsed: bool = False
    title: str
    summary: str = ""
    url: str = ""
    severity: str | None
    facts: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    service: str | None
    policy: str | None
    urgency: Urgency
    alert_ids: list[int]
    fresh: int
    total: int
    labels: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    severity_hint: str = ""
    is_heartbeat: bool = False
    reason: str
    late: str = ""
    first_seen: datetime
    started_at: datetime


class AlertGroupCleared(Event, frozen=True, kw_only=True):
    """Nothing in the group fires any more. `how` is "stale" as soon as one of the last to end was not ended by its
    source."""

    group_id: int
    how: Literal["source", "stale", "person"]
    at: datetime


class AlertAcknowledgedAtSource(Event, frozen=True, kw_only=True):
    """Somebody took the alert in the tool that sent it; `by` is what that tool calls them, often only its own
    name."""

    group_id: int
    alert_id: int
    by: str


class AlertUnacknowledgedAtSource(Event, frozen=True, kw_only=True):
    """Whoever had taken it there has given it back; `group_id` None: it calls nobody."""

    group_id: int | None
    alert_id: int
    by: str


class AlertRelabelled(Event, frozen=True, kw_only=True):
    """Its labels were changed in the tool that sent it: what stood there `before`, and what stands there `after`, of
    those that differ. `severity_hint`: the source's new word, None where it is the old one."""

    group_id: int | None
    alert_id: int
    before: dict[str, str]
    after: dict[str, str]
    severity_hint: str | None


class AlertFlaps(Event, frozen=True, kw_only=True):
    """An alert of the group changes so often that it is held as one: it counts as firing and calls nobody anew
    (ALR-7)."""

    group_id: int
    alert_id: int
    since: datetime


class AlertSettled(Event, frozen=True, kw_only=True):
    """It has been quiet for long enough: from here on its source is taken at its word again."""

    group_id: int | None
    alert_id: int


class AlertsHeld(Event, frozen=True, kw_only=True):
    """Kept and shown, nobody called, because a route, a silence or an inhibition says so; `reason` names it
    (ALR-8)."""

    alert_ids: list[int]
    reason: str


class AlertsRerouted(Event, frozen=True, kw_only=True):
    """Held until now, and decided again because a time window has turned or the routes are others; `reason` is the new
    decision's."""

    alert_ids: list[int]
    reason: str


class AlertsDropped(Event, frozen=True, kw_only=True):
    """Recorded as seen and going nowhere by a route's own word; `reason` is that word (ALR-8)."""

    alert_ids: list[int]
    reason: str


class AlertsOpened(Event, frozen=True, kw_only=True):
    """New firing periods that came together and go the same way."""

    alert_ids: list[int]
    integration: str


class AlertEnded(Event, frozen=True, kw_only=True):
    alert_id: int
    how: Literal["source", "stale", "person"]
    ended_at: datetime


class AlertAcknowledged(Event, frozen=True, kw_only=True):
    """Somebody took it at its source; its group, if it has one, says so to the packages above by
    `AlertAcknowledgedAtSource`."""

    alert_id: int


class AlertNoted(Event, frozen=True, kw_only=True):
    """Somebody wrote on it in the tool that sent it; `group_id` None: it calls nobody."""

    text: str
    group_id: int | None


class AlertResumed(Event, frozen=True, kw_only=True):
    """The same firing period is seen again after it had gone stale, or a second sender still sees it."""

    alert_id: int


class ChangeReported(Event, frozen=True, kw_only=True):
    """A source reported a change (PagerDuty's change events): evidence for later, never an alert."""

    integration: str
    summary: str
    source: str
    changed_at: datetime
    details: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    links: list[str] = msgspec.field(default_factory=list[str])


class RoutingReplaced(Event, frozen=True, kw_only=True):
    """Integrations, routes or inhibitions were replaced by an apply."""

    what: str
    count: int


class SilenceSet(Event, frozen=True, kw_only=True):
    silence_id: str
    ends_at: datetime


class SilenceExpired(Event, frozen=True, kw_only=True):
    silence_id: str


class HeartbeatPaused(Event, frozen=True, kw_only=True):
    """Somebody said until when its silence is no alert, and why."""

    name: str


class HeartbeatResumed(Event, frozen=True, kw_only=True):
    """Somebody ended a pause; one that ends by itself says nothing."""

    name: str


class MaintenanceSet(Event, frozen=True, kw_only=True):
    """Somebody planned a maintenance, or changed it; it begins later, or at once."""

    name: str
    services: tuple[str, ...]


class MaintenanceWithdrawn(Event, frozen=True, kw_only=True):
    """Somebody ended a maintenance early, or took it out of its file."""

    name: str
    services: tuple[str, ...]


class MaintenanceBegan(Event, frozen=True, kw_only=True):
    """A window has begun: alerts of these services are held, and nobody is called about their incidents."""

    name: str
    services: tuple[str, ...]
    until: datetime


class MaintenanceEnded(Event, frozen=True, kw_only=True):
    """A window is over: what still fires pages, what is still open is taken up again."""

    name: str
    services: tuple[str, ...]
