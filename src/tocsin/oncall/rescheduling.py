"""A schedule changes as a whole, by its file: that is an event, and whoever's shift moves is told old and new."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from tocsin.kernel.errors import NotFound
from tocsin.kernel.tx import Tx
from tocsin.oncall import change_store, moving, service, store, telling
from tocsin.oncall.change_model import Interval
from tocsin.oncall.events import ScheduleChanged
from tocsin.oncall.model import Schedule
from tocsin.oncall.moving import Move

LOOK_AHEAD = timedelta(days=90)


async def replace_schedule(tx: Tx, wanted: Schedule, by: str) -> bool:
    """Make the schedule exactly this; False: it was so already. `by` is an actor ("@alice").

    People learn of shifts that move within 90 days; of a schedule that is new nobody had a shift. Raises Invalid.
    """
    await change_store.lock_schedule(tx.conn, wanted.name)
    before = await store.find_schedule(tx.conn, wanted.name, tx.now)
    if not await service.put_schedule(tx, wanted):
        return False
    schedule_id = await change_store.lock_schedule(tx.conn, wanted.name)
    after = await service.get_schedule(tx.conn, wanted.name, tx.now)
    file = f" by {wanted.managed_by}" if wanted.managed_by else ""
    if before is None:
        await _record(tx, schedule_id, after, {}, f"{by} made the schedule {wanted.name}{file}", by)
        return True
    moves = moving.moves(before, after, Interval(tx.now, tx.now + LOOK_AHEAD))
    none = f"no shift of the coming {LOOK_AHEAD.days} days moves"
    whose = f"shifts of {', '.join(moves)} move" if moves else none
    sentence = f"{by} changed the schedule {wanted.name}{file}: {whose}"
    await _record(tx, schedule_id, after, moves, sentence, by, f"Your shifts in {wanted.name} change")
    return True


async def drop_schedule(tx: Tx, name: str, by: str) -> None:
    """The schedule is gone, and so are the shifts of its people, who are told. Raises NotFound."""
    schedule_id = await change_store.lock_schedule(tx.conn, name)
    before = await store.find_schedule(tx.conn, name, tx.now)
    if before is None:
        raise NotFound(f"There is no schedule {name!r}.", "See them with: tocsin oncall", field="schedule")
    await service.remove_schedule(tx, name)
    after = msgspec.structs.replace(before, layers=(), overrides=())
    moves = moving.moves(before, after, Interval(tx.now, tx.now + LOOK_AHEAD))
    sentence = f"{by} removed the schedule {name}"
    await _record(tx, schedule_id, before, moves, sentence, by, f"Your shifts in {name} end")


async def _record(
    tx: Tx,
    schedule_id: int | None,
    schedule: Schedule,
    moves: Mapping[str, Move],
    sentence: str,
    by: str,
    title: str | None = None,
) -> None:
    """The event, and one message to each person."""
    event = ScheduleChanged(
        topic=f"schedule/{schedule_id}", sentence=sentence, actor=by, schedule=schedule.name, people=tuple(moves)
    )
    event_id = await tx.emit(event)
    await telling.tell_moves(tx, schedule, moves, sentence, topic=f"schedule-change/{event_id}", by=by, title=title)
