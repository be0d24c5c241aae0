"""A postmortem as a file, and the meeting about it, over HTTP (PMT-5, PMT-7)."""

from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import meetings, service
from tocsin.postmortems.drawing import list_shown
from tocsin.postmortems.exporting import Form, export_as
from tocsin.surfaces.api.callers import Caller, Charts, Db, Here, Ref
from tocsin.surfaces.api.parsing import as_utc, one_of
from tocsin.surfaces.api.postmortem_review import PATH, load
from tocsin.surfaces.wire import postmortem_review as wire


@get(f"{PATH}/export", summary="Export a postmortem as a file")
async def export_postmortem(
    ref: Ref,
    viewer: Caller,
    charts: Charts,
    db: Db,
    site: Here,
    wanted: Annotated[str, QueryParameter(name="format", description="markdown, html or confluence.")] = "markdown",
) -> wire.File:
    """Markdown with front matter, for Git, its charts as files beside it; one HTML file that stands alone; or the body
    of a page of Confluence in its storage format."""
    form = one_of(Form, wanted, "format")
    async with db.connection() as conn:
        found = await load(conn, viewer, ref)
        shown = await list_shown(conn, found)
    made = await export_as(form, found, shown, site.public_url, charts)
    return wire.File(
        incident=incident_ref(found.incident_number),
        name=made.name,
        text=made.text,
        charts=[wire.ChartFile(name=name, text=svg) for name, svg in made.charts.items()],
    )


@get(f"{PATH}/meeting", summary="The meeting about a postmortem")
async def show_meeting(ref: Ref, viewer: Caller, db: Db) -> wire.Meeting:
    """Its agenda, the guide of whoever facilitates it, and when it is."""
    async with db.connection() as conn:
        found = await load(conn, viewer, ref)
        return wire.meeting(found, await meetings.load(conn, found))


@post(f"{PATH}/meeting", status_code=200, summary="Invite to the meeting about a postmortem")
async def invite(ref: Ref, data: JSONBody[wire.InviteRequest], viewer: Caller, db: Db) -> wire.Meeting:
    """Everybody who took part and `people`, by mail, as an appointment; an earlier one is moved."""
    starts_at = as_utc(data.starts_at, "starts_at")
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "review postmortems")
        planned = await meetings.invite(tx, incident.id, starts_at, data.people, viewer.actor)
        return wire.meeting(await service.get(tx.conn, incident.id), planned)
