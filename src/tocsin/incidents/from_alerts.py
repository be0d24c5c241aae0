"""What alerts do to incidents: declare one for a group, attach to it, relapse, reopen, and calm down when all is clear.

Reactions to the events of `alerts`, in the same transaction and under the group's lock: group → incident → page → job.
"""

from msgspec.structs import replace

from tocsin.alerts.events import (
    AlertFlaps,
    AlertGroupCleared,
    AlertNoted,
    AlertRelabelled,
    AlertSettled,
    AlertsGrouped,
)
from tocsin.alerts.groups import reopen_group
from tocsin.catalog import service as catalog
from tocsin.delivery.model import Urgency
from tocsin.incidents import lifecycle, sentences, service, store
from tocsin.incidents.alerts_of import is_any_firing
from tocsin.incidents.assigning import list_holdings
from tocsin.incidents.classifying import classify, classify_worse, find_level, merged, with_assessment
from tocsin.incidents.events import AlertsAttached, AlertsCleared
from tocsin.incidents.lifecycle import GroupMove
from tocsin.incidents.model import Declaration, DetectionSource, Incident, Status
from tocsin.incidents.roles import commander_of
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx

RESOLVE_QUIET = "incidents.resolve_quiet"
DRILL = "drill"
"""Alerts that are grouped by this label and have it `true` declare a drill: real pages, and no part of any figure."""


async def declare_from_alerts(tx: Tx, event: AlertsGrouped) -> None:
    """One group, one incident: the first alerts declare it, later ones join it or bring it back (ALR-6, RES-2)."""
    incident = None if event.opened else await store.find_incident_of_group(tx.conn, event.group_id)
    move = lifecycle.decide_group_move(incident)
    if incident is None or move is GroupMove.DECLARE:
        if incident is not None:  # its end may not have closed the group yet
            await reopen_group(tx, event.group_id)
        await _declare(tx, event)
        return
    incident = replace(incident, alerts=incident.alerts + event.fresh)
    if move is GroupMove.ATTACH:
        await _attach(tx, incident, event)
    elif move is GroupMove.RELAPSE:
        sentence = sentences.relapsed(len(event.alert_ids), event.title)
        await service.relapse(tx, incident, sentence, _why_again(event))
    else:
        await service.reopen_locked(tx, incident, "tocsin", _why_again(event), by_person=False)


async def _declare(tx: Tx, event: AlertsGrouped) -> None:
    known = await catalog.find_service_in(tx, event.service) if event.service else None
    found = classify(await catalog.severity_profile_in(tx), event.severity, event.facts)
    declaration = Declaration(
        title=event.title.strip()[: service.MAX_TITLE] or sentences.NAMELESS,
        severity=found.severity,
        services=(known.name,) if known else (),
        urgency=Urgency(event.urgency),
        policy=event.policy,
        source=DetectionSource.HEARTBEAT_MISSED if event.is_heartbeat else DetectionSource.MONITORING_ALERT,
        reason=" ".join(filter(None, (sentences.full_stop(event.reason), found.why))),
        summary=_with_lateness(event, event.summary or sentences.of_labels(event.labels)) or None,
        started_at=event.started_at,
        detected_at=event.first_seen,
        alert_group_id=event.group_id,
        alerts=event.total,
        is_drill=event.labels.get(DRILL) == "true",
    )
    if found.assessment is not None:
        declaration = with_assessment(declaration, merged({}, event.facts), found.assessment)
    await service.declare_checked(tx, declaration, [known] if known else [])


def _with_lateness(event: AlertsGrouped, words: str) -> str:
    """Whoever is called late reads so first (REL-8)."""
    return " ".join(filter(None, (sentences.full_stop(event.late) if event.late else "", words)))


async def _attach(tx: Tx, incident: Incident, event: AlertsGrouped) -> None:
    await store.update_incident(tx.conn, incident)
    worse, why = classify_worse(await catalog.severity_profile_in(tx), incident, event.severity, event.facts)
    await tx.emit(
        AlertsAttached(
            **service.about(incident),
            sentence=sentences.attached(len(event.alert_ids), event.total, event.title) + why,
            alert_ids=tuple(event.alert_ids),
            total=event.total,
            title=event.title,
            acknowledged_by=incident.acknowledged_by,
            worse=worse,
        )
    )


def _why_again(event: AlertsGrouped) -> str:
    return _with_lateness(event, f"it fires again: {event.title}")


async def alerts_cleared(tx: Tx, event: AlertGroupCleared) -> None:
    """LIF-8. Where a person closed the last alert, people say when the incident is over; its timeline says this."""
    incident = await store.find_incident_of_group(tx.conn, event.group_id)
    if incident is None or not incident.is_open or incident.status is Status.MONITORING:
        return
    if event.how == "person":
        await service.note(tx, incident, entry_type="finding", text=event.sentence, by="tocsin")
        return
    if await is_any_firing(tx.conn, incident, but=event.group_id):
        text = f"{sentences.full_stop(event.sentence)} Other alerts of this incident still fire."
        await service.note(tx, incident, entry_type="finding", text=text, by="tocsin")
        return
    level = find_level(await catalog.severity_profile_in(tx), incident.severity)
    commander = commander_of(await list_holdings(tx.conn, incident.id))
    decided = lifecycle.decide_cleared(incident, level, event.how, tx.now, commander=commander)
    after = lifecycle.moved(incident, Status.MONITORING, tx.now)
    await store.update_incident(tx.conn, after)
    if decided.resolves_at is not None:
        await jobs.enqueue(
            tx,
            jobs.NewJob(
                kind=RESOLVE_QUIET,
                payload={"incident_id": incident.id},
                lane="timers",
                run_at=decided.resolves_at,
                key=service.quiet_key(incident.id),
            ),
        )
    await tx.emit(
        AlertsCleared(
            **service.about(after),
            sentence=decided.reason,
            how=event.how,
            resolves_at=decided.resolves_at,
            acknowledged_by=after.acknowledged_by,
        )
    )


async def note_flapping(tx: Tx, event: AlertFlaps | AlertSettled) -> None:
    """Whoever looks at the incident reads why its alert comes and goes and nobody is called anew (ALR-7)."""
    incident = await store.find_incident_of_group(tx.conn, event.group_id) if event.group_id is not None else None
    if incident is not None and incident.is_open:
        await service.note(tx, incident, entry_type="finding", text=sentences.full_stop(event.sentence), by="tocsin")


async def note_from_source(tx: Tx, event: AlertNoted) -> None:
    """What somebody wrote on the alert in the tool that sent it, for whoever works here."""
    incident = await _find_open(tx, event.group_id)
    if incident is not None:
        text = sentences.written_at_source(event.actor, event.text)[: service.MAX_NOTE]
        await service.note(tx, incident, entry_type="note", text=text, by=event.actor)


async def note_other_severity(tx: Tx, event: AlertRelabelled) -> None:
    """The source calls it worse or milder than before: people decide whether the incident is."""
    incident = await _find_open(tx, event.group_id) if event.severity_hint is not None else None
    if incident is not None:
        await service.note(tx, incident, entry_type="finding", text=sentences.full_stop(event.sentence), by="tocsin")


async def _find_open(tx: Tx, group_id: int | None) -> Incident | None:
    return await service.find_open_incident_of_group(tx, group_id) if group_id is not None else None


async def resolve_quiet(tx: Tx, incident_id: int) -> None:
    """The stability window is over: resolve it, if it still is as quiet and as untouched as when the timer was set."""
    incident = await service.lock(tx, incident_id)
    if lifecycle.is_quiet_enough(incident) and incident.mitigated_at is not None:
        await service.end(tx, incident, "tocsin", sentences.stayed_clear(incident.mitigated_at), by_person=False)
