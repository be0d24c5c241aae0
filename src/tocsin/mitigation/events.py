"""What was done against an incident, as facts of its timeline."""

from tocsin.incidents.events import IncidentEvent


class MitigationBegun(IncidentEvent, frozen=True, kw_only=True):
    """Somebody has begun to do something about it."""

    mitigation_id: int
    n: int
    what: str
    strategy: str | None
    is_temporary: bool
    dry_run: bool | None


class MitigationFinished(IncidentEvent, frozen=True, kw_only=True):
    """It is done; whether it helped is `result`."""

    mitigation_id: int
    n: int
    what: str
    result: str
    note: str


class MitigationMadeWorse(IncidentEvent, frozen=True, kw_only=True):
    """It made things worse and was stopped (ROL-5); `way_back` is what takes it back."""

    mitigation_id: int
    n: int
    what: str
    way_back: str
    note: str
