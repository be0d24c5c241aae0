"""Was this page worth waking somebody (ALR-9)? One tap, skippable, at the answer or at the end; the source of the noise
figures. Kept with each page.
"""

from collections.abc import Sequence

from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.paging import sentences, store
from tocsin.paging.events import PagesMarked
from tocsin.paging.model import Page


async def mark(tx: Tx, incident_id: int, by: str, *, actionable: bool) -> None:
    """Whoever was called marks their own pages, anybody else those that nobody has marked. A second mark replaces one's
    first. Raises Refused when there is nothing to mark.
    """
    if not await mark_if_called(tx, incident_id, by, actionable=actionable):
        ref = incident_ref((await incidents.get(tx.conn, incident_id)).number)
        raise Refused(f"There is no page of {ref} left to mark.", f"tocsin explain {ref} shows who was called.")


async def mark_if_called(tx: Tx, incident_id: int, by: str, *, actionable: bool | None) -> bool:
    """As `mark`; `actionable` None is skipped. False: nothing was marked."""
    if actionable is None:
        return False
    incident = await incidents.lock(tx, incident_id)
    pages = pages_to_mark(await store.list_pages(tx.conn, incident_id), by)
    if not pages:
        return False
    await store.update_pages_actionable(tx.conn, [page.id for page in pages], actionable)
    await _say(tx, incident, by, pages, actionable)
    return True


async def count_not_actionable(conn: Conn, incident_ids: Sequence[int]) -> dict[int, int]:
    """How many pages of each of these incidents somebody marked as nothing to do, by the incident's id."""
    return await store.count_not_actionable(conn, incident_ids)


def pages_to_mark(pages: list[Page], by: str) -> list[Page]:
    """Their own, else what nobody has marked. `by` is an actor."""
    own = [page for page in pages if f"@{page.user_name}" == by]
    return own or [page for page in pages if page.actionable is None]


async def _say(tx: Tx, incident: Incident, by: str, pages: list[Page], actionable: bool) -> None:
    await tx.emit(
        PagesMarked(
            **incidents.about(incident, by),
            sentence=sentences.marked(by, actionable),
            page_ids=tuple(page.id for page in pages),
            actionable=actionable,
        )
    )
