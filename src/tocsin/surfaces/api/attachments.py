"""Files of an incident over HTTP: list, attach, read."""

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Response

from tocsin.incidents import attachments
from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.setting_readers import LARGEST_FILE
from tocsin.surfaces.api.callers import AnyRequest, Caller, Db, Here, Ref
from tocsin.surfaces.api.parsing import as_id
from tocsin.surfaces.wire import attachments as wire


@get("/incidents/{ref:str}/attachments", summary="List the files")
async def list_attachments(ref: Ref, viewer: Caller, db: Db) -> wire.AttachmentList:
    """In the order in which they were added."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.attachment_list(incident_ref(incident.number), await attachments.list_attachments(conn, incident))


@post(
    "/incidents/{ref:str}/attachments",
    summary="Attach a file",
    request_max_body_size=LARGEST_FILE + 1,
)
async def attach(
    ref: Ref,
    request: AnyRequest,
    viewer: Caller,
    db: Db,
    site: Here,
    name: Annotated[str, QueryParameter(description="The name of the file.")] = "file",
) -> wire.Attachment:
    """The body is the file as it is: png, jpeg, gif, webp, pdf, text, log, csv, json or gz, of at most 10 MB unless the
    settings say otherwise. What it is, its content says."""
    async with db.connection() as conn:
        incident = await incidents.get_incident_to(conn, viewer, ref, "attach files")
    content = await request.body()
    async with db.transaction() as tx:
        return wire.attachment(await attachments.attach(tx, incident.id, name, content, viewer.actor, site.file_limits))


@get("/incidents/{ref:str}/attachments/{attachment:str}", summary="Read a file", media_type="application/octet-stream")
async def read_attachment(ref: Ref, attachment: FromPath[str], viewer: Caller, db: Db) -> Response[bytes]:
    """As it was attached, never to be shown by a browser."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        found = await attachments.open_attachment(conn, incident, as_id(attachment, "attachment"))
    return Response(
        found.content, media_type=found.about.media_type, headers=wire.file_headers(found.about, shown=False)
    )
