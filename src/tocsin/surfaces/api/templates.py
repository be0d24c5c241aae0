"""Templates of messages over HTTP (COM-1): everybody may read them, managers change them."""

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from tocsin.accounts.model import Permission
from tocsin.comms import wording
from tocsin.comms.model import TemplateKind, Wording
from tocsin.comms.previews import preview_template
from tocsin.incidents import service as incidents
from tocsin.surfaces.api.callers import Caller, Db, Here
from tocsin.surfaces.api.parsing import one_of
from tocsin.surfaces.wire import templates as wire

Kind = FromPath[str]
"""The occasion: declaration, update, resolution."""


@get("/templates", summary="How messages are worded")
async def list_templates(db: Db) -> wire.TemplateList:
    """Every occasion with its wording and the fields that it may use."""
    async with db.connection() as conn:
        found = await wording.list_templates(conn)
    return wire.TemplateList(templates=[wire.template(each) for each in found])


@get("/templates/{kind:str}", summary="Read one template")
async def show_template(kind: Kind, db: Db) -> wire.Template:
    async with db.connection() as conn:
        return wire.template(await wording.get_template(conn, _kind(kind)))


@put("/templates/{kind:str}", summary="Change a template")
async def edit_template(kind: Kind, data: JSONBody[wire.TemplateRequest], viewer: Caller, db: Db) -> wire.Template:
    """What is wrong with it is refused with its line."""
    viewer.require(Permission.TEMPLATES, "change templates")
    async with db.transaction() as tx:
        wanted = Wording(data.subject, data.body)
        return wire.template(await wording.edit_template(tx, _kind(kind), wanted, viewer.actor))


@delete("/templates/{kind:str}", status_code=200, summary="Take a template back to how it ships")
async def reset_template(kind: Kind, viewer: Caller, db: Db) -> wire.Template:
    viewer.require(Permission.TEMPLATES, "change templates")
    async with db.transaction() as tx:
        return wire.template(await wording.reset_template(tx, _kind(kind), viewer.actor))


@post("/templates/{kind:str}/preview", status_code=200, summary="What a wording would make")
async def preview(kind: Kind, data: JSONBody[wire.PreviewRequest], viewer: Caller, db: Db, site: Here) -> wire.Message:
    """Of the sample, or of an incident as it stands. Nothing is sent or kept."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, data.incident) if data.incident else None
        made = await preview_template(conn, _kind(kind), Wording(data.subject, data.body), incident, db.clock.now())
    return wire.message(made, site.public_url)


def _kind(text: str) -> TemplateKind:
    return one_of(TemplateKind, text, "template")
