"""What paging does when something beneath it has happened: the same-transaction handlers that `reactions` lists.

Each takes the event of a lower package, finds the incident that its emitter has locked, and calls a use case.
"""

from datetime import timedelta

from tocsin.alerts.events import AlertAcknowledgedAtSource, AlertUnacknowledgedAtSource
from tocsin.delivery import service as delivery
from tocsin.delivery.events import DeliveryEnded
from tocsin.delivery.model import Purpose
from tocsin.incidents import privacy
from tocsin.incidents import service as incidents
from tocsin.incidents.events import (
    AlertsAttached,
    AlertsCleared,
    IncidentAcknowledged,
    IncidentDeclared,
    IncidentMadePrivate,
    IncidentMerged,
    IncidentRelapsed,
    IncidentReopened,
    IncidentResolved,
    SeverityChanged,
)
from tocsin.kernel import jobs
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import is_repeated
from tocsin.kernel.tx import Tx
from tocsin.paging import (
    ack_timeout,
    beside,
    climbing,
    maintenance,
    messages,
    sentences,
    service,
    snoozing,
    store,
    telling,
    unreached,
)
from tocsin.paging.beginning import begin, load_occasion
from tocsin.paging.model import RunState

TELL_HOLDER_EVERY = timedelta(minutes=5)


async def start_run(tx: Tx, event: IncidentDeclared) -> None:
    incident = await incidents.get_declared(tx, event.incident_id)
    occasion = await load_occasion(tx, incident.severity)
    await begin(tx, incident, "the incident is new", is_new=True, occasion=occasion)
    await beside.arm(tx, incident, occasion.level, incident.declared_at)


async def page_again(tx: Tx, event: IncidentRelapsed | IncidentReopened) -> None:
    """A relapse asks for an answer once more, whoever answered before (PAG-10)."""
    incident = await incidents.get(tx.conn, event.incident_id)
    occasion = await load_occasion(tx, incident.severity)
    if isinstance(event, IncidentReopened):
        await beside.arm(tx, incident, occasion.level, tx.now)
    by_person = isinstance(event, IncidentReopened) and event.by_person
    if not by_person and await maintenance.hold_back(tx, incident):
        return
    await begin(tx, incident, event.reason, again=event.sentence, occasion=occasion)


async def admit_called(tx: Tx, event: IncidentMadePrivate) -> None:
    """Whoever was called about it goes on seeing it when it becomes private (LIF-7)."""
    incident = await incidents.get(tx.conn, event.incident_id)
    pages = await store.list_pages(tx.conn, event.incident_id)
    await privacy.admit(tx, incident, {page.user_id for page in pages if page.user_id is not None}, "they were called")


async def stop_on_acknowledgement(tx: Tx, event: IncidentAcknowledged) -> None:
    incident = await incidents.get(tx.conn, event.incident_id)
    await service.answer(tx, incident, event.by, event.via)
    await ack_timeout.watch(tx, incident)


async def acknowledge_from_source(tx: Tx, event: AlertAcknowledgedAtSource) -> None:
    """Somebody took the alert in the tool that sent it (PagerDuty's acknowledge event): here too, unless somebody has
    it already. Whoever had it before a relapse has to answer again."""
    incident = await incidents.find_open_incident_of_group(tx, event.group_id)
    if incident is None:
        return
    run = await store.find_latest_run(tx.conn, incident.id)
    if incident.acknowledged_at is None or (run is not None and run.state is RunState.RUNNING):
        await incidents.acknowledge(tx, incident.id, event.by or "somebody", "source")


async def call_again_from_source(tx: Tx, event: AlertUnacknowledgedAtSource) -> None:
    """Somebody gave it back in the tool that sent it: what somebody has, quiet or not, is called for anew."""
    if event.group_id is None:
        return
    incident = await incidents.find_open_incident_of_group(tx, event.group_id)
    run = await store.find_latest_run(tx.conn, incident.id) if incident is not None else None
    if incident is None or run is None or run.state is not RunState.ACKNOWLEDGED:
        return
    if not await maintenance.hold_back(tx, incident):
        because = sentences.given_back(event.by)
        await begin(tx, incident, because, again=because)


async def calm_down(tx: Tx, event: AlertsCleared) -> None:
    """The alerts have cleared: quiet until it resolves by itself, or people are told that one of them has to end it.

    Without an acknowledgement the climb goes on: nobody has looked at it yet, and a person must.
    """
    incident = await incidents.get(tx.conn, event.incident_id)
    if event.resolves_at is not None:
        await service.stop(tx, incident, "the alerts have cleared")
        return
    told = await telling.list_concerned(tx, incident)
    message = messages.quiet(incident, event.sentence)
    await telling.tell(tx, incident, told, Purpose.INFO, message, "that the alerts have cleared")


async def tell_holder(tx: Tx, event: AlertsAttached) -> None:
    """Further alerts on what somebody has taken: they are told, at most every few minutes (PAG-10, ALR-6), and not
    while they want quiet.
    """
    if event.acknowledged_by is None:
        return
    run = await store.find_latest_run(tx.conn, event.incident_id)
    if run is not None and run.snoozed_until is not None:
        return
    incident = await incidents.get(tx.conn, event.incident_id)
    holder = await telling.id_of_actor(tx, incident.acknowledged_by)
    for each in await delivery.list_deliveries(tx.conn, incident.topic):
        is_told = each.purpose is Purpose.INFO and each.user_id in holder
        if is_told and each.requested_at > tx.now - TELL_HOLDER_EVERY:
            return
    message = messages.joined_alerts(incident, event.sentence)
    await telling.tell(tx, incident, holder, Purpose.INFO, message, "that more alerts have joined")


async def call_for_what_is_worse(tx: Tx, event: AlertsAttached) -> None:
    """What joined is worse than anything before: whoever has it may not be enough any more (PAG-10). Once a level, for
    a person has been told since.
    """
    seen_before = event.worse is None or await is_repeated(
        tx.conn, event.topic, type(event).__name__, "worse", event.worse
    )
    run = await store.find_latest_run(tx.conn, event.incident_id) if not seen_before else None
    if run is None or (run.state is RunState.RUNNING and not run.is_postponed):
        return
    incident = await incidents.get(tx.conn, event.incident_id)
    if not await maintenance.hold_back(tx, incident):
        occasion = await load_occasion(tx, event.worse)
        await begin(tx, incident, event.sentence, again=event.sentence, occasion=occasion)


async def end_snooze_when_raised(tx: Tx, event: SeverityChanged) -> None:
    """Worse than it was when somebody asked for quiet: they are called again at once (PAG-4)."""
    if event.raised:
        await snoozing.end_early(tx, await incidents.get(tx.conn, event.incident_id), event.sentence)


async def call_for_the_new_level(tx: Tx, event: SeverityChanged) -> None:
    """Worse than it seemed: what is postponed, or was told once only, begins anew by what the new level asks for
    (CLS-3). What climbs goes on, and what somebody has taken stays theirs. Whom its rules name is told.
    """
    if not event.raised:
        return
    incident = await incidents.get(tx.conn, event.incident_id)
    if not incident.is_open:
        return
    occasion = await load_occasion(tx, incident.severity)
    await beside.arm(tx, incident, occasion.level, incident.declared_at)
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is not None and (run.state is RunState.TOLD or run.is_postponed):
        await begin(tx, incident, event.sentence, again=event.sentence, occasion=occasion)


async def go_on_when_unreached(tx: Tx, event: DeliveryEnded) -> None:
    """Every way to reach somebody has failed: the next rung, at once (PAG-7).

    As work of its own, since the delivery's row is locked here and locks go incident → page → job.
    """
    page_id = climbing.page_of(event.cause)
    if page_id is not None and event.is_last:
        await jobs.enqueue(tx, unreached.unreached_job(page_id, event.sentence, tx.now))


async def stop_on_merge(tx: Tx, event: IncidentMerged) -> None:
    """Whoever was called for it hears where the work goes on; nobody is called for it any more (LIF-6)."""
    incident = await incidents.get(tx.conn, event.incident_id)
    told = await telling.list_concerned(tx, incident)
    await service.stop(tx, incident, f"it is merged into {incident_ref(event.into_number)}")
    await ack_timeout.forget(tx, incident.id)
    await beside.call_off(tx, incident.id)
    message = messages.of_helper(incident, event.sentence)
    await telling.tell(tx, incident, told, Purpose.INFO, message, "that it is merged")


async def stop_on_resolution(tx: Tx, event: IncidentResolved) -> None:
    """Everything stops. That it is over, people are told above."""
    incident = await incidents.get(tx.conn, event.incident_id)
    await service.stop(tx, incident, "the incident is resolved")
    await ack_timeout.forget(tx, incident.id)
    await beside.call_off(tx, incident.id)
