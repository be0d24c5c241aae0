"""Configuration over HTTP: the document that a command line has read from its files, planned or applied (OPS-2).

Secrets of the files stay on the machine of the files: a document carries only what is stored of them.
"""

import msgspec
from litestar import post
from litestar.params import JSONBody

from tocsin.accounts.model import Permission
from tocsin.config import apply as applying
from tocsin.config import plan as planning
from tocsin.config.document import Document
from tocsin.config.model import Plan
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.api.callers import Caller, Db, Here
from tocsin.surfaces.wire.body import has_nul


@post("/config/plan", status_code=200, summary="What a configuration would change")
async def plan(data: JSONBody[Document], viewer: Caller, db: Db, site: Here) -> Plan:
    """The difference to what is in force, refusals, warnings, and who is on call afterwards. Changes nothing."""
    viewer.require(Permission.PLAN, "plan configurations")
    _refuse_nul(data)
    async with db.connection() as conn:
        return await planning.plan(conn, data, db.clock.now(), site.unconfigured)


@post("/config/apply", status_code=200, summary="Make the installation what a configuration says")
async def apply(data: JSONBody[Document], viewer: Caller, db: Db, site: Here) -> Plan:
    """All of it or nothing; applied twice, nothing changes."""
    viewer.require(Permission.CONFIGURE, "apply configurations")
    _refuse_nul(data)
    async with db.transaction() as tx:
        return await applying.apply(tx, data, viewer.actor, site.unconfigured)


def _refuse_nul(document: Document) -> None:
    if has_nul(msgspec.to_builtins(document)):
        raise Invalid("The configuration has a NUL character in it.", "Take it out.")
