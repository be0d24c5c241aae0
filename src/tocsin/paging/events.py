"""What paging has decided and what became of it. Topics are the incident's: the timeline shows them among the rest."""

from datetime import datetime

from tocsin.incidents.events import IncidentEvent


class EscalationStarted(IncidentEvent, frozen=True, kw_only=True):
    """A run begins on the policy as it is now; `policy` None: there is none, the administrators are told."""

    run_id: int
    policy: str | None
    urgency: str
    reason: str


class EscalationPostponed(IncidentEvent, frozen=True, kw_only=True):
    """Nobody is called before `until`, and why."""

    run_id: int
    until: datetime
    reason: str


class PersonPaged(IncidentEvent, frozen=True, kw_only=True):
    """`user` is called by a rung, for a reason; the deliveries say how."""

    run_id: int
    page_id: int
    user_id: int | None
    user: str
    round: int
    step: int
    target: str
    reason: str
    urgency: str


class PersonNotPaged(IncidentEvent, frozen=True, kw_only=True):
    """A rung named `user`, who was not called, and why."""

    run_id: int
    user: str
    why: str


class StepReachedNobody(IncidentEvent, frozen=True, kw_only=True):
    """A rung had nobody to call; the next one goes at once."""

    run_id: int
    round: int
    step: int
    reason: str


class EscalationGoesOn(IncidentEvent, frozen=True, kw_only=True):
    """The ladder is climbed further: the time of a rung is over, its people could not be reached, or somebody asked."""

    run_id: int
    round: int
    step: int
    reason: str


class PageUnreached(IncidentEvent, frozen=True, kw_only=True):
    """Every channel of `user` has failed for this page."""

    run_id: int
    page_id: int
    user_id: int | None
    user: str
    reason: str


class PageDeclined(IncidentEvent, frozen=True, kw_only=True):
    """`user` was called and asks for the next person; this run calls them no more."""

    run_id: int
    page_id: int
    user_id: int | None
    user: str
    reason: str


class ResponderJoined(IncidentEvent, frozen=True, kw_only=True):
    """`user` was asked to help what somebody else has, and comes; who has it stays the same."""

    run_id: int
    page_id: int
    user_id: int | None
    user: str


class Reassigned(IncidentEvent, frozen=True, kw_only=True):
    """Others are called to take it: `target` as it was named, and the people that it meant."""

    run_id: int
    target: str
    users: tuple[str, ...]
    reason: str


class IncidentSnoozed(IncidentEvent, frozen=True, kw_only=True):
    """Whoever has it wants quiet until then."""

    run_id: int
    until: datetime
    reason: str


class SnoozeEnded(IncidentEvent, frozen=True, kw_only=True):
    """The quiet is over: its time has come, or something has changed; whoever has it is called again."""

    run_id: int
    reason: str


class PagesMarked(IncidentEvent, frozen=True, kw_only=True):
    """Somebody says whether these pages were worth waking somebody (ALR-9)."""

    page_ids: tuple[int, ...]
    actionable: bool


class PageAcknowledged(IncidentEvent, frozen=True, kw_only=True):
    """Somebody answered `seconds` after the first page; escalation stops, for everyone."""

    by: str
    via: str
    seconds: int | None


class EscalationExhausted(IncidentEvent, frozen=True, kw_only=True):
    """Everybody was called and nobody answered, or there was nobody to call."""

    run_id: int
    reason: str


class EscalationStopped(IncidentEvent, frozen=True, kw_only=True):
    """No further rung will be called, and why."""

    run_id: int
    reason: str


class EscalationHeld(IncidentEvent, frozen=True, kw_only=True):
    """All of the incident's services are in maintenance: nobody is called until then, at the earliest."""

    until: datetime
    reason: str


class AdministratorsTold(IncidentEvent, frozen=True, kw_only=True):
    """The ladder reached nobody: these administrators were told instead."""

    users: tuple[str, ...]
    reason: str


class PeopleTold(IncidentEvent, frozen=True, kw_only=True):
    """Those who had been called were told of something that asks nothing of them: taken, quiet again, over."""

    purpose: str
    users: tuple[str, ...]


class ProfileRuleFollowed(IncidentEvent, frozen=True, kw_only=True):
    """A rule of the severity profile was due: these were told; nobody, when none of them can be."""

    target: str
    users: tuple[str, ...]


class ProfileRuleDropped(IncidentEvent, frozen=True, kw_only=True):
    """A rule of the severity profile was due and does not hold any more; the sentence says why."""

    target: str
