"""Escalation policies over HTTP: read by everybody, and by administrators given another name, copied, removed (PAG-1).
What a policy says is written in the configuration, or on its page."""

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from tocsin.accounts.model import Permission, Viewer
from tocsin.catalog import service as catalog
from tocsin.kernel.db import Conn
from tocsin.paging import by_hand, policies
from tocsin.paging.answers import load_answers
from tocsin.paging.policy_sentences import beside_sentences
from tocsin.paging.variants import named_by
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.wire import policies as wire


@get("/policies", summary="List escalation policies")
async def list_policies(db: Db) -> wire.PolicyList:
    """By name, each with its ladder, its variants and the services that climb it."""
    async with db.connection() as conn:
        services = await catalog.list_services(conn)
        found = await policies.list_policies(conn)
    return wire.PolicyList(policies=[wire.policy(each, services) for each in found])


@get("/policies/{name:str}", summary="Show an escalation policy")
async def show_policy(name: FromPath[str], viewer: Caller, db: Db) -> wire.PolicyDetail:
    """Its ladder with whom each target means at this moment; who may change policies reads who would miss it, too."""
    async with db.connection() as conn:
        stored = await policies.get_policy(conn, name)
        uses = await by_hand.list_uses(conn, name, viewer) if viewer.may(Permission.CONFIGURE) else ()
        return wire.policy_detail(
            stored,
            await catalog.list_services(conn),
            answers=await load_answers(conn, named_by(stored.policy), db.clock.now()),
            beside=beside_sentences(await catalog.severity_profile(conn)),
            uses=[use.words for use in uses],
        )


@post("/policies/{name:str}/rename", status_code=200, summary="Rename an escalation policy")
async def rename_policy(name: FromPath[str], data: JSONBody[wire.PolicyName], viewer: Caller, db: Db) -> wire.Policy:
    """From now on it is found by its new name alone; what climbs it goes on. Refused while something names it, and for
    one that a file manages."""
    _require(viewer)
    async with db.transaction() as tx:
        await by_hand.rename_policy(tx, name, data.name, viewer)
        return await _read(tx.conn, data.name)


@post("/policies/{name:str}/copy", summary="Copy an escalation policy")
async def copy_policy(name: FromPath[str], data: JSONBody[wire.PolicyName], viewer: Caller, db: Db) -> wire.Policy:
    """The same ladder and variants under another name, managed by no file."""
    _require(viewer)
    async with db.transaction() as tx:
        await by_hand.copy_policy(tx, name, data.name, viewer.actor)
        return await _read(tx.conn, data.name)


@delete("/policies/{name:str}", status_code=200, summary="Remove an escalation policy")
async def remove_policy(name: FromPath[str], viewer: Caller, db: Db) -> wire.Policy:
    """The answer is what it was; what climbs it goes on. Refused while something calls people by it, and for one that a
    file manages."""
    _require(viewer)
    async with db.transaction() as tx:
        gone = await _read(tx.conn, name)
        await by_hand.drop_policy(tx, name, viewer)
    return gone


def _require(viewer: Viewer) -> None:
    viewer.require(Permission.CONFIGURE, "write escalation policies")


async def _read(conn: Conn, name: str) -> wire.Policy:
    return wire.policy(await policies.get_policy(conn, name), await catalog.list_services(conn))
