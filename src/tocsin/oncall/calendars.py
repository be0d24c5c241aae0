"""Use cases of calendars of elsewhere (ONC-4): put one in place, note what was read of it, or why it was not.

The last good copy counts while fetches fail; after a day of that the administrators are told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role
from tocsin.catalog import service as catalog
from tocsin.delivery.model import Urgency
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.jobs import NewJob, enqueue
from tocsin.kernel.tx import Tx
from tocsin.oncall import calendar_store as store
from tocsin.oncall import change_store, messages, moving, service, telling
from tocsin.oncall.calendar_model import (
    AHEAD,
    BACK,
    MOST_ABSENCES,
    MOST_SHIFTS,
    CalendarDraft,
    ExternalCalendar,
    Occurrence,
    Person,
    Question,
    Reading,
    check_calendar,
)
from tocsin.oncall.calendar_store import Copy
from tocsin.oncall.events import CalendarFailing, CalendarRead, ScheduleChanged
from tocsin.oncall.model import Schedule
from tocsin.oncall.moving import Interval
from tocsin.oncall.rescheduling import LOOK_AHEAD

FETCH = "oncall.fetch_calendar"
LANE = "calendars"
TELL_AFTER = timedelta(days=1)


class Task(NamedTuple):
    """What it takes to read a calendar now."""

    calendar: ExternalCalendar
    copy: Copy
    question: Question


async def list_calendars(conn: Conn) -> list[ExternalCalendar]:
    return await store.list_calendars(conn)


async def list_drafts(conn: Conn) -> list[CalendarDraft]:
    return await store.list_drafts(conn)


async def put_calendar(tx: Tx, draft: CalendarDraft) -> None:
    """Make the calendar of this name exactly this, and fetch it at once. Raises Invalid."""
    check_calendar(draft)
    calendar_id = await store.upsert_calendar(tx.conn, draft)
    if draft.leave:
        await store.replace_shifts(tx.conn, calendar_id, ())
    else:
        await store.delete_absences(tx.conn, source_of(draft.name))
    await enqueue(tx, _job(calendar_id, tx.now))


async def remove_calendar(tx: Tx, name: str) -> None:
    """What was read of it is gone too. Raises NotFound."""
    await store.delete_absences(tx.conn, source_of(name))
    if not await store.delete_calendar(tx.conn, name):
        raise NotFound(f"There is no calendar {name!r}.", field="calendar")


async def fetch_all(tx: Tx) -> None:
    """Each in a job of its own: one that hangs delays no other."""
    calendars = await store.list_calendars(tx.conn)
    await enqueue(tx, *(_job(each.id, tx.now) for each in calendars))


async def find_task(conn: Conn, calendar_id: int, now: datetime) -> Task | None:
    """None: the calendar is gone."""
    calendar, copy = await store.find_calendar(conn, calendar_id), await store.find_copy(conn, calendar_id)
    if calendar is None or copy is None:
        return None
    users = [user for user in await accounts.list_users(conn) if not user.is_disabled]
    question = Question(
        people=tuple(Person(user.name, user.email or "", user.display_name) for user in users),
        aliases=calendar.people,
        time_zone=calendar.time_zone or (await catalog.organisation(conn)).time_zone,
        is_zone_said=calendar.time_zone is not None,
        since=now - BACK,
        until=now + AHEAD,
        most=MOST_ABSENCES if calendar.leave else MOST_SHIFTS,
    )
    return Task(calendar, copy, question)


async def note_reading(tx: Tx, task: Task, copy: Copy, reading: Reading) -> None:
    """Its events are these from now on; says so where they are others than before."""
    calendar = task.calendar
    served = [] if calendar.leave else await _lock_served(tx, calendar)
    if not await store.lock_calendar(tx.conn, calendar.id):
        return
    source = source_of(calendar.name)
    before = (
        await store.list_absences(tx.conn, source) if calendar.leave else await store.list_shifts(tx.conn, calendar.id)
    )
    found = set(reading.occurrences)
    if found != before:
        if calendar.leave:
            await store.replace_absences(tx.conn, source, reading.occurrences, tx.now)
        else:
            await _replace_shifts(tx, calendar, served, reading.occurrences)
    await store.update_read(tx.conn, calendar.id, copy, reading, tx.now)
    # What only left or entered the time that is looked at is no news.
    added, removed = _within(found - before, task.question), _within(before - found, task.question)
    if added or removed:
        what = "absences" if calendar.leave else "shifts"
        sentence = f"the calendar {calendar.name} has changed: {len(added)} {what} added, {len(removed)} removed"
        people = sorted({one.user for one in (*added, *removed)})
        await tx.emit(
            CalendarRead(topic=topic_of(calendar.name), sentence=sentence, calendar=calendar.name, people=tuple(people))
        )


async def note_failure(tx: Tx, task: Task, failure: str) -> None:
    """What was read before stays; after a day of failures the administrators are told, once."""
    calendar = task.calendar
    if not await store.lock_calendar(tx.conn, calendar.id):
        return
    since = await store.update_failed(tx.conn, calendar.id, failure, tx.now)
    if calendar.told_at is not None or tx.now - since < TELL_AFTER:
        return
    await store.update_told(tx.conn, calendar.id, tx.now)
    administrators = [user.name for user in await accounts.list_users(tx.conn) if user.role is Role.ADMIN]
    told = await telling.tell(
        tx,
        administrators,
        lambda _: messages.calendar_fails(calendar.name, failure, calendar.read_at),
        topic=topic_of(calendar.name),
        by="tocsin",
        urgency=Urgency.LOW,
        fallback_zone="UTC",
    )
    sentence = (
        f"the calendar {calendar.name} could not be read for a day ({', '.join(told) or 'nobody'} told): {failure}"
    )
    await tx.emit(CalendarFailing(topic=topic_of(calendar.name), sentence=sentence, calendar=calendar.name))


async def _lock_served(tx: Tx, calendar: ExternalCalendar) -> list[tuple[int | None, Schedule]]:
    """The schedules that this calendar has a layer of, locked before the calendar is: a file that is applied meanwhile
    takes its locks in that order too.
    """
    schedules = await service.list_schedules(tx.conn, tx.now)
    served = [each.name for each in schedules if any(layer.calendar == calendar.name for layer in each.layers)]
    ids = [await change_store.lock_schedule(tx.conn, name) for name in served]
    found = {each.name: each for each in await service.list_schedules(tx.conn, tx.now)}
    return [(number, found[name]) for number, name in zip(ids, served, strict=True) if name in found]


async def _replace_shifts(
    tx: Tx, calendar: ExternalCalendar, served: Sequence[tuple[int | None, Schedule]], found: Sequence[Occurrence]
) -> None:
    """Whoever's shift moves by it within 90 days is told, as when a file moves it: also those of other layers."""
    await store.replace_shifts(tx.conn, calendar.id, found)
    for schedule_id, before in served:
        after = await service.get_schedule(tx.conn, before.name, tx.now)
        moves = moving.moves(before, after, Interval(tx.now, tx.now + LOOK_AHEAD))
        if not moves:
            continue
        people = tuple(moves)
        sentence = f"the calendar {calendar.name} moves shifts of {', '.join(people)} in {before.name}"
        event_id = await tx.emit(
            ScheduleChanged(topic=f"schedule/{schedule_id}", sentence=sentence, schedule=before.name, people=people)
        )
        await telling.tell_moves(tx, after, moves, sentence, topic=f"schedule-change/{event_id}", by="tocsin")


def source_of(name: str) -> str:
    """How its leave is marked."""
    return f"calendar:{name}"


def topic_of(name: str) -> str:
    return f"calendar/{name}"


def _within(found: Iterable[Occurrence], question: Question) -> list[Occurrence]:
    margin = timedelta(days=1)
    return [one for one in found if one.ends_at > question.since + margin and one.starts_at < question.until - margin]


def _job(calendar_id: int, now: datetime) -> NewJob:
    return NewJob(kind=FETCH, payload={"calendar": calendar_id}, lane=LANE, run_at=now, key=f"calendar:{calendar_id}")
