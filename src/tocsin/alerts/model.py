"""The words of alerting: what a source says (`Signal`), what we keep (`Alert`), where it goes (`Routed`,
`AlertGroup`).

No clock, no database. An *alert* is one firing period of one identity; a re-fire is a new alert with the next
`occurrence`.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any

import msgspec

CRITICAL_WORDS = frozenset({"critical", "crit", "page", "fatal", "emergency", "disaster", "p1", "sev-1", "sev1"})
"""Values of a source's severity that mean "wake somebody" when no route has said what to do."""


class Says(StrEnum):
    """What a signal claims. A firing signal whose `ends_at` has passed is an end (Alertmanager's rule, contracts
    3.2)."""

    FIRING = "firing"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"


class Signal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One statement of a source about one alert, parsed and harmless: the output of every
    `integrations/sources/*/parse.py`.

    `identity` is 32 hexadecimal digits (`identity_of`); two signals with the same integration and identity are the
    same
    alert. `ends_at` is a lease while firing and the end when it has passed; None means the source gives no lease and
    `timeout` decides (None there too: it fires until the source or a person ends it). `group_hint` is what the source
    itself groups by, for routes that say nothing about grouping. `summary` is empty where an annotation
    (`description`,
    `message`) says it.
    """

    identity: str
    says: Says
    labels: dict[str, str]
    title: str
    annotations: dict[str, str] = {}
    summary: str = ""
    url: str = ""
    severity_hint: str = ""
    group_hint: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    timeout: timedelta | None = None
    details: dict[str, Any] | None = None
    by: str = ""


class ChangeSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A source reports that something was changed (a deployment, a flag): kept in the ledger, never an alert."""

    summary: str
    source: str = ""
    at: datetime | None = None
    details: dict[str, Any] = {}
    links: tuple[str, ...] = ()


class State(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"
    STALE = "stale"


class EndedBy(StrEnum):
    """How an alert ended: the source said so, its lease ran out, or a person closed it (ALR-4)."""

    SOURCE = "source"
    STALE = "stale"
    PERSON = "person"


class Disposition(StrEnum):
    """What routing decided. Held and dropped alerts are kept and shown with their reason (ALR-8)."""

    ROUTED = "routed"
    HELD = "held"
    DROPPED = "dropped"


class Urgency(StrEnum):
    HIGH = "high"
    LOW = "low"


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """Where an alert goes and the sentence that says why (ALR-5).

    `route` is the position of the deciding route (1 = first in the file), None when no route matched. `severity` is a
    level name such as "SEV-2" or None for "assess the facts"; `policy` None means the service's own, then the
    organisation's default. `prio` is that of the jobs it causes. `digest` is the decision's identity: stored once,
    and
    shared by all alerts for which it was taken.
    """

    disposition: Disposition
    reason: str
    route: int | None = None
    service: str | None = None
    severity: str | None = None
    facts: dict[str, Any] = {}
    policy: str | None = None
    urgency: Urgency = Urgency.HIGH
    prio: int = 1
    group_by: tuple[str, ...] | None = None
    group_window: timedelta = timedelta(minutes=5)
    digest: str = ""


class Integration(msgspec.Struct, frozen=True, kw_only=True):
    """A key and what may be said with it. `timeout` overrides the source's own time-out; `options` are what only its
    type knows, as the configuration says them."""

    id: int
    name: str
    type: str
    service: str | None = None
    timeout: timedelta | None = None
    options: dict[str, Any] = {}
    scope_id: int = 1


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One firing period as stored and shown. `state` is as of the last write; `state_at` tells an expired lease
    from a live one. `updated_at` is the last word of its source that changed something, `last_seen_at` its last word
    that was written down. `flaps_since`: it changes so often that it is held as one (ALR-7)."""

    id: int
    integration: str
    integration_id: int
    identity: str
    occurrence: int
    state: State
    labels: dict[str, str]
    annotations: dict[str, str]
    title: str
    summary: str
    url: str
    severity_hint: str
    starts_at: datetime
    received_at: datetime
    updated_at: datetime
    last_seen_at: datetime
    lease_until: datetime | None
    ended_at: datetime | None
    ended_by: EndedBy | None
    acknowledged_at: datetime | None
    repeat_count: int
    disposition: Disposition
    reason: str
    route: int | None
    service: str | None
    severity: str | None
    urgency: Urgency
    policy: str | None
    group_id: int | None
    group_labels: dict[str, str]
    muted_reason: str | None
    silenced_by: list[str]
    inhibited_by: list[int]
    scope_id: int
    flaps_since: datetime | None = None

    def state_at(self, now: datetime) -> State:
        if self.state is State.FIRING and self.lease_until is not None and self.lease_until <= now:
            return State.STALE
        return self.state

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.labels)


class AlertGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The alerts of one cause, behind one incident. `alert_count` is how many were swallowed so far (ALR-6).

    Open until `close_group`; `cleared_at` is set while nothing in it fires.
    """

    id: int
    title: str
    labels: dict[str, str]
    service: str | None
    severity: str | None
    urgency: Urgency
    policy: str | None
    opened_at: datetime
    last_alert_at: datetime
    cleared_at: datetime | None
    closed_at: datetime | None
    alert_count: int
    scope_id: int


def identity_of(labels: Mapping[str, str]) -> str:
    """The identity of a label set, whatever the order: 32 hexadecimal digits, fit for a `uuid` column.

    NUL separates, since every parser refuses it: no two label sets join to the same text.
    """
    joined = "\0".join(chain.from_iterable(sorted(labels.items())))
    return hashlib.blake2b(joined.encode(), digest_size=16).hexdigest()


def identity_of_key(key: str) -> str:
    """The identity behind a key that the source itself chose (PagerDuty's `dedup_key`, a mapped field)."""
    return hashlib.blake2b(key.encode(), digest_size=16, person=b"dedup-key").hexdigest()


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """Alertmanager's fingerprint: FNV-1a 64 over the sorted names and values (contracts 3.4). Slow in Python, so
    for showing only."""
    value = 14695981039346656037
    for name in sorted(labels):
        for byte in f"{name}\0{labels[name]}\0".encode().replace(b"\0", b"\xff"):
            value = ((value ^ byte) * 1099511628211) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def says_critical(severity_hint: str) -> bool:
    return severity_hint.lower() in CRITICAL_WORDS
