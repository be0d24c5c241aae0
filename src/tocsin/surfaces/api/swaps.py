"""Swaps over HTTP: propose one, answer it, take it back (ONC-1)."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.oncall import swaps
from tocsin.oncall.change_model import Choice, SwapDraft, SwapState
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_id, as_utc, one_of
from tocsin.surfaces.wire import swaps as wire


@get("/swaps", summary="List swaps")
async def list_swaps(
    db: Db,
    wanted: Annotated[str, QueryParameter(name="state", description="proposed, accepted, declined, …")] = "proposed",
) -> wire.SwapList:
    """Those of which something is still to come, the oldest first."""
    state = one_of(SwapState, wanted, "state")
    async with db.connection() as conn:
        found = await swaps.list_swaps(conn, db.clock.now(), (state,))
    return wire.SwapList(swaps=[wire.swap(each) for each in found])


@post("/swaps", summary="Propose a swap")
async def propose_swap(data: JSONBody[wire.SwapRequest], viewer: Caller, db: Db) -> wire.Swap:
    """Nothing moves until the other side accepts; they are told how. One's own shift takes a responder, that of others
    a lead of the schedule's team, a manager or an administrator."""
    draft = SwapDraft(
        schedule=data.schedule,
        giver=(data.giver or viewer.name).removeprefix("@"),
        taker=data.taker.removeprefix("@"),
        gives=choice(data.gives, "gives"),
        takes=choice(data.takes, "takes") if data.takes is not None else None,
        reason=data.reason,
    )
    async with db.transaction() as tx:
        return wire.swap(await swaps.propose_swap(tx, viewer, draft))


@post("/swaps/{number:str}/accept", status_code=200, summary="Accept a swap")
async def accept_swap(number: FromPath[str], data: JSONBody[wire.AcceptRequest], viewer: Caller, db: Db) -> wire.Swap:
    """Both shifts change hands at once, unless one is no longer theirs: then nothing does, and the answer says why."""
    async with db.transaction() as tx:
        return wire.swap(await swaps.accept_swap(tx, viewer, as_id(number, "number"), data.anyway))


@post("/swaps/{number:str}/decline", status_code=200, summary="Decline a swap")
async def decline_swap(number: FromPath[str], viewer: Caller, db: Db) -> wire.Swap:
    """Nothing moves, and whoever proposed it is told."""
    async with db.transaction() as tx:
        return wire.swap(await swaps.decline_swap(tx, viewer, as_id(number, "number")))


@delete("/swaps/{number:str}", status_code=200, summary="Withdraw a swap")
async def withdraw_swap(number: FromPath[str], viewer: Caller, db: Db) -> wire.Swap:
    """A proposal that nobody has answered yet is taken back."""
    async with db.transaction() as tx:
        return wire.swap(await swaps.withdraw_swap(tx, viewer, as_id(number, "number")))


def choice(data: wire.Chosen, field: str) -> Choice:
    """Which hours are meant; instants say their zone."""
    return Choice(
        at=as_utc(data.at, field) if data.at is not None else None,
        starts_at=as_utc(data.starts_at, field) if data.starts_at is not None else None,
        ends_at=as_utc(data.ends_at, field) if data.ends_at is not None else None,
    )
