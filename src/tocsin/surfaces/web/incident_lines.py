"""An incident as one line of a list, and its severity as a word with a hue: shared by every page that shows some."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Profile
from tocsin.comms import cadence
from tocsin.delivery.model import Urgency
from tocsin.incidents import assigning, findings
from tocsin.incidents.model import Finding, Incident, Status
from tocsin.incidents.roles import commander_of
from tocsin.kernel.db import Conn
from tocsin.kernel.durations import length_words
from tocsin.kernel.errors import NotFound
from tocsin.kernel.ids import incident_ref
from tocsin.paging import service as paging
from tocsin.room.model import Rule

_HUES = 4


class LevelView(msgspec.Struct, frozen=True):
    """`hue` 1 is the worst of four; a profile may have more levels than there are hues."""

    name: str
    title: str
    hue: int


class IncidentLine(msgspec.Struct, frozen=True, kw_only=True):
    """`is_loud`: a person is needed now. `lasted` is empty while it is open. `trouble` is what has been wrong longest
    with the way it is worked on, but for the update that is due; empty: nothing is. `update_at`: when the next update
    is due, or was.
    """

    id: int
    number: int
    ref: str
    path: str
    title: str
    is_drill: bool
    level: LevelView | None
    status: str
    services: str
    who: str
    is_open: bool
    needs_answer: bool
    is_loud: bool
    declared_at: datetime
    resolved_at: datetime | None
    lasted: str
    trouble: str = ""
    update_at: datetime | None = None


def level_view(profile: Profile, severity: str | None) -> LevelView | None:
    """None for what nobody has classified; a level of a former profile keeps its name."""
    if severity is None:
        return None
    try:
        level = profile.level(severity)
    except NotFound:
        return LevelView(severity, "", _HUES)
    return LevelView(level.name, level.title, min(level.rank, _HUES))


def levels_of(profile: Profile) -> tuple[LevelView, ...]:
    return tuple(LevelView(level.name, level.title, min(level.rank, _HUES)) for level in profile.levels)


def needs_answer(incident: Incident) -> bool:
    """Open, and nobody has taken it; what is monitored has gone quiet by itself."""
    return incident.is_open and incident.acknowledged_at is None and incident.status is not Status.MONITORING


def incident_path(number: int) -> str:
    return f"/incidents/{incident_ref(number)}"


async def load_lines(conn: Conn, found: Sequence[Incident]) -> tuple[IncidentLine, ...]:
    """One line each, in the same order, with what is being called right now."""
    profile = await catalog.severity_profile(conn)
    calling = await paging.list_calling(conn, found)
    holdings = await assigning.list_holdings_of(conn, [incident.id for incident in found])
    updates = await cadence.list_next_updates(conn, [incident.id for incident in found if incident.is_open])
    wrong = await findings.list_open_findings(conn, [incident.id for incident in found if incident.is_open])
    return tuple(
        incident_line(
            incident,
            profile,
            is_calling=incident.id in calling,
            commander=commander_of(holdings.get(incident.id, ())),
            wrong=wrong.get(incident.id, ()),
            update_at=updates.get(incident.id),
        )
        for incident in found
    )


def incident_line(
    incident: Incident,
    profile: Profile,
    *,
    is_calling: bool = False,
    commander: str | None = None,
    wrong: Sequence[Finding] = (),
    update_at: datetime | None = None,
) -> IncidentLine:
    """`is_calling`: people are being called for it, whether or not somebody had taken it before."""
    asks = incident.is_open and (is_calling or needs_answer(incident))
    return IncidentLine(
        id=incident.id,
        number=incident.number,
        is_drill=incident.is_drill,
        ref=incident_ref(incident.number),
        path=incident_path(incident.number),
        title=incident.title,
        level=level_view(profile, incident.severity),
        status=incident.status.value,
        services=", ".join(incident.services),
        who=_who(incident, commander, asks),
        is_open=incident.is_open,
        needs_answer=asks,
        is_loud=asks and incident.urgency is Urgency.HIGH,
        declared_at=incident.declared_at,
        resolved_at=incident.resolved_at,
        lasted=lasted(incident),
        trouble=next((each.text for each in wrong if each.rule != Rule.UPDATE_OVERDUE), ""),
        update_at=update_at,
    )


def lasted(incident: Incident) -> str:
    """From the start of the impact, or its detection, to the end; empty while it is open."""
    if incident.resolved_at is None:
        return ""
    return length_words(incident.resolved_at - (incident.started_at or incident.detected_at))


def _who(incident: Incident, commander: str | None, asks: bool) -> str:
    if not incident.is_open:
        return ""
    if commander or incident.acknowledged_by:
        held = f"{commander} commands" if commander else f"{(incident.acknowledged_by or '').removeprefix('@')} has it"
        return f"{held}{', others are called' if asks else ''}"
    return "nobody has acknowledged" if asks else ""
