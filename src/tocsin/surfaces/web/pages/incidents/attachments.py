"""Files in the room: attach one, and read one. A browser shows images and saves everything else (SEC-7)."""

from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Response

from tocsin.incidents import attachments
from tocsin.incidents import service as incidents
from tocsin.kernel.errors import Invalid
from tocsin.setting_readers import LARGEST_FILE
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.attachments import file_headers

_WITH_FIELDS = LARGEST_FILE + 100_000
"""Bytes of a form that carries the largest file."""


@post("/incidents/{ref:str}/attachments", request_max_body_size=_WITH_FIELDS)
async def attach_file(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb, site: GivenSite
) -> Answer:
    """One file of the form's field `file`."""
    sent = (await request.form()).get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Invalid("No file was chosen.", "Go back and choose one.", field="file")
    content = await sent.read()
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "attach files to")
        await attachments.attach(tx, incident.id, sent.filename, content, viewer_of(visit).actor, site.file_limits)
    return done(request, incident)


@get("/incidents/{ref:str}/attachments/{attachment:int}/{name:str}", media_type="application/octet-stream")
async def serve_file(
    ref: FromPath[str], attachment: FromPath[int], name: FromPath[str], visit: GivenVisit, db: GivenDb
) -> Response[bytes]:
    """`name` is for the address bar; the file is known by its number."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer_of(visit), ref)
        found = await attachments.open_attachment(conn, incident, attachment)
    return Response(found.content, media_type=found.about.media_type, headers=file_headers(found.about, shown=True))
