"""Overrides over HTTP: put somebody on call for a while, and end it (ONC-1)."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.oncall import changes
from tocsin.oncall.change_model import OverrideDraft
from tocsin.oncall.model import Part
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_id, as_utc, one_of
from tocsin.surfaces.wire import overrides as wire


@get("/overrides", summary="List overrides")
async def list_overrides(
    db: Db, schedule: Annotated[str | None, QueryParameter(description="Only of this schedule.")] = None
) -> wire.OverrideList:
    """Those under way and to come, by their beginning. Every caller may know whom to call."""
    async with db.connection() as conn:
        found = await changes.list_overrides(conn, db.clock.now(), schedule)
    return wire.OverrideList(overrides=[wire.override(each) for each in found])


@post("/overrides", summary="Put somebody on call for a while")
async def add_override(data: JSONBody[wire.OverrideRequest], viewer: Caller, db: Db) -> wire.Override:
    """It counts at once for pages, lists, calendars and feeds; whoever loses or gains a shift is told. What breaks a
    rule of the checker is refused at the field `anyway`, unless that says why it is meant. To take over oneself takes
    a responder; to put others on call a lead of the schedule's team, a manager or an administrator."""
    draft = OverrideDraft(
        schedule=data.schedule,
        user=data.user.removeprefix("@"),
        starts_at=as_utc(data.starts_at, "starts_at") if data.starts_at is not None else None,
        ends_at=as_utc(data.ends_at, "ends_at"),
        part=one_of(Part, data.part, "part"),
        layer=data.layer,
        instead_of=data.instead_of.removeprefix("@") if data.instead_of is not None else None,
        reason=data.reason,
    )
    async with db.transaction() as tx:
        return wire.override(await changes.add_override(tx, viewer, draft, data.anyway))


@delete("/overrides/{number:str}", status_code=200, summary="End an override")
async def end_override(
    number: FromPath[str],
    viewer: Caller,
    db: Db,
    anyway: Annotated[str | None, QueryParameter(description="Why it is meant though it breaks something.")] = None,
) -> wire.Override:
    """One under way ends now and keeps its past; a future one is gone. One that a file manages is ended there."""
    async with db.transaction() as tx:
        return wire.override(await changes.end_override(tx, viewer, as_id(number, "number"), anyway))
