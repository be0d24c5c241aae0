"""Reading the audit log (SEC-8): page by page for who looks for something, whole for who keeps a copy, and its chain.

Only administrators read it. What is about a private incident is told to its members only (LIF-7); the others see how
much they do not see. Writing on it is `service.audit`.
"""

from collections.abc import AsyncGenerator

from msgspec.structs import replace

from tocsin.accounts import audit_store
from tocsin.accounts.audit_model import AuditFilter, AuditPage, Chain, Deed, deed_of
from tocsin.accounts.model import Permission, Viewer
from tocsin.kernel import ledger_seal
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid

PAGE = 100
MOST = 1000


async def list_deeds(conn: Conn, viewer: Viewer, wanted: AuditFilter, *, limit: int = PAGE) -> AuditPage:
    """Raises Forbidden for who is no administrator, Invalid for a limit out of range."""
    viewer.require(Permission.ADMINISTER, "read the audit log")
    if not 1 <= limit <= MOST:
        raise Invalid(f"limit is 1 to {MOST}.", "Ask for fewer and follow next_cursor.", field="limit")
    found = await audit_store.list_audit(conn, viewer.scopes, wanted, limit + 1)
    shown = found[:limit]
    return AuditPage(
        deeds=tuple(deed_of(entry) for entry in shown), next_before=shown[-1].id if len(found) > limit else None
    )


async def iterate_deeds(conn: Conn, viewer: Viewer, wanted: AuditFilter) -> AsyncGenerator[Deed]:
    """All of them, the latest first, for a file."""
    while True:
        page = await list_deeds(conn, viewer, wanted, limit=MOST)
        for deed in page.deeds:
            yield deed
        if page.next_before is None:
            return
        wanted = replace(wanted, before_id=page.next_before)


async def count_hidden(conn: Conn, viewer: Viewer) -> int:
    """How many entries are about private incidents that this administrator is no member of."""
    viewer.require(Permission.ADMINISTER, "read the audit log")
    return await audit_store.count_hidden(conn, viewer.scopes)


async def verify(conn: Conn) -> Chain:
    """Walks the whole chain."""
    return Chain(sealed=await audit_store.find_sealed(conn), troubles=tuple(await ledger_seal.verify(conn)))
