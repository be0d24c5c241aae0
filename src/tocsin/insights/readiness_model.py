"""The values of readiness (ONC-6): what is looked at before a shift, and what was found."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.insights.handoff_model import Entry, IncidentLine
from tocsin.postmortems.action_model import ActionItem
from tocsin.postmortems.model import Unread


class AccessProbe(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a team's people must be able to reach: an address, or a command that ends with status 0.

    Exactly one of `url` and `command` (program and arguments; no shell) is given.
    """

    name: str
    url: str | None = None
    command: tuple[str, ...] = ()


class Probed(AccessProbe, frozen=True, kw_only=True):
    """A probe with its last try. `is_ok` None: it was never tried, or (with `checked_at`) is not run here."""

    checked_at: datetime | None = None
    is_ok: bool | None = None
    detail: str = ""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """One way to reach the person, and when somebody last answered by it. `number` is its place in
    `tocsin contact list`; `is_missed`: a test was not answered since."""

    number: int
    kind: str
    proven_at: datetime | None
    is_missed: bool = False


class LastTest(msgspec.Struct, frozen=True, kw_only=True):
    """The last test page."""

    sent_at: datetime
    answered_at: datetime | None


class State(StrEnum):
    READY = "ready"
    MISSING = "missing"
    NOTE = "note"  # to be read: neither good nor bad


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; `remedy` says what to do when it is missing."""

    name: str
    state: State
    sentence: str
    remedy: str = ""
    url: str = ""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of a person before a shift. `probes` are those of the schedule's team, `unread` the
    postmortems of its services, `overdue` their own action items."""

    schedule: str
    time_zone: str
    person: str
    starts_at: datetime
    proofs: tuple[Proof, ...]
    test: LastTest | None
    probes: tuple[Probed, ...]
    incidents: tuple[IncidentLine, ...]
    issues: tuple[Entry, ...]
    unread: tuple[Unread, ...] = ()
    overdue: tuple[ActionItem, ...] = ()


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a person is ready for a shift that begins at `starts_at`: nothing is missing."""

    schedule: str
    time_zone: str
    person: str
    starts_at: datetime
    checked_at: datetime
    is_ready: bool
    items: tuple[Item, ...]
