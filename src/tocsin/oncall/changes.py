"""Overrides that people make and end: at once the pager, the lists, the calendar and the feeds follow, for all of them
read the same schedule. Each is an event, and whoever loses or gains a shift is told.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import change_store, checking, moving, overriding, permission, service, store, telling
from tocsin.oncall.change_model import Interval, OverrideDraft, Placed
from tocsin.oncall.events import OverrideAdded, OverrideEnded
from tocsin.oncall.model import Override, Schedule


class Locked(NamedTuple):
    """A schedule as it is now, which nobody else changes until this transaction ends."""

    id: int
    schedule: Schedule

    @property
    def topic(self) -> str:
        return f"schedule/{self.id}"


async def list_overrides(conn: Conn, since: datetime, schedule: str | None = None) -> list[Placed]:
    """Those that end after an instant, by their beginning; raises NotFound for an unknown schedule."""
    found = (
        await store.list_schedules(conn, since)
        if schedule is None
        else [await service.get_schedule(conn, schedule, since)]
    )
    placed = [
        Placed(schedule=each.name, time_zone=each.time_zone, override=one) for each in found for one in each.overrides
    ]
    return sorted(placed, key=lambda one: (one.override.starts_at, one.override.id or 0))


async def add_override(tx: Tx, viewer: Viewer, draft: OverrideDraft, anyway: str | None = None) -> Placed:
    """Whoever takes over themselves may; to put others on call takes a lead of the team or a manager.

    Raises Invalid, NotFound or Forbidden, and Refused when it breaks what the checker had proven, unless `anyway`
    says why that is meant (ONC-3).
    """
    permission.require_responder(viewer)
    locked = await lock(tx, draft.schedule)
    schedule = locked.schedule
    await permission.require(tx.conn, viewer, schedule.team, draft.user, "put others on call")
    await get_person(tx.conn, draft.user, "user")
    if draft.instead_of is not None:
        await get_person(tx.conn, draft.instead_of, "instead_of", disabled_too=True)
    wanted = overriding.decide_override(schedule, draft, viewer.actor, tx.now)
    sentence = f"{viewer.actor} made an override: {overriding.sentence(schedule, wanted)}"
    (made,) = await hand_over(tx, locked, [wanted], sentence, by=viewer.actor, anyway=anyway)
    return Placed(schedule=schedule.name, time_zone=schedule.time_zone, override=made)


async def end_override(tx: Tx, viewer: Viewer, override_id: int, anyway: str | None = None) -> Placed:
    """One under way ends now, a future one is gone; what has passed stays. Gives it as it was.

    Whoever made it may; one of a swap, on which two agreed, takes a lead of the team or a manager. Raises NotFound,
    Forbidden, and Refused for what is over, managed by a file, or breaks what the checker had proven.
    """
    permission.require_responder(viewer)
    name = await change_store.find_schedule_of(tx.conn, override_id)
    if name is None:
        raise NotFound(f"There is no override {override_id}.", "See them with: tocsin override list", field="id")
    locked = await lock(tx, name)
    schedule = locked.schedule
    override = next((one for one in schedule.overrides if one.id == override_id), None)
    if override is None:
        raise Refused(f"The override {override_id} is over.", "What has passed stays as it was.")
    await _require_ending(tx.conn, viewer, schedule, override)
    ends_at = overriding.decide_ending(override, tx.now)
    after = overriding.after_ending(schedule, override_id, ends_at)
    await refuse_unless_meant(tx, schedule, after, anyway)
    if ends_at is None:
        await change_store.delete_override(tx.conn, override_id)
    else:
        await change_store.update_override_end(tx.conn, override_id, ends_at)
    sentence = f"{viewer.actor} ended an override: {overriding.sentence(schedule, override)}"
    await tx.emit(
        OverrideEnded(
            topic=locked.topic,
            sentence=sentence,
            actor=viewer.actor,
            schedule=schedule.name,
            override_id=override_id,
            user=override.user,
            ends_at=ends_at or override.starts_at,
            anyway=anyway or "",
        )
    )
    rest = Interval(max(override.starts_at, tx.now), override.ends_at)
    moves = moving.moves(schedule, after, rest)
    await telling.tell_moves(tx, schedule, moves, sentence, topic=f"override/{override_id}", by=viewer.actor)
    return Placed(schedule=schedule.name, time_zone=schedule.time_zone, override=override)


async def lock(tx: Tx, name: str) -> Locked:
    """Raises NotFound."""
    schedule_id = await change_store.lock_schedule(tx.conn, name)
    if schedule_id is None:
        raise NotFound(f"There is no schedule {name[:80]!r}.", "See them with: tocsin oncall", field="schedule")
    return Locked(schedule_id, await service.get_schedule(tx.conn, name, tx.now))


async def hand_over(
    tx: Tx,
    locked: Locked,
    wanted: Sequence[Override],
    sentence: str,
    *,
    by: str,
    topic: str | None = None,
    anyway: str | None = None,
) -> list[Override]:
    """Puts overrides of a locked schedule in place, each with its event; those whose shifts move are told, under
    `topic` or that of the first. Gives them with their ids. Raises Refused as `add_override` does."""
    schedule = locked.schedule
    after = msgspec.structs.replace(schedule, overrides=(*schedule.overrides, *wanted))
    await refuse_unless_meant(tx, schedule, after, anyway)
    made: list[Override] = []
    for one in wanted:
        override_id = await change_store.insert_override(tx.conn, locked.id, one, tx.now)
        made.append(msgspec.structs.replace(one, id=override_id))
        told = sentence if len(wanted) == 1 else f"{by} moved a shift: {overriding.sentence(schedule, one)}"
        await tx.emit(_added(locked, made[-1], override_id, told, by, anyway))
    whole = Interval(min(one.starts_at for one in made), max(one.ends_at for one in made))
    moves = moving.moves(schedule, after, whole)
    await telling.tell_moves(tx, schedule, moves, sentence, topic=topic or f"override/{made[0].id}", by=by)
    return made


async def refuse_unless_meant(tx: Tx, before: Schedule, after: Schedule, anyway: str | None) -> None:
    """Raises Refused, naming what a change breaks within the coming 90 days, unless somebody says why they mean it."""
    if not (anyway or "").strip():
        checking.refuse_unless_meant(await checking.new_findings(tx.conn, before, after, tx.now), anyway)


async def get_person(conn: Conn, name: str, field: str, *, disabled_too: bool = False) -> User:
    """Raises Invalid, at the field, for nobody or for somebody who is disabled."""
    found = await accounts.list_users_by_name(conn, [name])
    if not found:
        raise Invalid(f"There is nobody named {name[:80]!r}.", "Names are those of the accounts.", field=field)
    if found[0].is_disabled and not disabled_too:
        raise Invalid(f"{name} is disabled and cannot be called.", "Choose somebody else.", field=field)
    return found[0]


async def _require_ending(conn: Conn, viewer: Viewer, schedule: Schedule, override: Override) -> None:
    if override.swap_id is not None:
        await permission.require_lead(conn, viewer, schedule.team, "undo a swap on which two agreed")
    else:
        own = override.created_by.removeprefix("@")
        await permission.require(conn, viewer, schedule.team, own, "end overrides that others made")


def _added(
    locked: Locked, made: Override, override_id: int, sentence: str, by: str, anyway: str | None
) -> OverrideAdded:
    return OverrideAdded(
        topic=locked.topic,
        sentence=sentence,
        actor=by,
        schedule=locked.schedule.name,
        override_id=override_id,
        user=made.user,
        starts_at=made.starts_at,
        ends_at=made.ends_at,
        part=made.part,
        layer=made.layer,
        instead_of=made.instead_of,
        reason=made.reason,
        anyway=anyway or "",
    )
