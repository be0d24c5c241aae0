"""What the auditor looks at, and what it finds. No IO, no clock."""

from datetime import datetime

from msgspec import Struct


class OpenIncident(Struct, frozen=True, kw_only=True):
    """How an open incident is looked after. `run_state` is that of its latest escalation, None: it has none.

    `has_timer`: the timer that its running escalation counts on is armed. `has_page`: a page and the job that sends it
    are under way. `is_waited_for`: another timer of its own is armed, such as that which resolves it, or the end of a
    maintenance; beside a climb only those two count. `is_said`: its timeline says that the ladder is at its end.
    """

    id: int
    number: int
    is_acknowledged: bool
    run_state: str | None
    has_timer: bool
    has_page: bool
    is_waited_for: bool
    is_said: bool


class Overdue(Struct, frozen=True, kw_only=True):
    """Jobs of one kind that should have begun long ago and have not. `since`: when the oldest was due."""

    kind: str
    count: int
    since: datetime


class LedgerMonths(Struct, frozen=True, kw_only=True):
    """The ledger's months as `2026_03`: those that are there, and those whose entries lie in the default partition."""

    made: frozenset[str]
    strays: frozenset[str]


class Facts(Struct, frozen=True, kw_only=True):
    """Everything that one look reads. `orphaned`: jobs that are held by workers that are long dead, by kind; `known`:
    the kinds that this program can run; `unsent`: pages that nobody will send."""

    incidents: tuple[OpenIncident, ...]
    overdue: tuple[Overdue, ...]
    orphaned: dict[str, int]
    known: frozenset[str]
    unsent: int
    months: LedgerMonths


class Finding(Struct, frozen=True, kw_only=True):
    """Something that is wrong. `key` tells whether it is the same as before; `remedy` says what to do."""

    key: str
    sentence: str
    remedy: str


class StoredFinding(Finding, frozen=True, kw_only=True):
    first_seen_at: datetime
    told_at: datetime


class Verdict(Struct, frozen=True, kw_only=True):
    """What a look means: what the administrators are told of now, what stays as it was, and what is mended."""

    tell: tuple[Finding, ...]
    quiet: tuple[Finding, ...]
    mended: tuple[StoredFinding, ...]
