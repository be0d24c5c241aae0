"""Postmortems over HTTP (PMT-1, PMT-8): drafted from the record, edited, given to somebody, published."""

from enum import StrEnum
from typing import Annotated

from litestar import Response, get, post, put
from litestar.params import JSONBody, QueryParameter

from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import own_templates, review, saying, service
from tocsin.postmortems.model import read_state
from tocsin.surfaces.api.callers import AnyRequest, Caller, Db, Ref
from tocsin.surfaces.api.incidents import named
from tocsin.surfaces.api.parsing import one_of
from tocsin.surfaces.wire import postmortems as wire
from tocsin.surfaces.wire.postmortem_review import PublishRequest

MARKDOWN = "text/markdown"


class Format(StrEnum):
    JSON = "json"
    MARKDOWN = "markdown"


Form = Annotated[
    str | None, QueryParameter(name="format", description="json or markdown; absent: as the Accept header asks.")
]


@get("/postmortems", summary="List postmortems")
async def list_postmortems(
    viewer: Caller,
    db: Db,
    of_state: Annotated[str | None, QueryParameter(name="state", description="draft, in-review or published.")] = None,
    before: Annotated[int | None, QueryParameter(description="Go on below this incident's number.")] = None,
    limit: Annotated[int, QueryParameter(description="1 to 200.")] = 50,
) -> wire.PostmortemList:
    """Without their text; the newest incident first."""
    wanted = read_state(of_state) if of_state is not None else None
    async with db.connection() as conn:
        found = await service.list_postmortems(conn, viewer, state=wanted, before=before, limit=limit)
    return wire.postmortems(found, limit)


@get("/postmortem-templates", summary="List the templates of postmortems")
async def list_postmortem_templates(viewer: Caller, db: Db) -> wire.TemplateList:
    """Those that ship and those of the configuration, each with what it asks (PMT-2)."""
    async with db.connection() as conn:
        return wire.templates((await own_templates.list_known(conn)).values())


@get("/incidents/{ref:str}/postmortem", summary="Read a postmortem")
async def show_postmortem(
    ref: Ref, viewer: Caller, db: Db, request: AnyRequest, form: Form = None
) -> Response[wire.Postmortem] | Response[str]:
    """The latest version; with `format=markdown`, or where that is accepted, its text alone."""
    as_markdown = _is_markdown(request, form)
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        found = await service.get(conn, incident.id)
    if as_markdown:
        return Response(found.body, media_type=MARKDOWN)
    return Response(wire.postmortem(found))


@post("/incidents/{ref:str}/postmortem", summary="Draft a postmortem from the record")
async def draft_postmortem(
    ref: Ref, viewer: Caller, db: Db, data: JSONBody[wire.DraftRequest | None] = None
) -> wire.Postmortem:
    """Every fact with a link to its entry, every gap as a question."""
    said = data or wire.DraftRequest()
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "write postmortems")
        made = await service.draft(
            tx,
            incident.id,
            viewer.actor,
            template=said.template,
            layout=said.layout,
            authors=said.authors,
            again=said.again,
        )
        return wire.postmortem(made)


@put("/incidents/{ref:str}/postmortem", summary="Write a new version")
async def edit_postmortem(ref: Ref, data: JSONBody[wire.EditRequest], viewer: Caller, db: Db) -> wire.Postmortem:
    """Refused when somebody has saved another version meanwhile."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "write postmortems")
        return wire.postmortem(
            await service.edit(tx, incident.id, data.body, data.version, viewer.actor, note=data.note)
        )


@post("/incidents/{ref:str}/postmortem/publish", status_code=200, summary="Publish a postmortem")
async def publish_postmortem(
    ref: Ref, viewer: Caller, db: Db, data: JSONBody[PublishRequest | None] = None
) -> wire.Postmortem:
    """The latest version is what is read from now on; it can still be corrected. What is missing in it is refused,
    unless there is a reason.
    """
    reason = data.reason if data is not None else ""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "write postmortems")
        return wire.postmortem(await review.publish(tx, incident.id, viewer.actor, reason))


@post("/incidents/{ref:str}/postmortem/owner", status_code=200, summary="Say who sees to a postmortem")
async def assign_postmortem(ref: Ref, data: JSONBody[wire.OwnerRequest], viewer: Caller, db: Db) -> wire.Postmortem:
    """Until somebody is named it is whoever commands the incident; "me" is the caller."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "write postmortems")
        user = named(data.user, viewer) or viewer.name
        return wire.postmortem(await service.assign_owner(tx, incident.id, user, viewer.actor))


@get("/incidents/{ref:str}/impact", summary="What was said of the cost of an incident")
async def show_impact(ref: Ref, viewer: Caller, db: Db) -> wire.Impact:
    """Each figure with its source, as it was last said (PMT-3)."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.impact(incident_ref(incident.number), await saying.list_figures(conn, incident.id))


@post("/incidents/{ref:str}/impact", status_code=200, summary="Say what an incident cost")
async def say_impact(ref: Ref, data: JSONBody[wire.ImpactRequest], viewer: Caller, db: Db) -> wire.Impact:
    """Figures with their source; a draft computes the revenue from them."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "write postmortems")
        said = await saying.say_impact(tx, incident.id, data.figures(), data.source, viewer.actor)
        return wire.impact(incident_ref(incident.number), said)


def _is_markdown(request: AnyRequest, form: str | None) -> bool:
    """What was asked for by name, else what is accepted. Raises Invalid for another format."""
    if form is not None:
        return one_of(Format, form, "format") is Format.MARKDOWN
    return request.headers.get("accept", "").split(",")[0].split(";")[0].strip() == MARKDOWN
