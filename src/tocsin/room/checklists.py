"""The checklist of an incident as it stands, and what people tick on it (GRD-2)."""

from datetime import datetime

from tocsin.catalog import service as catalog
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.room import tick_store
from tocsin.room.composing import Line, Part, TickedBy, compose
from tocsin.room.events import ChecklistTicked
from tocsin.room.facts import gather


async def load_checklist(conn: Conn, incident: Incident, now: datetime) -> tuple[Part, ...]:
    """Of an incident that the caller may see, or has locked."""
    facts = await gather(conn, incident)
    return compose(facts, await catalog.severity_profile(conn), await list_ticks(conn, incident.id), now)


async def list_ticks(conn: Conn, incident_id: int) -> dict[str, TickedBy]:
    """What people have ticked, by the key of the item."""
    return await tick_store.list_ticks(conn, incident_id)


async def tick(tx: Tx, incident_id: int, n: int, by: str, *, is_ticked: bool = True) -> tuple[Part, ...]:
    """Tick the n-th item, or take the tick back; saying it twice changes nothing.

    Raises NotFound for a number that is not on the list, Refused for an item that ticks itself.
    """
    incident = await incidents.lock(tx, incident_id)
    before = await load_checklist(tx.conn, incident, tx.now)
    line = _find(before, n)
    if line.ticks_itself:
        raise Refused(
            f"“{line.text}” ticks itself as soon as {line.ticks_itself}.",
            f"tocsin checklist {incident_ref(incident.number)} shows what people tick.",
            field="item",
        )
    if line.is_ticked == is_ticked:
        return before
    if is_ticked:
        await tick_store.insert_tick(tx.conn, incident.id, line.key, by, tx.now)
    else:
        await tick_store.delete_tick(tx.conn, incident.id, line.key)
    what = "ticked" if is_ticked else "took the tick back from"
    await tx.emit(
        ChecklistTicked(
            **incidents.about(incident, by), sentence=f"{by} {what} “{line.text}”.", item=line.key, is_ticked=is_ticked
        )
    )
    return await load_checklist(tx.conn, incident, tx.now)


def _find(parts: tuple[Part, ...], n: int) -> Line:
    lines = [line for part in parts for line in part.lines]
    if not 1 <= n <= len(lines):
        raise NotFound(f"There is no item {n} on this checklist.", f"Items are 1 to {len(lines)}.", field="item")
    return lines[n - 1]
