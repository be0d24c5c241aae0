"""The use cases of an incident: declare, acknowledge, move, resolve, reopen, note, and the reads of a viewer.

Every change locks the incident first, decides by `lifecycle`, writes, and emits what happened; whoever reacts to that
stands above (`reactions.py`). What alerts do to an incident is in `from_alerts`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from tocsin.accounts.model import ORGANISATION_SCOPE, Permission, Viewer
from tocsin.alerts.groups import close_group, reopen_group
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.incidents import lifecycle, sentences, store
from tocsin.incidents.alerts_of import is_any_firing, list_groups
from tocsin.incidents.causes import check_cause_is_named
from tocsin.incidents.circle import open_circle
from tocsin.incidents.classifying import find_level, graded
from tocsin.incidents.closing import check_postmortem_is_published
from tocsin.incidents.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentRelapsed,
    IncidentReopened,
    IncidentResolved,
    StatusChanged,
    TimelineNoted,
)
from tocsin.incidents.model import Declaration, Incident, IncidentFilter, IncidentPage, Status
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.ids import incident_ref, parse_incident_ref
from tocsin.kernel.tx import Tx

MAX_TITLE = 300
MAX_NOTE = 20_000
MAX_LIST = 200


async def declare(tx: Tx, declaration: Declaration) -> Incident:
    """A new incident with its number and first timeline entries (LIF-5); paging follows from its event.

    Raises Invalid for an empty or overlong title and for a number of users that cannot be read, NotFound for a severity
    that the active profile does not have, for an unknown service and for an unknown member.
    """
    title = declaration.title.strip()
    if not title or len(title) > MAX_TITLE:
        raise Invalid(f"A title has 1 to {MAX_TITLE} characters.", "Say in one line what is wrong.", field="title")
    if declaration.severity is not None or declaration.users_affected is not None or declaration.facts:
        declaration = graded(await catalog.severity_profile_in(tx), declaration)
    services = [await catalog.get_service(tx.conn, name) for name in dict.fromkeys(declaration.services)]
    return await declare_checked(tx, replace(declaration, title=title), services)


async def declare_checked(tx: Tx, declaration: Declaration, services: Sequence[Service]) -> Incident:
    """The same for a declaration whose title and severity are known to be good and whose `services` are these."""
    number, scope_id = None, services[0].scope_id if services else ORGANISATION_SCOPE
    if declaration.is_private:
        number = await store.take_number(tx.conn)
        scope_id = await open_circle(tx, number, [declaration.by], declaration.members, by=declaration.by)
    policy = declaration.policy or next((s.escalation_policy for s in services if s.escalation_policy), None)
    incident = await store.insert_incident(
        tx.conn,
        store.NewIncident(
            title=declaration.title,
            status=Status.TRIGGERED,
            severity=declaration.severity,
            urgency=declaration.urgency,
            source=declaration.source,
            reason=declaration.reason,
            declared_by=declaration.by,
            policy=policy,
            alert_group_id=declaration.alert_group_id,
            alerts=declaration.alerts,
            number=number,
            scope_id=scope_id,
            is_private=declaration.is_private,
            is_drill=declaration.is_drill,
            started_at=declaration.started_at,
            detected_at=declaration.detected_at or tx.now,
            now=tx.now,
            summary=declaration.summary,
            impact=declaration.impact,
            users_affected=declaration.users_affected,
            team_size=declaration.team_size,
            facts=declaration.facts,
            suggested=declaration.suggested,
            criteria=declaration.criteria,
            services=sorted(service.name for service in services),
        ),
    )
    tx.hand_over(incident)
    await _emit_declared(tx, incident, declaration.commander)
    return incident


async def get_declared(tx: Tx, incident_id: int) -> Incident:
    """An incident that this transaction has just declared, for who reacts to that."""
    incident = tx.handed(Incident)
    return incident if incident is not None and incident.id == incident_id else await get(tx.conn, incident_id)


async def _emit_declared(tx: Tx, incident: Incident, commander: str | None) -> None:
    if incident.severity is None:
        # Before the declaration: whoever reacts to that, such as paging, writes after it.
        await note(tx, incident, entry_type="finding", text=sentences.UNCLASSIFIED, by="tocsin")
    await tx.tell(
        IncidentDeclared(
            **about(incident, incident.declared_by),
            sentence=sentences.declared(incident),
            title=incident.title,
            severity=incident.severity,
            urgency=incident.urgency,
            policy=incident.policy,
            services=incident.services,
            source=incident.source,
            reason=incident.reason,
            commander=commander,
        )
    )


async def acknowledge(tx: Tx, incident_id: int, by: str, via: str) -> Incident:
    """`by` ("@alice") takes it; escalation stops by the event. Raises Refused when it is over."""
    before = await lock(tx, incident_id)
    lifecycle.check_acknowledge(before)
    after = lifecycle.acknowledged(before, by, tx.now)
    await store.update_incident(tx.conn, after)
    await cancel_quiet_timer(tx, incident_id)
    await tx.emit(IncidentAcknowledged(**about(after, by), sentence=sentences.acknowledged(by, via), by=by, via=via))
    return after


async def change_status(tx: Tx, incident_id: int, after: Status, by: str, reason: str = "") -> Incident:
    """A move of LIF-1 by a person. Taking up the work is an acknowledgement too."""
    if after is Status.ACKNOWLEDGED:
        return await acknowledge(tx, incident_id, by, "status")
    if after is Status.RESOLVED:
        return await resolve(tx, incident_id, by, reason)
    if after is Status.CLOSED:
        return await close(tx, incident_id, by, reason)
    incident = await lock(tx, incident_id)
    if incident.status is Status.RESOLVED and after is Status.INVESTIGATING:
        return await reopen(tx, incident_id, by, reason)
    lifecycle.check_move(incident, after)
    if incident.acknowledged_at is None:
        incident = await acknowledge(tx, incident_id, by, "status")
    await cancel_quiet_timer(tx, incident_id)
    return await move(tx, incident, after, by, reason)


async def resolve(
    tx: Tx, incident_id: int, by: str, reason: str = "", *, resolution: str | None = None, root_cause: str | None = None
) -> Incident:
    """A person says it is over. The group of its alerts ends with it: what fires from now on is news."""
    incident = await lock(tx, incident_id)
    lifecycle.check_move(incident, Status.RESOLVED)
    incident = replace(
        incident, resolution=resolution or incident.resolution, root_cause=root_cause or incident.root_cause
    )
    await cancel_quiet_timer(tx, incident_id)
    await _note_what_still_fires(tx, incident)
    return await end(tx, incident, by, reason or resolution or "", by_person=True)


async def _note_what_still_fires(tx: Tx, incident: Incident) -> None:
    """Resolving what still fires is allowed, and never without a word: nobody would be paged for it again."""
    if await is_any_firing(tx.conn, incident):
        await note(tx, incident, entry_type="finding", text=sentences.STILL_FIRES, by="tocsin")


async def end(tx: Tx, incident: Incident, by: str, reason: str, *, by_person: bool) -> Incident:
    """Write a resolution that has been decided."""
    for group_id in await list_groups(tx.conn, incident):
        await close_group(tx, group_id)
    after = lifecycle.moved(incident, Status.RESOLVED, tx.now)
    await store.update_incident(tx.conn, after)
    await tx.emit(
        IncidentResolved(
            **about(after, by),
            sentence=sentences.resolved(by, reason),
            title=after.title,
            reason=reason,
            by_person=by_person,
        )
    )
    return after


async def reopen(tx: Tx, incident_id: int, by: str, reason: str) -> Incident:
    """Resolved → investigating, with a reason; people are paged again by the event."""
    incident = await lock(tx, incident_id)
    lifecycle.check_reopen(incident, reason)
    return await reopen_locked(tx, incident, by, reason, by_person=True)


async def reopen_locked(tx: Tx, incident: Incident, by: str, reason: str, *, by_person: bool) -> Incident:
    """Write a reopening that has been decided."""
    if incident.alert_group_id is not None:
        await reopen_group(tx, incident.alert_group_id)
    after = lifecycle.moved(incident, Status.INVESTIGATING, tx.now)
    await store.update_incident(tx.conn, after)
    await tx.emit(
        IncidentReopened(
            **about(after, by), sentence=sentences.reopened(by, reason), reason=reason, by_person=by_person
        )
    )
    return after


async def relapse(tx: Tx, incident: Incident, sentence: str, reason: str) -> None:
    """Back to investigating, inside the window, of an incident that is locked; people are paged again by the event
    (RES-2, PAG-10)."""
    await cancel_quiet_timer(tx, incident.id)
    after = lifecycle.moved(incident, Status.INVESTIGATING, tx.now)
    await store.update_incident(tx.conn, after)
    await tx.emit(IncidentRelapsed(**about(after), sentence=sentence, reason=reason))


async def close(tx: Tx, incident_id: int, by: str, reason: str = "", *, override: bool = False) -> Incident:
    """Follow-ups are done. An incident that is still open is resolved first, so that whoever was paged is told.

    Raises Refused for a move that is not allowed, for one of the two top levels without a cause category (LIF-11), and
    for a level that requires a postmortem which is not published, unless `override` says that there is none (PMT-8).
    """
    incident = await get(tx.conn, incident_id)
    lifecycle.check_move(incident, Status.CLOSED)
    if incident.is_open:
        await resolve(tx, incident_id, by, reason)
    incident = await lock(tx, incident_id)
    lifecycle.check_move(incident, Status.CLOSED)
    level = find_level(await catalog.severity_profile_in(tx), incident.severity)
    check_cause_is_named(incident, level)
    check_postmortem_is_published(incident, level, reason, override=override)
    after = lifecycle.moved(incident, Status.CLOSED, tx.now)
    await store.update_incident(tx.conn, after)
    await tx.emit(IncidentClosed(**about(after, by), sentence=sentences.closed(by, reason), reason=reason))
    return after


async def keep_postmortem_published(tx: Tx, incident: Incident) -> None:
    """Of an incident that is locked: its postmortem was published now, for the first time."""
    await store.update_incident(tx.conn, replace(incident, postmortem_published_at=tx.now))


async def add_note(tx: Tx, incident_id: int, by: str, text: str, entry_type: str = "note") -> int:
    """A person writes on the timeline; the answer is the ledger's id of the entry."""
    text = text.strip()
    if not text or len(text) > MAX_NOTE:
        raise Invalid(f"A note has 1 to {MAX_NOTE} characters.", "Say what happened.", field="text")
    return await note(tx, await lock(tx, incident_id), entry_type=entry_type, text=text, by=by)


async def note(tx: Tx, incident: Incident, *, entry_type: str, text: str, by: str) -> int:
    return await tx.emit(TimelineNoted(**about(incident, by), sentence=text, type=entry_type, text=text))


async def move(tx: Tx, incident: Incident, after: Status, by: str, reason: str) -> Incident:
    """Write a move that has been decided, of an incident that is locked."""
    moved = lifecycle.moved(incident, after, tx.now)
    await store.update_incident(tx.conn, moved)
    await tx.emit(
        StatusChanged(
            **about(moved, by),
            sentence=sentences.status_changed(incident.status, after, by, reason),
            before=incident.status,
            after=after,
            reason=reason,
        )
    )
    return moved


def about(incident: Incident, by: str = "tocsin") -> dict[str, Any]:
    """What every event of an incident carries."""
    return {
        "topic": incident.topic,
        "scope_id": incident.scope_id,
        "actor": by,
        "incident_id": incident.id,
        "number": incident.number,
    }


def quiet_key(incident_id: int) -> str:
    """The key of the one timer that resolves an incident which stayed clear."""
    return f"incident-quiet:{incident_id}"


async def is_resolving(conn: Conn, incident_id: int) -> bool:
    """Whether it ends by itself, unless something happens until then."""
    return await jobs.find_due(conn, quiet_key(incident_id)) is not None


async def cancel_quiet_timer(tx: Tx, incident_id: int) -> None:
    await jobs.cancel(tx, key=quiet_key(incident_id))


async def lock(tx: Tx, incident_id: int) -> Incident:
    """The incident under its lock, the first of every change. Raises NotFound."""
    return _found(await store.lock_incident(tx.conn, incident_id))


async def get(conn: Conn, incident_id: int) -> Incident:
    """By row id, for code that has decided who may see it. Raises NotFound."""
    return _found(await store.find_incident(conn, incident_id))


async def list_incidents_by_id(conn: Conn, ids: Sequence[int]) -> list[Incident]:
    """Those of these row ids, for code that decides who may see what of them."""
    return await store.list_incidents_by_id(conn, ids)


async def find_open_incident_of_group(tx: Tx, group_id: int) -> Incident | None:
    """The incident that an alert group has caused, if it is still open."""
    incident = await store.find_incident_of_group(tx.conn, group_id)
    return incident if incident is not None and incident.is_open else None


async def get_incident(conn: Conn, viewer: Viewer, ref: str) -> Incident:
    """By its name, "INC-1" or "1", if `viewer` may see it. Raises Invalid or NotFound."""
    number = parse_incident_ref(ref)
    return _found(await store.find_incident_by_number(conn, number, viewer.scopes), incident_ref(number))


async def get_incident_to(conn: Conn, viewer: Viewer, ref: str, deed: str) -> Incident:
    """The same to change it: first whether they see it, then whether they may. `deed`, "assign roles", is named in the
    refusal. Raises Forbidden, too."""
    incident = await get_incident(conn, viewer, ref)
    viewer.require(Permission.RESPOND, deed)
    return incident


def _found(incident: Incident | None, name: str = "That incident") -> Incident:
    if incident is None:
        raise NotFound(f"{name} does not exist.", "tocsin list shows those that you may see.", field="id")
    return incident


async def list_incidents(conn: Conn, viewer: Viewer, wanted: IncidentFilter) -> IncidentPage:
    """What `viewer` may see, newest number first. Raises Invalid for a limit out of range."""
    if not 1 <= wanted.limit <= MAX_LIST:
        raise Invalid(f"limit is 1 to {MAX_LIST}.", "Ask for fewer and follow next_cursor.", field="limit")
    found = await store.list_incidents(conn, viewer.scopes, wanted)
    shown = tuple(found[: wanted.limit])
    return IncidentPage(shown, shown[-1].number if len(found) > wanted.limit else None)


async def list_open_of_policy(conn: Conn, viewer: Viewer, policy: str) -> tuple[list[int], int]:
    """The open incidents that call people by this policy: the numbers of those that `viewer` may see, and how many
    there are beside them."""
    found = await store.list_open_of_policy(conn, policy)
    seen = [number for number, scope_id in found if viewer.may_read(scope_id)]
    return seen, len(found) - len(seen)


async def list_incidents_of_groups(conn: Conn, scopes: Sequence[int], group_ids: Sequence[int]) -> dict[int, Incident]:
    """Where alerts went: the latest incident of each alert group inside `scopes`, by the group's id."""
    found = await store.list_incidents_of_groups(conn, scopes, sorted(set(group_ids)))
    return {incident.alert_group_id: incident for incident in found if incident.alert_group_id is not None}


def impact_started(incident: Incident) -> datetime:
    """Since when it is bad, as far as anybody knows: the start of the impact, else its detection."""
    return incident.started_at or incident.detected_at
