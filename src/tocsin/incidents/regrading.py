"""A person changes the severity of an incident, or keeps it against what the known facts suggest; each with a reason
(CLS-3). What a new level starts is above (`reactions.py`); here the timeline says what it asks for.
"""

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Profile
from tocsin.incidents import facts_of, facts_store, level_change, sentences, service, store
from tocsin.incidents.classifying import find_level
from tocsin.incidents.events import SeverityChanged, SeverityKept
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx


async def change_severity(tx: Tx, incident_id: int, severity: str, by: str, reason: str) -> Incident:
    """Raise, lower, or – the level that it has, against a proposal – keep it. Raises NotFound for an unknown level,
    Invalid without a reason, Refused when nothing changes and nothing is proposed.
    """
    profile = await catalog.severity_profile_in(tx)
    level = profile.level(severity)
    incident = await service.lock(tx, incident_id)
    if incident.severity == level.name:
        return await _keep(tx, incident, by, reason)
    _check_reason(reason)
    after = replace(incident, severity=level.name)
    await store.update_incident(tx.conn, after)
    await facts_store.update_kept(tx.conn, incident_id, kept=level.name, by=by, reason=reason, at=tx.now)
    raised = is_raised(profile, incident.severity, level.name)
    consequence = level_change.in_words(incident, find_level(profile, incident.severity), level)
    await tx.emit(
        SeverityChanged(
            **service.about(after, by),
            sentence=sentences.severity_changed(incident.severity, level.name, by, reason) + consequence,
            before=incident.severity,
            after=level.name,
            raised=raised,
            reason=reason,
        )
    )
    return after


async def _keep(tx: Tx, incident: Incident, by: str, reason: str) -> Incident:
    """The proposal is declined: the level stays, and the reason is on the timeline."""
    waiting = await facts_of.find_proposal(tx.conn, incident.id)
    if waiting is None or incident.severity is None:
        raise Refused(
            f"{incident_ref(incident.number)} is {incident.severity} already.", "Name another level.", field="severity"
        )
    _check_reason(reason)
    await facts_store.update_kept(tx.conn, incident.id, kept=incident.severity, by=by, reason=reason, at=tx.now)
    await tx.emit(
        SeverityKept(
            **service.about(incident, by),
            sentence=f"Severity stays {incident.severity} and does not become {waiting.suggested}, by {by}:"
            f" {sentences.full_stop(reason)}",
            suggested=waiting.suggested or "",
            kept=incident.severity,
            reason=reason,
        )
    )
    return incident


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("A severity needs a reason.", "Say why: --why TEXT.", field="reason")


def is_raised(profile: Profile, before: str | None, after: str) -> bool:
    """Rank 1 is worst; a first classification raises, and so does one whose level belonged to a former profile."""
    own = find_level(profile, before)
    return own is None or profile.level(after).rank < own.rank
