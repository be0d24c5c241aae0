"""The copy of a postmortem in a wiki, over HTTP (PMT-5)."""

from litestar import get, post
from litestar.params import JSONBody

from tocsin.incidents import service as incidents
from tocsin.postmortems import service, wiki
from tocsin.surfaces.api.callers import Caller, Db, Here, Ref
from tocsin.surfaces.api.postmortem_review import PATH, load
from tocsin.surfaces.wire import wiki as wire


@get(f"{PATH}/wiki", summary="Where a postmortem is in the wiki")
async def show_wiki_copy(ref: Ref, viewer: Caller, db: Db, site: Here) -> wire.WikiCopy:
    """Its page in Confluence, how the last attempt went, and whether it shows the latest version."""
    async with db.connection() as conn:
        found = await load(conn, viewer, ref)
        return wire.wiki_copy(found, site.wiki, await wiki.find_copy(conn, found))


@post(f"{PATH}/wiki", status_code=202, summary="Publish a postmortem in the wiki")
async def publish_to_wiki(
    ref: Ref, viewer: Caller, db: Db, site: Here, data: JSONBody[wire.WikiRequest | None] = None
) -> wire.WikiCopy:
    """It is written in the next seconds: the page is made, or made to say what the latest version says. What somebody
    wrote there is not overwritten unless that is said."""
    wanted = data or wire.WikiRequest()
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "publish postmortems")
        copy = await wiki.ask(
            tx,
            incident.id,
            viewer.actor,
            site.wiki,
            overwrite=wanted.overwrite,
            although_private=wanted.although_private,
        )
        return wire.wiki_copy(await service.get(tx.conn, incident.id), site.wiki, copy)
