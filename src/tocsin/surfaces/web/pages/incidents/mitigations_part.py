"""What was done against the incident, as the room shows it, with one-press results; and the label *Mitigating*."""

from datetime import datetime

import msgspec

from tocsin.kernel.db import Conn
from tocsin.mitigation import rules
from tocsin.mitigation.model import Mitigation, Result
from tocsin.surfaces.web.pages.incidents.slots import RoomContext

_TONES = {Result.HELPED: "soft", Result.NO_EFFECT: "soft", Result.WORSE: "alarm"}


class MitigationView(msgspec.Struct, frozen=True, kw_only=True):
    """`outcome` in words, empty while it runs; `way_back` is offered after it made things worse."""

    n: int
    what: str
    by: str
    started_at: datetime
    runs: bool
    is_temporary: bool
    outcome: str
    tone: str
    note: str
    way_back: str


class MitigationsView(msgspec.Struct, frozen=True, kw_only=True):
    """`maintenance` is the page that keeps the service from paging, empty where none is known."""

    mitigations: tuple[MitigationView, ...]
    may_record: bool
    may_identify: bool
    maintenance: str


class MitigatingView(msgspec.Struct, frozen=True):
    """What runs now."""

    running: tuple[MitigationView, ...]


async def load(conn: Conn, room: RoomContext) -> MitigationsView | None:
    """None for what is over and was never mitigated."""
    found = room.known.mitigations
    if not found and not room.incident.is_open:
        return None
    return MitigationsView(
        mitigations=tuple(_view(each, is_last=each is found[-1], is_open=room.incident.is_open) for each in found),
        may_record=room.may_respond and room.incident.is_open,
        may_identify=room.incident.status in rules.BEFORE_IDENTIFIED,
        maintenance=rules.maintenance_path(room.incident) or "",
    )


async def load_label(conn: Conn, room: RoomContext) -> MitigatingView | None:
    """*Mitigating* in the head of the room, while a mitigation runs."""
    running = [each for each in room.known.mitigations if each.runs]
    return MitigatingView(tuple(_view(each, is_last=False, is_open=True) for each in running)) if running else None


def _view(mitigation: Mitigation, *, is_last: bool, is_open: bool) -> MitigationView:
    result = mitigation.result
    is_bad_end = result is Result.WORSE and is_last and is_open
    return MitigationView(
        n=mitigation.n,
        what=mitigation.what,
        by=mitigation.by.removeprefix("@"),
        started_at=mitigation.started_at,
        runs=mitigation.runs,
        is_temporary=mitigation.is_temporary,
        outcome=result.words if result else "",
        tone=_TONES[result] if result else "",
        note=mitigation.note,
        way_back=rules.way_back_of(mitigation) if is_bad_end else "",
    )
