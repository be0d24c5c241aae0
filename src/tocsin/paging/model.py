"""Escalation as values: policies, runs, pages, and what the rules are told and answer. No IO, no clock."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from tocsin.delivery.model import Line, Outsider, Urgency
from tocsin.delivery.wording import shown_address
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import Hours


class TargetKind(StrEnum):
    """What a step may name (PAG-1)."""

    USER = "user"
    SCHEDULE = "schedule"
    TEAM = "team"
    LEAD = "lead"
    EXPERT = "expert"
    GROUP = "group"
    VENDOR = "vendor"
    CHAT = "chat"
    WEBHOOK = "webhook"
    ROUND_ROBIN = "round-robin"


class Target(Struct, frozen=True):
    """`schedule:payments-primary`, `lead:payments`, `expert:checkout`, `vendor:db-support`, `chat:ops`,
    `webhook:https://…`.

    A round-robin is named for its place ("payments/step-1"), by which its turns are remembered; `among` is its set.
    """

    kind: TargetKind
    name: str
    among: tuple["Target", ...] = ()

    def __str__(self) -> str:
        """For people: of a webhook's address only the host, for the rest may be a secret."""
        name = shown_address("webhook", self.name) if self.kind is TargetKind.WEBHOOK else self.name
        return f"{self.kind}:{name}"

    @property
    def in_words(self) -> str:
        """As a reader of the policy wrote it."""
        if self.kind is not TargetKind.ROUND_ROBIN:
            return str(self)
        return f"one in turn of {', '.join(str(each) for each in self.among)}"


class Step(Struct, frozen=True):
    """One rung: everybody it names is called, then we wait `wait` for an answer."""

    notify: tuple[Target, ...]
    wait: timedelta


class During(StrEnum):
    """The stretches of a week that have a name; all in the organisation's zone."""

    BUSINESS_HOURS = "business-hours"
    OUTSIDE_BUSINESS_HOURS = "outside-business-hours"
    NIGHTS = "nights"
    WEEKENDS = "weekends"


class Variant(Struct, frozen=True, kw_only=True):
    """What is different at some times or for some levels; what it leaves out is the policy's.

    `during` None: at any time; `severity` empty: for any level. `hold`: nobody is called before business hours begin.
    `policy`: the ladder of another policy is climbed instead.
    """

    during: During | Hours | None = None
    severity: tuple[str, ...] = ()
    hold: bool = False
    steps: tuple[Step, ...] = ()
    repeat: int | None = None
    last_resort: tuple[Target, ...] = ()
    policy: str | None = None


class Policy(Struct, frozen=True):
    """An escalation policy as it is stored in a version, immutable; `repeat: 1` is the whole ladder once more.

    `when`: the first variant that applies at the start of a run decides (`variants`).
    """

    name: str
    steps: tuple[Step, ...]
    repeat: int = 0
    last_resort: tuple[Target, ...] = ()
    when: tuple[Variant, ...] = ()

    def targets(self) -> frozenset[Target]:
        """Everything the ladder names, the last resort included; not what only a variant names."""
        return frozenset(t for step in self.steps for t in step.notify) | frozenset(self.last_resort)


class PolicyVersion(Struct, frozen=True):
    """What a run holds on to: the policy as it was when the run began."""

    id: int
    policy: Policy


class StoredPolicy(Struct, frozen=True, kw_only=True):
    """The current version of a policy and the file that owns it."""

    id: int
    policy: Policy
    managed_by: str | None
    created_at: datetime


def parse_target(text: str) -> Target:
    """`"schedule:payments-primary"` → Target; raises Invalid that names what is understood."""
    kind, colon, name = text.partition(":")
    known = ", ".join(f"{k}:NAME" for k in TargetKind if k is not TargetKind.ROUND_ROBIN)
    if not colon or not name:
        raise Invalid(f"{text!r} is not a target.", remedy=f"Write one of {known}.", field="notify")
    if kind not in set(TargetKind) or kind == TargetKind.ROUND_ROBIN:
        raise Invalid(f"{kind!r} is no kind of target.", remedy=f"Use one of {known}.", field="notify")
    return Target(TargetKind(kind), name)


class RunState(StrEnum):
    """Where an escalation stands.

    `told`: low urgency, said once, does not climb. `exhausted`: everybody was called and nobody answered, and that was
    said. `stopped`: resolved, or quiet until it resolves by itself.
    """

    RUNNING = "running"
    ACKNOWLEDGED = "acknowledged"
    TOLD = "told"
    EXHAUSTED = "exhausted"
    STOPPED = "stopped"


CALLABLE = frozenset({RunState.RUNNING, RunState.TOLD, RunState.EXHAUSTED})
"""The states of a run that an answer ends: people have been called, and nobody has taken it."""


class PageState(StrEnum):
    """`unreached`: every channel of that person has failed for this page. `declined`: the person asked for the next."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    UNREACHED = "unreached"
    ENDED = "ended"


BY_NAME = -1
"""The rung before the first: whom a person has named (reassign) or who comes back to it (the end of a snooze)."""
BESIDE = -2
"""No rung at all: people who were asked to help; what they answer moves no ladder."""


POSTPONED = -3
"""The step of a run that has called nobody yet: it is held until its next instant, and begins then."""


NO_TICKET = -4
"""No rung either: the owning team was told in place of a ticket that nobody could open."""


class Position(Struct, frozen=True, order=True):
    """A rung of a round, both from 0, or `BY_NAME`. The last resort comes after the last step of the last round."""

    round: int
    step: int


class Person(Struct, frozen=True):
    """A user whom a rule may decide to call."""

    user_id: int
    name: str


class Outside(Struct, frozen=True):
    """A vendor, a chat or a webhook that a rule may decide to call; `lines` is what its message says beside that."""

    receiver: Outsider
    lines: tuple[Line, ...] = ()

    @property
    def name(self) -> str:
        return self.receiver.name


class LeftOut(Struct, frozen=True):
    """Somebody a target names who cannot be called, and why."""

    name: str
    why: str


class Answer(Struct, frozen=True, kw_only=True):
    """What a target means at this instant: who can be called, by which reason, and who cannot.

    `why` completes "… is paged because": "on call in payments-primary (layer week) until Mon 09:00".
    """

    target: Target
    people: tuple[Person | Outside, ...]
    why: str
    left_out: tuple[LeftOut, ...] = ()


class Call(Struct, frozen=True, kw_only=True):
    """One person, or somebody outside, to be paged now, by what the rung names ("user:carol") and why."""

    person: Person | Outside
    target: str
    why: str


class Skipped(Struct, frozen=True, kw_only=True):
    """A rung that reached nobody, and why."""

    position: Position
    label: str
    why: str


class Decision(Struct, frozen=True, kw_only=True):
    """What happens now. `calls` empty: nobody is left to call.

    `next_at` is when the next rung is due, None: there is no next one, and `state` says what the run has become.
    `label` names the rung for people ("step 2 of 2", "step 1 of 2, second round", "last resort").
    """

    state: RunState
    position: Position
    label: str
    calls: tuple[Call, ...]
    left_out: tuple[LeftOut, ...]
    skipped: tuple[Skipped, ...]
    next_at: datetime | None
    reason: str


class Run(Struct, frozen=True, kw_only=True):
    """One row of `escalation_run`. `armed` counts the timers it has set: a timer with an older count is stale.

    `snoozed_until`: whoever has it wants quiet until then, and is called again unless it is resolved.
    `variant` is that of the policy's `when` by which it climbs, from 0; `chosen` says why that, or why it is held.
    """

    id: int
    incident_id: int
    policy_version_id: int | None
    variant: int | None = None
    state: RunState
    urgency: Urgency
    round: int
    step: int
    armed: int
    next_at: datetime | None
    snoozed_until: datetime | None = None
    started_at: datetime
    ended_at: datetime | None
    reason: str
    chosen: str = ""

    @property
    def is_postponed(self) -> bool:
        """It has called nobody yet and waits for its hour."""
        return self.state is RunState.RUNNING and self.step == POSTPONED


class Page(Struct, frozen=True, kw_only=True):
    """One row of `page`: this person was called by this rung, for this reason. `actionable` None: nobody said."""

    id: int
    run_id: int
    incident_id: int
    user_id: int | None
    user_name: str
    round: int
    step: int
    target: str
    reason: str
    urgency: Urgency
    state: PageState
    created_at: datetime
    ended_at: datetime | None
    actionable: bool | None = None


class PersonsPage(Struct, frozen=True, kw_only=True):
    """A page of high urgency that left for somebody; `first_at` is their first such page about the incident."""

    id: int
    user_name: str
    incident_id: int
    target: str
    state: PageState
    created_at: datetime
    ended_at: datetime | None
    first_at: datetime


class Hold(Struct, frozen=True, kw_only=True):
    """An incident about which nobody is called until then, because all of its services are in maintenance."""

    incident_id: int
    held_at: datetime
    until: datetime
    reason: str


class Send(Struct, frozen=True, kw_only=True):
    """How one page travelled: by which way, when, and what the other side said. `at` is when its state was reached,
    `words` say that state, `was_taken` that the other side had it before it failed.
    """

    kind: str
    address: str
    state: str
    at: datetime
    attempts: int
    words: str
    detail: str
    was_taken: bool = False


class Called(Struct, frozen=True, kw_only=True):
    """One person's page as a story tells it; `outcome` is the page's state in words, `actionable` None: nobody said."""

    page_id: int
    who: str
    at: datetime
    label: str
    target: str
    why: str
    state: PageState
    outcome: str
    actionable: bool | None = None
    sends: tuple[Send, ...]


class StoryLine(Struct, frozen=True, kw_only=True):
    """One fact of the story: when, what kind, the sentence, and how it travelled, for a page."""

    at: datetime
    kind: str
    sentence: str
    details: tuple[str, ...] = ()


class Story(Struct, frozen=True, kw_only=True):
    """The answer to "why was I called?" and "why was nobody called?" (PAG-6), oldest line first.

    `now` is the present state in one sentence; `next` what happens next and when, or why nothing will. `state` is the
    latest run's, None: no run has begun.
    """

    number: int
    title: str
    policy: str | None
    state: RunState | None
    now: str
    next: str
    next_at: datetime | None
    calls: tuple[Called, ...]
    lines: tuple[StoryLine, ...]
