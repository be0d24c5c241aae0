"""Use cases of on-call: who is on call, and put schedules in place. The answers are `rotation`'s."""

from datetime import datetime, timedelta

import msgspec

from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.tx import Tx
from tocsin.oncall import rotation, store
from tocsin.oncall.model import OnCall, Override, Schedule, ScheduleOnCall

LOOK_AHEAD = timedelta(days=35)


async def get_schedule(conn: Conn, name: str, since: datetime) -> Schedule:
    """The schedule with the overrides that end after `since`; raises NotFound."""
    schedule = await store.find_schedule(conn, name, since)
    if schedule is None:
        raise NotFound(f"There is no schedule {name!r}.", "tocsin oncall shows those that exist.", field="schedule")
    return schedule


async def list_schedules(conn: Conn, since: datetime) -> list[Schedule]:
    """All schedules by name, with the overrides that end after `since`."""
    return await store.list_schedules(conn, since)


async def who_is_on_call(conn: Conn, name: str, at: datetime) -> OnCall:
    """Who is on call in one schedule at an instant, and why; raises NotFound."""
    return rotation.who_is_on_call(await get_schedule(conn, name, at), at)


async def list_on_call(conn: Conn, at: datetime) -> list[ScheduleOnCall]:
    """Who is on call in every schedule at an instant, and who is next."""
    return [on_call_of(schedule, at) for schedule in await store.list_schedules(conn, at)]


def on_call_of(schedule: Schedule, at: datetime) -> ScheduleOnCall:
    """One line of the list of who is on call, with the next people within five weeks. A gap lasts until they come,
    and one that lies before them is said."""
    found = rotation.who_is_on_call(schedule, at)
    following = rotation.next_shift(schedule, at, at + LOOK_AHEAD)
    if not found.users:
        found = msgspec.structs.replace(found, until=following.starts_at if following else None)
    gap = rotation.next_gap(schedule, at, following.starts_at) if found.users and following else None
    return ScheduleOnCall(
        schedule=schedule.name,
        team=schedule.team,
        time_zone=schedule.time_zone,
        on_call=found,
        next=following,
        gap_at=gap.starts_at if gap else None,
        may_be_empty=schedule.may_have_gaps,
    )


async def put_schedule(tx: Tx, wanted: Schedule) -> bool:
    """Make the schedule, and the overrides that its file manages, exactly this; False: they were so already.

    Overrides that people made stay. Raises Invalid naming an override's user who does not exist.
    """
    everything = datetime.min.replace(tzinfo=tx.now.tzinfo)
    before = await store.find_schedule(tx.conn, wanted.name, everything)
    managed = {_plain(one): one for one in before.overrides if one.managed_by} if before is not None else {}
    added = [one for one in wanted.overrides if _plain(one) not in managed]
    kept = {_plain(one) for one in wanted.overrides}
    removed = [one.id for key, one in managed.items() if key not in kept and one.id is not None]
    same = before is not None and msgspec.structs.replace(before.plain, overrides=wanted.overrides) == wanted
    if same and not added and not removed:
        return False
    schedule_id = await store.upsert_schedule(tx.conn, wanted)
    # Only what differs is written: an override that a person made later than the file's stays the younger one.
    await store.delete_overrides(tx.conn, removed)
    known = await store.insert_overrides(tx.conn, schedule_id, added, tx.now)
    named = {one.user for one in added} | {one.instead_of for one in added if one.instead_of is not None}
    unknown = sorted(named - set(known))
    if unknown:
        raise Invalid(f"An override of {wanted.name} names {', '.join(unknown)}, who does not exist.", field="user")
    return True


async def remove_schedule(tx: Tx, name: str) -> None:
    """The schedule and its overrides are gone; policies that name it reach nobody there. Raises NotFound."""
    if not await store.delete_schedule(tx.conn, name):
        raise NotFound(f"There is no schedule {name!r}.", field="schedule")


def _plain(override: Override) -> Override:
    """What its file says of it, without what is only known once it is stored."""
    return msgspec.structs.replace(override, id=None, created_by="")
