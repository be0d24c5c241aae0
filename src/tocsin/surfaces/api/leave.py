"""Leave over HTTP: when somebody cannot be on call."""

from datetime import UTC, datetime
from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.kernel.localtime import instant_of, zone_of
from tocsin.oncall import leave, permission
from tocsin.oncall.change_model import LeaveDraft
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_id, as_utc
from tocsin.surfaces.wire import leave as wire

_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@get("/leave", summary="List leave")
async def list_leave(
    viewer: Caller,
    db: Db,
    since: Annotated[datetime | None, QueryParameter(description="From this instant on; absent: now.")] = None,
    until: Annotated[datetime | None, QueryParameter(description="Before this instant; absent: ever.")] = None,
    user: Annotated[str | None, QueryParameter(description="Only of this person.")] = None,
) -> wire.LeaveList:
    """When people are away, by its beginning. Why is shown to the person, the leads of their teams and managers."""
    begins = as_utc(since, "since") if since is not None else db.clock.now()
    ends = as_utc(until, "until") if until is not None else _FOR_EVER
    async with db.connection() as conn:
        found = await leave.list_leave_for(conn, viewer, begins, ends)
        zones = await leave.clocks_of(conn, {each.user for each in found})
    return wire.LeaveList(leave=[wire.leave(each, zones[each.user]) for each in found if user in (None, each.user)])


@post("/leave", summary="Enter leave")
async def add_leave(data: JSONBody[wire.LeaveRequest], viewer: Caller, db: Db) -> wire.EnteredLeave:
    """It moves no shift by itself; the answer names those that it touches. One's own takes a responder, that of others
    a lead of one of their teams, a manager or an administrator."""
    permission.require_responder(viewer)
    name = data.user.removeprefix("@") if data.user is not None else viewer.name
    async with db.transaction() as tx:
        zone = (await leave.clocks_of(tx.conn, {name}))[name]
        draft = LeaveDraft(
            user=name,
            starts_at=on_clock_of(zone, data.starts_at, "starts_at"),
            ends_at=on_clock_of(zone, data.ends_at, "ends_at"),
            reason=data.reason,
        )
        return wire.entered(await leave.add_leave(tx, viewer, draft, ask_cover=data.ask_cover), zone)


@delete("/leave/{number:str}", status_code=200, summary="End leave")
async def end_leave(number: FromPath[str], viewer: Caller, db: Db) -> wire.Leave:
    """Under way: it ends now; to come: it is gone. What a calendar says is changed there."""
    async with db.transaction() as tx:
        ended = await leave.end_leave(tx, viewer, as_id(number, "number"))
        zones = await leave.clocks_of(tx.conn, {ended.user})
    return wire.leave(ended, zones[ended.user])


def on_clock_of(zone: str, at: datetime, field: str) -> datetime:
    """An instant, or a time without an offset on this clock."""
    return as_utc(at if at.tzinfo is not None else instant_of(at, zone_of(zone)), field)
