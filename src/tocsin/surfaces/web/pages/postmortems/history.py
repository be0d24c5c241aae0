"""The versions of a postmortem: who wrote which, what it changed, and the way back to an earlier one."""

import asyncio
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Response

from tocsin.kernel.difference import Line, Tally, compare, shortened, tally
from tocsin.postmortems import service
from tocsin.postmortems.model import Version
from tocsin.postmortems.versions import get_version, restored_note
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.postmortems.reading import Head, load_head, postmortem_path, work_on
from tocsin.surfaces.web.pages.postmortems.review import version_of
from tocsin.surfaces.web.visits import viewer_of


class HistoryView(msgspec.Struct, frozen=True, kw_only=True):
    """`versions` the latest first; `shown` is the one whose changes since `since` are listed. `since` None: it is the
    first, there is nothing before it.
    """

    head: Head
    versions: tuple[Version, ...]
    shown: Version
    since: Version | None
    changes: tuple[Line, ...]
    tally: Tally


@get("/postmortems/{ref:str}/history")
async def show_history(
    ref: FromPath[str],
    visit: GivenVisit,
    pages: GivenPages,
    db: GivenDb,
    version: Annotated[int | None, QueryParameter(description="Which one; absent: the latest.")] = None,
    since: Annotated[int | None, QueryParameter(description="Compared with which; absent: the one before.")] = None,
) -> Response[str]:
    """What one version changed of another."""
    async with db.connection() as conn:
        head = await load_head(conn, visit, ref)
        versions = await service.list_versions(conn, head.postmortem.incident_id)
    shown = get_version(versions, version or versions[-1].version)
    before = get_version(versions, since or shown.version - 1) if since or shown.version > 1 else None
    lines = await asyncio.to_thread(compare, before.body if before is not None else "", shown.body)
    view = HistoryView(
        head=head,
        versions=tuple(reversed(versions)),
        shown=shown,
        since=before,
        changes=tuple(shortened(lines)),
        tally=tally(lines),
    )
    return pages.page("postmortems/history.html", visit, view=view)


@post("/postmortems/{ref:str}/restore")
async def restore_version(ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """An earlier version is the latest again, as a version of its own: none is lost."""
    wanted = version_of(form)
    async with db.transaction() as tx:
        incident = await work_on(tx, visit, ref, "edit")
        postmortem = await service.get(tx.conn, incident.id)
        earlier = get_version(await service.list_versions(tx.conn, incident.id), wanted)
        by, note = viewer_of(visit).actor, restored_note(wanted)
        await service.edit(tx, incident.id, earlier.body, postmortem.version, by, note=note)
    return Redirect(f"{postmortem_path(incident.number)}/history", status_code=303)
