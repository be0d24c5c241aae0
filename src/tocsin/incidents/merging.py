"""Two incidents that are one: the second's work goes on in the first, until somebody splits them again (LIF-6).

Nothing is deleted: the second keeps its timeline, roles and alerts, and its alerts count for the first meanwhile.
"""

from msgspec.structs import replace

from tocsin.incidents import lifecycle, sentences, service, store
from tocsin.incidents.alerts_of import count_alerts
from tocsin.incidents.events import IncidentAbsorbed, IncidentMerged, IncidentSplitOff
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx


async def merge(tx: Tx, incident_id: int, into_id: int, by: str, reason: str = "") -> Incident:
    """The first is merged into the second; both are open. Its paging stops, and its alerts join the other from now on.

    Raises Refused, naming what to do instead.
    """
    locked = {each: await service.lock(tx, each) for each in sorted({incident_id, into_id})}
    incident, into = locked[incident_id], locked[into_id]
    check_merge(incident, into)
    if await store.list_merged(tx.conn, incident.id):
        ref = incident_ref(incident.number)
        raise Refused(f"Other incidents are merged into {ref}.", "Split them from it first.", field="into")
    await service.cancel_quiet_timer(tx, incident.id)
    after = replace(lifecycle.moved(incident, Status.RESOLVED, tx.now), merged_into=into.id)
    await store.update_incident(tx.conn, after)
    await store.update_incident(tx.conn, replace(into, alerts=into.alerts + incident.alerts))
    ref, into_ref, why = incident_ref(incident.number), incident_ref(into.number), sentences.full_stop(reason)
    await tx.emit(
        IncidentMerged(
            **service.about(after, by),
            sentence=f"Merged into {into_ref}, by {by}: the work goes on there. {why}".rstrip(),
            into_id=into.id,
            into_number=into.number,
            reason=reason,
        )
    )
    await tx.emit(
        IncidentAbsorbed(
            **service.about(into, by),
            sentence=f"{ref} is merged into this one, by {by}: {sentences.full_stop(incident.title)} {why}".rstrip(),
            other_id=incident.id,
            other_number=incident.number,
            reason=reason,
        )
    )
    return after


def check_merge(incident: Incident, into: Incident) -> None:
    """Raises Refused or Invalid unless these two may become one."""
    ref, into_ref = incident_ref(incident.number), incident_ref(into.number)
    if incident.id == into.id:
        raise Invalid(f"{ref} cannot be merged into itself.", "Name another incident: --into INC-1.", field="into")
    if into.merged_into is not None:
        raise Refused(f"{into_ref} is merged into another incident itself.", "Merge into that one.", field="into")
    if incident.merged_into is not None:
        raise Refused(f"{ref} is merged already.", f"tocsin split {ref} first.", field="status")
    for each, name in ((incident, ref), (into, into_ref)):
        if not each.is_open:
            remedy = f"Say that they belong together: tocsin link {ref} --to {into_ref}."
            raise Refused(f"{name} is {each.status}: only what is open is merged.", remedy, field="status")
    if incident.scope_id != into.scope_id and (incident.is_private or into.is_private):
        raise Refused(
            f"{ref} and {into_ref} are not seen by the same people.",
            "A private incident is merged with none that others see.",
            field="into",
        )


async def split(tx: Tx, incident_id: int, by: str, reason: str) -> Incident:
    """It is an incident of its own again: investigated, with its alerts, and people are called for it. Raises Refused
    for what is not merged, Invalid without a reason.
    """
    into_id = (await service.get(tx.conn, incident_id)).merged_into
    locked = {each: await service.lock(tx, each) for each in sorted({incident_id, into_id or incident_id})}
    incident = locked[incident_id]
    ref = incident_ref(incident.number)
    if incident.merged_into is None or incident.merged_into != into_id:
        raise Refused(f"{ref} is merged into nothing.", f"tocsin show {ref} says how it stands.", field="status")
    if not reason.strip():
        raise Invalid("A split needs a reason.", "Say why they are two after all: --why TEXT.", field="reason")
    into = locked[incident.merged_into]
    alerts = await count_alerts(tx.conn, incident)
    incident = replace(incident, alerts=alerts)
    await store.update_incident(tx.conn, replace(into, alerts=max(0, into.alerts - alerts)))
    why = f"split from {incident_ref(into.number)}, {reason.strip()}"
    after = await service.reopen_locked(tx, replace(incident, merged_into=None), by, why, by_person=True)
    await tx.emit(
        IncidentSplitOff(
            **service.about(into, by),
            sentence=f"{ref} is split from this one, by {by}: {sentences.full_stop(reason)}",
            other_id=incident.id,
            other_number=incident.number,
            reason=reason,
        )
    )
    return after


async def list_merged(conn: Conn, incident_id: int) -> list[Incident]:
    """Those that are merged into it, for callers that have decided who may see it."""
    return await store.list_merged(conn, incident_id)
