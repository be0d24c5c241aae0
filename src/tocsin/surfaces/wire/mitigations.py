"""Mitigations on the wire: what was done against an incident, and what came of it (MIT-0, ROL-5)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.mitigation.model import Mitigation as Stored
from tocsin.surfaces.wire.body import Body


class Mitigation(msgspec.Struct, kw_only=True):
    """`n` counts within the incident; `by` did it, `recorded_by` wrote it down. It runs while `ended_at` is null;
    `result` is helped, no-effect or worse.
    """

    n: int
    what: str
    strategy: str | None
    way_back: str | None
    dry_run: bool | None
    temporary: bool
    by: str
    recorded_by: str
    started_at: datetime
    ended_at: datetime | None
    result: str | None
    note: str


class MitigationList(msgspec.Struct, kw_only=True):
    """Of one incident, in the order in which they were begun."""

    incident: str
    mitigations: list[Mitigation]


class MitigationRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Only `what` is needed. `by` is a user's name, absent: the caller. `identified` says that the cause is known with
    it: the status moves. With a `result` it has ended already.
    """

    what: str
    strategy: str | None = None
    way_back: str | None = None
    dry_run: bool | None = None
    temporary: bool = False
    started_at: datetime | None = None
    by: str | None = None
    identified: bool = False
    result: str | None = None
    note: str = ""


class FinishRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What came of it: helped, no-effect or worse."""

    result: str
    note: str = ""


class WorseRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Who is called to help: these people; none: the next step of the escalation, unless `call_help` is false."""

    note: str = ""
    helpers: list[str] = msgspec.field(default_factory=list[str])
    call_help: bool = True


class Worse(msgspec.Struct, kw_only=True):
    """What was done, and what is offered: the way back, and the page where the services go into maintenance. `called`
    is empty when nobody is; `why_nobody` then says why, if it was meant to be.
    """

    incident: str
    mitigation: Mitigation
    way_back: str
    called: str
    why_nobody: str
    maintenance_url: str | None


def mitigation(stored: Stored) -> Mitigation:
    return Mitigation(
        n=stored.n,
        what=stored.what,
        strategy=stored.strategy,
        way_back=stored.way_back,
        dry_run=stored.dry_run,
        temporary=stored.is_temporary,
        by=stored.by,
        recorded_by=stored.recorded_by,
        started_at=stored.started_at,
        ended_at=stored.ended_at,
        result=stored.result.value if stored.result else None,
        note=stored.note,
    )


def mitigations(ref: str, stored: Sequence[Stored]) -> MitigationList:
    return MitigationList(incident=ref, mitigations=[mitigation(each) for each in stored])
