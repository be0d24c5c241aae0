"""The audit log over HTTP: for administrators only (SEC-8)."""

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.params import FromQuery, QueryParameter

from tocsin.accounts import audit_log
from tocsin.accounts.audit_model import AuditFilter
from tocsin.accounts.model import Permission
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_number, as_utc
from tocsin.surfaces.wire import audit as wire


@get("/audit", summary="Who did what from where, the latest first")
async def read_audit(
    viewer: Caller,
    db: Db,
    person: Annotated[str | None, QueryParameter(description="By name, or a program such as tocsin.")] = None,
    words: Annotated[str | None, QueryParameter(description="What stands in the sentence.")] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    refused: Annotated[bool, QueryParameter(description="Only what was refused.")] = False,
    limit: Annotated[int, QueryParameter(description="At most so many, 1 to 1000.")] = audit_log.PAGE,
    cursor: Annotated[str | None, QueryParameter(description="`next_cursor` of the page before.")] = None,
) -> wire.AuditLog:
    """What is about a private incident is shown to its members only."""
    wanted = AuditFilter(
        person=person or None,
        words=words or None,
        since=as_utc(since, "since") if since else None,
        until=as_utc(until, "until") if until else None,
        refused_only=refused,
        before_id=as_number(cursor, "cursor"),
    )
    async with db.connection() as conn:
        page = await audit_log.list_deeds(conn, viewer, wanted, limit=limit)
        return wire.audit_log(page, await audit_log.count_hidden(conn, viewer))


@get("/audit/chain", summary="Whether the audit log is as it was written")
async def verify_audit(viewer: Caller, db: Db) -> wire.AuditChain:
    """Walks the whole hash chain; on a large log it takes a while."""
    viewer.require(Permission.ADMINISTER, "read the audit log")
    async with db.connection() as conn:
        return wire.audit_chain(await audit_log.verify(conn))
