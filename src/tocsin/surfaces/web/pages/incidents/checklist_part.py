"""The checklist of the room: the part for now is open, the others are folded, each rule is there on demand (GRD-2)."""

from datetime import datetime

import msgspec

from tocsin.kernel.db import Conn
from tocsin.room.checklists import list_ticks
from tocsin.room.composing import Line, Part, compose
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class ItemView(msgspec.Struct, frozen=True, kw_only=True):
    """`may_tick`: the viewer may tick it, or take the tick back. `hint` says what ticks it, or who did."""

    n: int
    text: str
    rule: str
    is_ticked: bool
    may_tick: bool
    hint: str
    at: datetime | None


class PhaseView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    done: int
    items: tuple[ItemView, ...]
    is_current: bool


class ChecklistView(msgspec.Struct, frozen=True):
    phases: tuple[PhaseView, ...]


async def load(conn: Conn, room: RoomContext) -> ChecklistView:
    ticked = await list_ticks(conn, room.incident.id)
    parts = compose(room.known, room.profile, ticked, room.now)
    return ChecklistView(tuple(_phase(part, may_tick=room.may_respond) for part in parts))


def _phase(part: Part, *, may_tick: bool) -> PhaseView:
    return PhaseView(
        name=part.phase.value,
        title=part.title,
        done=part.done,
        items=tuple(_item(line, may_tick=may_tick) for line in part.lines),
        is_current=part.is_current,
    )


def _item(line: Line, *, may_tick: bool) -> ItemView:
    return ItemView(
        n=line.n,
        text=line.text,
        rule=line.rule,
        is_ticked=line.is_ticked,
        may_tick=may_tick and not line.ticks_itself,
        hint=f"Ticks itself as soon as {line.ticks_itself}." if line.ticks_itself else "",
        at=line.at,
    )
