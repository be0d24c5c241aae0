"""What a mitigation is: its values and its results. No IO, no clock."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Result(StrEnum):
    """What came of it."""

    HELPED = "helped"
    NO_EFFECT = "no-effect"
    WORSE = "worse"

    @property
    def words(self) -> str:
        """Completes "rolling back …"."""
        return {"helped": "helped", "no-effect": "had no effect", "worse": "made it worse"}[self.value]


class Mitigation(Struct, frozen=True, kw_only=True):
    """One thing that was done: `n` counts within its incident, `by` is an actor, `ended_at` None: it runs.

    `strategy` names one of a catalogue, such as rollback; `way_back` says how to undo it; `dry_run` whether it was
    tried without effect first, None: nobody has said. A result is there exactly when it has ended.
    """

    id: int
    incident_id: int
    n: int
    what: str
    strategy: str | None
    way_back: str | None
    dry_run: bool | None
    is_temporary: bool
    by: str
    recorded_by: str
    started_at: datetime
    ended_at: datetime | None
    result: Result | None
    note: str

    @property
    def runs(self) -> bool:
        return self.ended_at is None


class MitigationDraft(Struct, frozen=True, kw_only=True):
    """What a person says about it at its beginning. `started_at` None: now; `by` None: whoever says it."""

    what: str
    strategy: str | None = None
    way_back: str | None = None
    dry_run: bool | None = None
    is_temporary: bool = False
    started_at: datetime | None = None
    by: str | None = None


def is_mitigating(mitigations: Iterable[Mitigation]) -> bool:
    """The label *Mitigating* (LIF-1): one runs."""
    return any(each.runs for each in mitigations)
