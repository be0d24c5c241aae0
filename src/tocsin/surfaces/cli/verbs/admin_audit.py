"""`tocsin admin audit`: who did what from where, and whether the log is as it was written (SEC-8)."""

from datetime import datetime

from rich.text import Text

from tocsin.accounts import audit_store
from tocsin.accounts.audit_log import verify as walk_chain
from tocsin.accounts.audit_model import AuditFilter, Chain, Deed, deed_of
from tocsin.accounts.model import ORGANISATION_SCOPE
from tocsin.db.database import Database
from tocsin.settings import load_here
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.verbs.admin_users import in_database


def audit(wanted: AuditFilter, limit: int, *, json: bool) -> None:
    """The latest of it; what is about private incidents is their members' to read, in the browser."""

    async def read(db: Database) -> list[Deed]:
        async with db.connection() as conn:
            return [deed_of(each) for each in await audit_store.list_audit(conn, (ORGANISATION_SCOPE,), wanted, limit)]

    deeds = in_database(load_here(), read)
    if json:
        return output.print_document({"deeds": deeds})
    if not deeds:
        return output.say("Nothing is like this.")
    rows = [_row(deed, output.now()) for deed in deeds]
    return output.show(output.table(("when", "what", "from"), rows, flexible=1))


def verify(*, json: bool) -> int:
    """Exit status: 0 intact, 1 something was changed, removed or slipped in."""

    async def walk(db: Database) -> Chain:
        async with db.connection() as conn:
            return await walk_chain(conn)

    chain = in_database(load_here(), walk)
    if json:
        output.print_document({"is_intact": chain.is_intact, "sealed": chain.sealed, "troubles": chain.troubles})
    else:
        output.say(chain.words)
        for trouble in chain.troubles[1:]:
            output.say(trouble)
    return 0 if chain.is_intact else 1


def _row(deed: Deed, now: datetime) -> tuple[str | Text, ...]:
    text = Text(output.line(deed.text), style="yellow" if deed.outcome == "refused" else "")
    return (times.clock(deed.at, now), text, output.line(deed.client))
