"""Incidents over HTTP: declare, list, read, move. What the caller may not see does not exist for them (SEC-1)."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromQuery, HeaderParameter, JSONBody, QueryParameter
from litestar.response import Response

from tocsin.accounts import requests
from tocsin.accounts.model import Permission, Viewer
from tocsin.delivery.model import Urgency
from tocsin.incidents import details
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, DetectionSource, IncidentFilter, Status
from tocsin.incidents.roles import read_team_size
from tocsin.paging import commands, marking
from tocsin.surfaces.api.callers import AnyRequest, Caller, Db, Here, Ref, via
from tocsin.surfaces.api.incident_answers import answer, answer_page
from tocsin.surfaces.api.parsing import as_number, as_utc, one_of
from tocsin.surfaces.wire import incidents as wire
from tocsin.verification import resolving
from tocsin.verification.model import Resolution

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        required=False,
        description="The same key with the same body declares nothing twice: the first answer comes again, for a day.",
    ),
]


@post("/incidents", summary="Declare an incident")
async def declare(
    data: JSONBody[wire.DeclareRequest], viewer: Caller, db: Db, site: Here, idempotency_key: IdempotencyKey = None
) -> Response[wire.Incident]:
    """One line is enough: whoever is on call for the service is paged."""
    viewer.require(Permission.RESPOND, "declare incidents")
    asked = None if idempotency_key is None else requests.asked(viewer.user_id, idempotency_key, data)
    async with db.transaction() as tx:
        before = await requests.claim(tx, asked) if asked else None
        if before is not None:
            told = msgspec.json.decode(before, type=wire.Incident)
            return Response(told, status_code=201, headers={"Idempotent-Replay": "true"})
        told = await answer(tx.conn, await incidents.declare(tx, _declaration(data, viewer)), site)
        if asked is not None:
            await requests.keep(tx, asked, msgspec.json.encode(told))
    return Response(told, status_code=201, headers={"Location": f"/api/v1/incidents/{told.id}"})


def _declaration(data: wire.DeclareRequest, viewer: Viewer) -> Declaration:
    return Declaration(
        title=data.title,
        severity=data.severity,
        services=tuple(dict.fromkeys(data.services)),
        urgency=one_of(Urgency, data.urgency, "urgency") if data.urgency is not None else Urgency.HIGH,
        policy=data.policy,
        source=one_of(DetectionSource, data.source, "source") if data.source else DetectionSource.TEAM_MEMBER,
        summary=data.summary,
        impact=data.impact,
        users_affected=data.users_affected,
        facts=data.facts,
        started_at=as_utc(data.started_at, "started_at") if data.started_at else None,
        by=viewer.actor,
        is_drill=data.is_drill,
        team_size=read_team_size(data.team_size) if data.team_size is not None else None,
        commander=named(data.commander, viewer),
        is_private=data.is_private,
        members=tuple(data.members),
    )


def named(user: str | None, viewer: Viewer) -> str | None:
    """A user's name without its @; "me" is the caller."""
    if user is None:
        return None
    return viewer.name if user == "me" else user.removeprefix("@")


@get("/incidents", summary="List incidents")
async def list_incidents(
    viewer: Caller,
    db: Db,
    site: Here,
    open: Annotated[bool, QueryParameter(description="Only those neither resolved nor closed.")] = False,
    status: FromQuery[str | None] = None,
    severity: FromQuery[str | None] = None,
    service: FromQuery[str | None] = None,
    since: Annotated[datetime | None, QueryParameter(description="Declared at or after this instant.")] = None,
    limit: Annotated[int, QueryParameter(description="At most so many, 1 to 200.")] = 50,
    cursor: Annotated[str | None, QueryParameter(description="`next_cursor` of the page before.")] = None,
) -> wire.IncidentList:
    """Newest number first."""
    wanted = IncidentFilter(
        open_only=open,
        status=one_of(Status, status, "status") if status else None,
        severity=severity,
        service=service,
        since=as_utc(since, "since") if since else None,
        before_number=as_number(cursor, "cursor"),
        limit=limit,
    )
    async with db.connection() as conn:
        return await answer_page(conn, await incidents.list_incidents(conn, viewer, wanted), site)


@get("/incidents/{ref:str}", summary="Read one incident")
async def show(ref: Ref, viewer: Caller, db: Db, site: Here) -> wire.Incident:
    async with db.connection() as conn:
        return await answer(conn, await incidents.get_incident(conn, viewer, ref), site)


@post("/incidents/{ref:str}/acknowledge", status_code=200, summary="Acknowledge")
async def acknowledge(
    ref: Ref, viewer: Caller, db: Db, site: Here, request: AnyRequest, data: JSONBody[wire.AnswerRequest | None] = None
) -> wire.Incident:
    """It is yours: the escalation stops, and the others who were paged are told."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "acknowledge incidents")
        after = await commands.acknowledge(tx, incident.id, viewer.actor, via(request))
        await marking.mark_if_called(tx, incident.id, viewer.actor, actionable=data.actionable if data else None)
        return await answer(tx.conn, after, site)


@post("/incidents/{ref:str}/status", status_code=200, summary="Move to a status")
async def change_status(
    ref: Ref, data: JSONBody[wire.StatusRequest], viewer: Caller, db: Db, site: Here
) -> wire.Incident:
    """A move that is not allowed is refused with those that are (LIF-1)."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "move incidents")
        status = one_of(Status, data.status, "status")
        after = await resolving.change_status(tx, incident.id, status, viewer.actor, data.reason)
        return await answer(tx.conn, after, site)


@post("/incidents/{ref:str}/resolve", status_code=200, summary="Resolve")
async def resolve(
    ref: Ref, viewer: Caller, db: Db, site: Here, data: JSONBody[wire.ResolveRequest | None] = None
) -> wire.Incident:
    """A person says that it is over. It is refused while something is not met; else it ends once it has been healthy
    for its level's stability window, by itself if that is still to come: `/checks` says how that stands (RES-1).
    """
    said = data or wire.ResolveRequest()
    wish = Resolution(
        reason=said.reason, resolution=said.resolution, root_cause=said.root_cause, override=said.override
    )
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "resolve incidents")
        if said.cause_category is not None:
            await details.name_cause(tx, incident.id, said.cause_category, viewer.actor)
        after = await resolving.resolve(tx, incident.id, viewer.actor, wish)
        await marking.mark_if_called(tx, incident.id, viewer.actor, actionable=said.actionable)
        return await answer(tx.conn, after, site)


@post("/incidents/{ref:str}/reopen", status_code=200, summary="Reopen")
async def reopen(ref: Ref, data: JSONBody[wire.ReasonRequest], viewer: Caller, db: Db, site: Here) -> wire.Incident:
    """It is not over after all; a reason is needed."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "reopen incidents")
        after = await incidents.reopen(tx, incident.id, viewer.actor, data.reason)
        return await answer(tx.conn, after, site)


@post("/incidents/{ref:str}/close", status_code=200, summary="Close")
async def close(
    ref: Ref, viewer: Caller, db: Db, site: Here, data: JSONBody[wire.CloseRequest | None] = None
) -> wire.Incident:
    """The follow-ups are done. What is still open has to be resolved before, by the same conditions; the two top levels
    need a cause category (LIF-11).
    """
    wish = Resolution(reason=data.reason, override=data.override) if data else Resolution()
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "close incidents")
        if data is not None and data.cause_category is not None:
            await details.name_cause(tx, incident.id, data.cause_category, viewer.actor)
        after = await resolving.close(tx, incident.id, viewer.actor, wish)
        return await answer(tx.conn, after, site)
