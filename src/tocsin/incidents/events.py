"""What has happened to an incident. Each event carries the sentence that its timeline shows.

`number` is the human one (INC-number), `incident_id` the row; the topic is always `incident/<incident_id>`.
"""

from datetime import datetime

from tocsin.kernel.ledger import Event


class IncidentEvent(Event, frozen=True, kw_only=True):
    """The two names that every fact about an incident carries."""

    incident_id: int
    number: int


class IncidentDeclared(IncidentEvent, frozen=True, kw_only=True):
    """A new incident; `policy` names the escalation policy that shall call people, None: none is known; `commander`
    is a user's name.
    """

    title: str
    severity: str | None
    urgency: str
    policy: str | None
    services: tuple[str, ...]
    source: str
    reason: str
    commander: str | None = None


class AlertsAttached(IncidentEvent, frozen=True, kw_only=True):
    """Further alerts of the group came to an incident that exists; `total` counts all of its alerts.

    `worse` is the level that they assess to, where it is worse than the incident's; None: they are no worse.
    """

    alert_ids: tuple[int, ...]
    total: int
    title: str
    acknowledged_by: str | None
    worse: str | None


class IncidentAcknowledged(IncidentEvent, frozen=True, kw_only=True):
    """A person has taken it; `via` is the way: cli, web, api, link, source."""

    by: str
    via: str


class StatusChanged(IncidentEvent, frozen=True, kw_only=True):
    """A move of LIF-1, whoever made it."""

    before: str
    after: str
    reason: str


class AlertsCleared(IncidentEvent, frozen=True, kw_only=True):
    """The last alert of an open incident has cleared (LIF-8).

    `resolves_at` is the instant at which the incident resolves by itself; None: a person has to end it.
    """

    how: str
    resolves_at: datetime | None
    acknowledged_by: str | None


class IncidentRelapsed(IncidentEvent, frozen=True, kw_only=True):
    """It fires again while we were monitoring: back to investigating, people are paged again (RES-2, PAG-10)."""

    reason: str


class IncidentReopened(IncidentEvent, frozen=True, kw_only=True):
    """A resolved incident is open again, by a person or because its alert group opened again in its window."""

    reason: str
    by_person: bool


class IncidentResolved(IncidentEvent, frozen=True, kw_only=True):
    """It is over. `by_person` is false when the alerts had cleared and stayed so for the stability window."""

    title: str
    reason: str
    by_person: bool


class IncidentClosed(IncidentEvent, frozen=True, kw_only=True):
    """Follow-ups are done; nothing moves any more."""

    reason: str


class SeverityChanged(IncidentEvent, frozen=True, kw_only=True):
    """Raised or lowered, with a reason (CLS-3)."""

    before: str | None
    after: str
    raised: bool
    reason: str


class IncidentMadePrivate(IncidentEvent, frozen=True, kw_only=True):
    """From now on only its members see it (LIF-7)."""

    reason: str


class MemberAdded(IncidentEvent, frozen=True, kw_only=True):
    """Somebody sees a private incident from now on: by hand, or because they are called or given a part in it."""

    user: str
    why: str


class MemberRemoved(IncidentEvent, frozen=True, kw_only=True):
    """Somebody sees a private incident no more."""

    user: str


class IncidentMerged(IncidentEvent, frozen=True, kw_only=True):
    """Its work goes on in another incident (LIF-6)."""

    into_id: int
    into_number: int
    reason: str


class IncidentAbsorbed(IncidentEvent, frozen=True, kw_only=True):
    """Another incident is merged into this one."""

    other_id: int
    other_number: int
    reason: str


class IncidentSplitOff(IncidentEvent, frozen=True, kw_only=True):
    """An incident that was merged into this one is one of its own again."""

    other_id: int
    other_number: int
    reason: str


class IncidentLinked(IncidentEvent, frozen=True, kw_only=True):
    """Somebody says that it has to do with another one; `kind` is related or cause, as the one who said it sees it."""

    other_number: int
    kind: str


class IncidentUnlinked(IncidentEvent, frozen=True, kw_only=True):
    """It has nothing to do with that one after all."""

    other_number: int


class InstantCorrected(IncidentEvent, frozen=True, kw_only=True):
    """Something happened at another time than we thought; `instant` is the field, such as mitigated_at (LIF-2)."""

    instant: str
    before: datetime | None
    after: datetime
    reason: str


class EtaSet(IncidentEvent, frozen=True, kw_only=True):
    """When it should be over, None: unknown (LIF-10)."""

    before: datetime | None
    after: datetime | None
    reason: str


class CauseNamed(IncidentEvent, frozen=True, kw_only=True):
    """What kind of cause it had, of the list of `causes` (LIF-11)."""

    before: str | None
    after: str


class SeverityKept(IncidentEvent, frozen=True, kw_only=True):
    """A person has declined what the known facts suggest, with a reason (CLS-3)."""

    suggested: str
    kept: str
    reason: str


class FactsLearnt(IncidentEvent, frozen=True, kw_only=True):
    """More is known of the impact. `suggested` is the level that all known facts assess to, `proposed` the same where
    the incident has another one; None: none.
    """

    facts: dict[str, str]
    suggested: str | None
    proposed: str | None
    reason: str


class ReassessmentDue(IncidentEvent, frozen=True, kw_only=True):
    """Nobody has said for a round of the profile how bad it is; whoever speaks for the incident is asked."""

    severity: str | None


class TimelineNoted(IncidentEvent, frozen=True, kw_only=True):
    """Somebody wrote something down; `type` is note, action, decision, finding, …

    `said_at` is the instant that it speaks of, `said_by` the person ("@bob"); None: when and by whom it was written.
    """

    type: str
    text: str
    said_at: datetime | None = None
    said_by: str | None = None


class EntryCorrected(IncidentEvent, frozen=True, kw_only=True):
    """What a person wrote reads so from now on; the entry `entry_id` itself stays as it was (WAR-2)."""

    entry_id: int
    type: str
    text: str
    said_at: datetime | None
    said_by: str | None


class EntryRedacted(IncidentEvent, frozen=True, kw_only=True):
    """An administrator took the text of an entry back; `reason` says why, and never what it was (WAR-6)."""

    entry_id: int
    reason: str


class TaskAdded(IncidentEvent, frozen=True, kw_only=True):
    """There is something to do; `n` counts within the incident, `owner` is a name, None: nobody's yet (WAR-5)."""

    n: int
    text: str
    owner: str | None


class TaskChanged(IncidentEvent, frozen=True, kw_only=True):
    """A task as it is now; `before` and `after` are its states, the same where only its owner or text changed."""

    n: int
    text: str
    owner: str | None
    before: str
    after: str


class AttachmentAdded(IncidentEvent, frozen=True, kw_only=True):
    """A file belongs to the incident from now on; `size` in bytes."""

    attachment_id: int
    name: str
    media_type: str
    size: int


class RoleAssigned(IncidentEvent, frozen=True, kw_only=True):
    """`user` holds a role from now on; `before` held it until now, None: nobody did. `also_commands` names the other
    open incidents that the new commander commands (ROL-2).
    """

    role: str
    user: str
    before: str | None
    also_commands: tuple[str, ...]


class RoleReleased(IncidentEvent, frozen=True, kw_only=True):
    """`user` holds the role no more, and nobody has taken it over."""

    role: str
    user: str


class TeamSizeChanged(IncidentEvent, frozen=True, kw_only=True):
    """From now on another set of roles is expected."""

    before: str
    after: str


class ConferenceMoved(IncidentEvent, frozen=True, kw_only=True):
    """The people of the incident speak elsewhere; None: there is no call."""

    url: str | None


class FindingRaised(IncidentEvent, frozen=True, kw_only=True):
    """Something is wrong with the way it is worked on (GRD-1); `remedy` is the sentence that says what mends it."""

    rule: str
    remedy: str


class FindingSettled(IncidentEvent, frozen=True, kw_only=True):
    """What was found by these rules holds no more."""

    rules: tuple[str, ...]


class HandoffEvent(IncidentEvent, frozen=True, kw_only=True):
    """Of a role that `giver` offers to `taker`, both by name (ROL-3)."""

    role: str
    giver: str
    taker: str


class HandoffOffered(HandoffEvent, frozen=True, kw_only=True):
    """Nothing changes yet; `brief` is what the taker is told, the timeline keeps it. Accepted, it is RoleAssigned."""

    brief: str


class HandoffDeclined(HandoffEvent, frozen=True, kw_only=True):
    """The giver keeps it: the other cannot take it."""


class HandoffWithdrawn(HandoffEvent, frozen=True, kw_only=True):
    """The giver keeps it after all."""


class SyncDue(IncidentEvent, frozen=True, kw_only=True):
    """Everybody with a role is called together; `url` is the link of the call, None: there is none."""

    url: str | None


class SyncSwitched(IncidentEvent, frozen=True, kw_only=True):
    """The recurring sync of this incident is held, or no more."""

    on: bool
