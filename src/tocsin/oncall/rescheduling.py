"""A schedule changes as a whole, by its file: that is an event, and whoever's shift moves is told old and new."""

from datetime import timedelta

from tocsin.kernel.tx import Tx
from tocsin.oncall import change_store, moving, service, store, telling
from tocsin.oncall.events import ScheduleChanged
from tocsin.oncall.model import Schedule
from tocsin.oncall.moving import Interval

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
    moves = moving.moves(before, after, Interval(tx.now, tx.now + LOOK_AHEAD)) if before is not None else {}
    sentence = _sentence(wanted, by, is_new=before is None, people=tuple(moves))
    event_id = await tx.emit(
        ScheduleChanged(
            topic=f"schedule/{schedule_id}",
            sentence=sentence,
            actor=by,
            schedule=wanted.name,
            people=tuple(moves),
        )
    )
    await telling.tell_moves(tx, after, moves, sentence, topic=f"schedule-change/{event_id}", by=by)
    return True


def _sentence(schedule: Schedule, by: str, *, is_new: bool, people: tuple[str, ...]) -> str:
    file = f" by {schedule.managed_by}" if schedule.managed_by else ""
    if is_new:
        return f"{by} made the schedule {schedule.name}{file}"
    whose = f"shifts of {', '.join(people)} move" if people else f"no shift of the coming {LOOK_AHEAD.days} days moves"
    return f"{by} changed the schedule {schedule.name}{file}: {whose}"
