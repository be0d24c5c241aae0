"""What a simulation is asked, is told, and answers: questions, what was heard and done, lines, calls. No IO."""

from datetime import datetime

import msgspec

from tocsin.alerts.model import Says, Signal, identity_of
from tocsin.kernel.errors import Invalid

ASSUMED = "Nobody answers, and every message arrives: one that fails is followed by the next way or step at once."
"""What every story takes for granted."""


class Heard(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="signal", tag_field="type", omit_defaults=True):
    """One statement of a source about one alert, as a history keeps it: a line of `history.jsonl`.

    `identity`, `title` and `severity` default to what the labels say; `group` is what the source itself groups by.
    `ended_at` of a firing one is when that period was over, so that one line is a whole alert. `stale`: its source did
    not say so, it fell silent.
    """

    at: datetime
    labels: dict[str, str]
    integration: str = ""
    says: Says = Says.FIRING
    identity: str = ""
    title: str = ""
    severity: str | None = None
    group: str | None = None
    starts_at: datetime | None = None
    ended_at: datetime | None = None
    stale: bool = False
    by: str = ""

    def as_signal(self) -> Signal:
        """The same as intake gets it from a source's parser."""
        labels, severity, group = self.labels, self.severity, self.group
        return Signal(
            identity=self.identity or identity_of(labels),
            says=self.says,
            labels=labels,
            title=self.title or labels.get("alertname", ""),
            severity_hint=labels.get("severity", "") if severity is None else severity,
            group_hint=labels.get("alertname", "") if group is None else group,
            starts_at=self.starts_at,
            by=self.by,
        )


class Did(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="deed", tag_field="type", omit_defaults=True):
    """What a person did to the incident of an alert: `deed` is acknowledged, resolved, or acted for anything else.

    The incident is named by one of its alerts (integration and identity), since another configuration may number
    incidents otherwise.
    """

    at: datetime
    deed: str
    by: str
    identity: str
    integration: str = ""
    via: str = "cli"
    reason: str = ""


Recorded = Heard | Did


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What would happen at an instant when nobody answers: to an alert with these labels, or to a declared incident."""

    at: datetime
    labels: dict[str, str] = {}
    integration: str | None = None
    service: str | None = None
    severity: str | None = None
    policy: str | None = None
    firing: tuple[dict[str, str], ...] = ()
    """Labels of alerts that fire already and may inhibit this one."""

    def check(self) -> None:
        """Raises Invalid unless it is about one thing."""
        if self.labels and (self.service or self.severity or self.policy):
            raise Invalid(
                "An alert goes where the routes send it: it is asked about without service, severity and policy.",
                "Leave --alert out to ask about a declared incident.",
                field="labels",
            )
        if not self.labels and not (self.service or self.policy):
            raise Invalid(
                "The question is about nothing.",
                "Give the labels of an alert, or a service.",
                field="labels",
            )


BESIDE = "beside the ladder"
"""The label of calls that ask for no answer: those whom a rule of the severity profile names."""


class Sending(msgspec.Struct, kw_only=True):
    """One message that would leave; `dropped` says why it does not after all, `travels` with what it is bundled."""

    at: datetime
    kind: str
    address: str
    dropped: str = ""
    travels: str = ""


class Call(msgspec.Struct, kw_only=True):
    """One person who would be paged: when, for which incident, by which rung and target, why, and how."""

    at: datetime
    incident: int
    person: str
    label: str
    target: str
    why: str
    urgency: str
    sends: list[Sending]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry that the ledger would get: `kind` is the event's name, `calls` the places of its pages among all."""

    at: datetime
    kind: str
    sentence: str
    incident: int | None = None
    calls: tuple[int, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: every line in order, every call, and the whole in one sentence."""

    at: datetime
    summary: str
    lines: tuple[Line, ...]
    calls: tuple[Call, ...]
