"""The life of an incident as pure decisions: which moves are legal, which instants they set, what an alert's end means.

No store, no clock: `now` and every fact are arguments.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from tocsin.catalog.severity import Level
from tocsin.incidents.model import LEGAL_MOVES, Incident, Status
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref


def check_move(incident: Incident, after: Status) -> None:
    """Raises Refused, naming the allowed moves, unless LIF-1 allows the step."""
    allowed = LEGAL_MOVES[incident.status]
    ref = incident_ref(incident.number)
    if incident.merged_into is not None:
        raise Refused(f"{ref} is merged: it goes on in the other incident.", f"tocsin split {ref}.", field="status")
    if after in allowed:
        return
    if after is incident.status:
        raise Refused(f"{ref} is already {after}.", remedy=_name_allowed(allowed), field="status")
    raise Refused(
        f"{ref} is {incident.status}; it cannot become {after}.", remedy=_name_allowed(allowed), field="status"
    )


def _name_allowed(allowed: tuple[Status, ...]) -> str:
    if not allowed:
        return "Nothing moves after closed: declare a new incident."
    return f"Allowed from here: {', '.join(allowed)}."


def check_reopen(incident: Incident, reason: str) -> None:
    """Only what is resolved can be reopened, and only with a reason."""
    if incident.status is not Status.RESOLVED:
        check_move(incident, Status.INVESTIGATING)
        raise Refused(
            f"{incident_ref(incident.number)} is {incident.status}: only a resolved incident can be reopened.",
            remedy=f"To go on working on it: tocsin status {incident_ref(incident.number)} investigating.",
            field="status",
        )
    check_move(incident, Status.INVESTIGATING)
    if not reason.strip():
        raise Refused("Reopening needs a reason.", remedy="Say why it is not over: --why TEXT.", field="reason")


def check_acknowledge(incident: Incident) -> None:
    """Whatever is open can be acknowledged, also a second time: a relapse asks again."""
    if not incident.is_open:
        ref = incident_ref(incident.number)
        raise Refused(
            f"{ref} is {incident.status}: there is nothing to acknowledge.",
            remedy=f"If it is not over: tocsin reopen {ref} --why TEXT.",
            field="status",
        )


def acknowledged(incident: Incident, by: str, now: datetime) -> Incident:
    """The incident once `by` has taken it. The first acknowledgement keeps its instant; the holder is the latest."""
    status = Status.ACKNOWLEDGED if incident.status is Status.TRIGGERED else incident.status
    first = incident.acknowledged_at or now
    return replace(incident, status=status, acknowledged_at=first, acknowledged_by=by)


def moved(incident: Incident, after: Status, now: datetime) -> Incident:
    """The incident after a legal move, with the instants of LIF-2 that it sets.

    A move back to investigating takes back `mitigated_at` and `resolved_at`: it was not over. An end that skipped a
    stage is that stage's instant too, so that durations exist and do not run backwards.
    """
    if after is Status.INVESTIGATING and incident.status in (Status.MONITORING, Status.RESOLVED):
        return replace(incident, status=after, mitigated_at=None, resolved_at=None)
    mitigated = incident.mitigated_at
    if after is Status.MONITORING or (after in (Status.RESOLVED, Status.CLOSED) and mitigated is None):
        mitigated = now
    resolved = incident.resolved_at
    if after in (Status.RESOLVED, Status.CLOSED) and resolved is None:
        resolved = now
    identified = now if after is Status.IDENTIFIED else incident.identified_at
    closed = now if after is Status.CLOSED else None
    return replace(
        incident, status=after, identified_at=identified, mitigated_at=mitigated, resolved_at=resolved, closed_at=closed
    )


class GroupMove(StrEnum):
    """What alerts that join a group do to the group's latest incident."""

    DECLARE = "declare"
    ATTACH = "attach"
    RELAPSE = "relapse"
    REOPEN = "reopen"


def decide_group_move(incident: Incident | None) -> GroupMove:
    """`incident` is the latest one of the group, None: it has none yet. A closed one stays closed (LIF-1)."""
    if incident is None or incident.status is Status.CLOSED:
        return GroupMove.DECLARE
    if incident.status is Status.RESOLVED:
        return GroupMove.REOPEN
    if incident.status is Status.MONITORING:
        return GroupMove.RELAPSE
    return GroupMove.ATTACH


class Cleared(Struct, frozen=True):
    """What the end of the last alert means: monitoring until `resolves_at`; None: until a person ends it. And why."""

    resolves_at: datetime | None
    reason: str


def decide_cleared(
    incident: Incident, level: Level | None, how: str, now: datetime, *, commander: str | None = None
) -> Cleared:
    """LIF-8. `level` None, an unclassified incident, is never taken for harmless. `commander`, by name, ends what they
    command, whoever has acknowledged it.

    `how` is the alert group's: source, stale or person. Either way the incident is monitored from here: not over yet,
    and a relapse inside the window is the same incident.
    """
    cleared = "The last alert went stale; monitoring" if how == "stale" else "The last alert has cleared; monitoring"
    if commander is not None:
        return Cleared(None, f"{cleared}. @{commander} commands, and ends it.")
    if incident.acknowledged_at is not None:
        return Cleared(None, f"{cleared}. {incident.acknowledged_by or 'Somebody'} has taken the incident and ends it.")
    if level is None:
        return Cleared(None, f"{cleared}. The severity is not set, so a person has to end the incident.")
    if level.is_top:
        return Cleared(None, f"{cleared}. A {level.name} is ended by a person, not by its alerts.")
    resolves_at = now + level.stability_window
    return Cleared(resolves_at, f"{cleared}. Resolves by itself at {resolves_at:%H:%M} UTC unless it fires again.")


def is_quiet_enough(incident: Incident) -> bool:
    """Whether the end of the stability window may resolve it: still monitored, and nobody has taken it meanwhile."""
    return incident.status is Status.MONITORING and incident.acknowledged_at is None
