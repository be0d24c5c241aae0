"""Hand-offs over HTTP: the report of a shift, the notes on it, its signature and its acceptance (ONC-5)."""

from datetime import datetime
from typing import Annotated

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.insights import handoff
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_utc
from tocsin.surfaces.wire import handoff as wire


@get("/oncall/{schedule:str}/handoff", summary="The hand-off of a schedule")
async def show_handoff(
    schedule: FromPath[str],
    db: Db,
    ends_at: Annotated[
        datetime | None, QueryParameter(description="One that was signed, by when its shift ended; absent: the next.")
    ] = None,
) -> wire.Handoff:
    """Made from the record of the shift that ends: what is well, what is not, what happened, what comes, whom to ask.
    Until it is accepted, the last one is shown for a day after the hand-over."""
    async with db.connection() as conn:
        if ends_at is not None:
            return wire.handoff(await handoff.get_past(conn, schedule, as_utc(ends_at, "ends_at")))
        return wire.handoff(await handoff.get_handoff(conn, schedule, db.clock.now()))


@put("/oncall/{schedule:str}/handoff/note", summary="Write the notes of a hand-off")
async def write_note(schedule: FromPath[str], data: JSONBody[wire.Note], viewer: Caller, db: Db) -> wire.Handoff:
    """By the outgoing people, a lead of the team or a manager. A change after the signature asks for a new one."""
    async with db.transaction() as tx:
        return wire.handoff(await handoff.write_note(tx, schedule, data.note, viewer))


@post("/oncall/{schedule:str}/handoff/sign", status_code=200, summary="Sign a hand-off")
async def sign(schedule: FromPath[str], viewer: Caller, db: Db) -> wire.Handoff:
    """The report as it is now is kept, and the incoming people are told."""
    async with db.transaction() as tx:
        return wire.handoff(await handoff.sign(tx, schedule, viewer))


@post("/oncall/{schedule:str}/handoff/accept", status_code=200, summary="Accept a hand-off")
async def accept(schedule: FromPath[str], viewer: Caller, db: Db) -> wire.Handoff:
    """By the incoming people, a lead of the team or a manager, and by nobody who signed it."""
    async with db.transaction() as tx:
        return wire.handoff(await handoff.accept(tx, schedule, viewer))


@post("/oncall/{schedule:str}/handoff/entries", summary="Add to the hand-offs of a schedule")
async def add_entry(schedule: FromPath[str], data: JSONBody[wire.EntryRequest], viewer: Caller, db: Db) -> wire.Entry:
    """A known issue, something to watch, something that comes up, or a contact; it stays until it is struck."""
    at = as_utc(data.at, "at") if data.at is not None else None
    async with db.transaction() as tx:
        return wire.entry(await handoff.add_entry(tx, schedule, wire.draft(data, at), viewer))


@delete("/oncall/{schedule:str}/handoff/entries/{entry:int}", status_code=200, summary="Strike an entry")
async def strike_entry(schedule: FromPath[str], entry: FromPath[int], viewer: Caller, db: Db) -> wire.Struck:
    """It is in no later report."""
    async with db.transaction() as tx:
        await handoff.strike_entry(tx, schedule, entry, viewer)
    return wire.Struck(entry=entry)
