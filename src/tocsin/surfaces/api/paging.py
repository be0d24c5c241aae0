"""What a responder says to the pager over HTTP (PAG-4). Each answers with how things stand now, as `explain` does."""

from collections.abc import Awaitable, Callable

from litestar import post
from litestar.params import JSONBody

from tocsin.accounts.model import Permission, Viewer
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.tx import Tx
from tocsin.paging import commands
from tocsin.paging import service as paging
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.wire.incidents import ReasonRequest
from tocsin.surfaces.wire.paging import Explanation, explanation

Deed = Callable[[Tx, Incident], Awaitable[None]]


@post("/incidents/{ref:str}/decline", status_code=200, summary="Page the next")
async def decline(ref: Ref, viewer: Caller, db: Db, data: JSONBody[ReasonRequest | None] = None) -> Explanation:
    """Not me: this escalation calls you no more, and the next step goes unless others of yours are still called."""
    reason = data.reason if data else ""
    return await _say(
        db, viewer, ref, "decline pages", lambda tx, incident: commands.decline(tx, incident.id, viewer.actor, reason)
    )


@post("/incidents/{ref:str}/escalate", status_code=200, summary="Escalate now")
async def escalate(ref: Ref, viewer: Caller, db: Db, data: JSONBody[ReasonRequest | None] = None) -> Explanation:
    """The next step is called at once."""
    reason = data.reason if data else ""
    return await _say(
        db,
        viewer,
        ref,
        "escalate incidents",
        lambda tx, incident: commands.escalate(tx, incident.id, viewer.actor, reason),
    )


async def _say(db: Database, viewer: Viewer, ref: str, what: str, deed: Deed) -> Explanation:
    """First whether they see it, then whether they may, then whether it makes sense now."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, viewer, ref)
        viewer.require(Permission.RESPOND, what)
        await deed(tx, incident)
        return explanation(await paging.explain(tx.conn, viewer, ref, tx.now))
