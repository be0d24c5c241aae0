"""Requests for cover over HTTP: ask the team to take a shift, and take one."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.oncall import cover
from tocsin.oncall.change_model import CoverDraft, CoverState
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_id, one_of
from tocsin.surfaces.api.swaps import choice
from tocsin.surfaces.wire import cover as wire


@get("/cover", summary="List requests for cover")
async def list_cover(
    db: Db,
    wanted: Annotated[str, QueryParameter(name="state", description="open, covered, withdrawn or begun.")] = "open",
) -> wire.CoverList:
    """Those of which something is still to come, by the beginning of the shift."""
    state = one_of(CoverState, wanted, "state")
    async with db.connection() as conn:
        found = await cover.list_cover(conn, db.clock.now(), (state,))
    return wire.CoverList(cover=[wire.cover(each) for each in found])


@post("/cover", summary="Ask for cover")
async def ask_cover(data: JSONBody[wire.CoverRequest], viewer: Caller, db: Db) -> wire.Cover:
    """The whole team is told, and again four weeks, one week, one day and twelve hours before the shift begins, the
    last time with its leads. For one's own shift, or another's by a lead, a manager or an administrator."""
    draft = CoverDraft(
        schedule=data.schedule,
        user=(data.user or viewer.name).removeprefix("@"),
        shift=choice(data.shift, "shift"),
        reason=data.reason,
    )
    async with db.transaction() as tx:
        return wire.cover(await cover.ask_cover(tx, viewer, draft))


@post("/cover/{number:str}/take", status_code=200, summary="Take a shift")
async def take_cover(number: FromPath[str], data: JSONBody[wire.TakeRequest], viewer: Caller, db: Db) -> wire.Cover:
    """The first who takes it has it. To put somebody else there takes a lead, a manager or an administrator."""
    user = data.user.removeprefix("@") if data.user is not None else None
    async with db.transaction() as tx:
        return wire.cover(await cover.take_cover(tx, viewer, as_id(number, "number"), user, data.anyway))


@delete("/cover/{number:str}", status_code=200, summary="Withdraw a request for cover")
async def withdraw_cover(number: FromPath[str], viewer: Caller, db: Db) -> wire.Cover:
    """Nobody is asked any more, and the shift stays."""
    async with db.transaction() as tx:
        return wire.cover(await cover.withdraw_cover(tx, viewer, as_id(number, "number")))
