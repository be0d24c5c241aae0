"""Leave: when somebody cannot be on call. It moves no shift by itself: whoever enters it hears which ones it touches,
the checker names them, and cover can be asked for.
"""

from collections.abc import Collection
from datetime import datetime

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, Viewer
from tocsin.catalog import service as catalog
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import cover, leave_store, permission, store
from tocsin.oncall.absence import OF_PERSON, touched_shifts
from tocsin.oncall.change_model import Entered, Interval, Leave, LeaveDraft, Touched
from tocsin.oncall.changes import get_person
from tocsin.oncall.events import LeaveEnded, LeaveEntered
from tocsin.oncall.overriding import check_reason, check_span


async def list_leave(conn: Conn, since: datetime, until: datetime) -> list[Leave]:
    """What touches [since, until), of people and of calendars, by its beginning."""
    return await leave_store.list_leave(conn, since, until)


async def list_leave_for(conn: Conn, viewer: Viewer, since: datetime, until: datetime) -> list[Leave]:
    """The same as somebody may read it: when others are away is everybody's business, why is not."""
    found = await leave_store.list_leave(conn, since, until)
    if viewer.role.rank >= Role.MANAGER.rank:
        return found
    led = await permission.people_led(conn, viewer)
    return [one if one.user in led else msgspec.structs.replace(one, reason="") for one in found]


async def clocks_of(conn: Conn, names: Collection[str]) -> dict[str, str]:
    """The zone of each of these people's own clock; the organisation's, where they have said none."""
    fallback = (await catalog.organisation(conn)).time_zone
    zones = {user.name: user.time_zone for user in await accounts.list_users_by_name(conn, sorted(names))}
    return {name: zones.get(name) or fallback for name in names}


async def shifts_within(conn: Conn, user: str, span: Interval) -> list[Touched]:
    """When somebody is on call within a span, in whatever schedule."""
    return touched_shifts(await store.list_schedules(conn, span.starts_at), user, span)


async def add_leave(tx: Tx, viewer: Viewer, draft: LeaveDraft, *, ask_cover: bool = False) -> Entered:
    """One's own, or by a lead of one of the person's teams or a manager. What has passed of it is left out.
    `ask_cover`: the teams are asked at once to take the shifts that it touches.

    Raises Invalid that names the field, or Forbidden.
    """
    permission.require_responder(viewer)
    user = await get_person(tx.conn, draft.user, "user")
    await permission.require_for_person(tx.conn, viewer, user.name, "enter leave of others")
    check_reason(draft.reason)
    span = check_span(draft.starts_at, draft.ends_at, tx.now)
    wanted = msgspec.structs.replace(draft, starts_at=span.starts_at, reason=draft.reason.strip())
    leave_id = await leave_store.insert_leave(tx.conn, wanted, OF_PERSON, viewer.actor, tx.now)
    when = f"{span.starts_at:%Y-%m-%d %H:%M} UTC to {span.ends_at:%Y-%m-%d %H:%M} UTC"
    await tx.emit(
        LeaveEntered(
            topic=f"user/{user.id}",
            sentence=f"{viewer.actor} entered leave of {user.name}, {when}",
            actor=viewer.actor,
            leave_id=leave_id,
            user=user.name,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
        )
    )
    made = Leave(
        id=leave_id,
        user=user.name,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        reason=wanted.reason,
        source=OF_PERSON,
        entered_by=viewer.actor,
    )
    shifts = await shifts_within(tx.conn, user.name, span)
    asked = await cover.ask_cover_within(tx, viewer, user.name, shifts, "on leave") if ask_cover else []
    return Entered(leave=made, shifts=tuple(shifts), cover=tuple(one.id for one in asked))


async def end_leave(tx: Tx, viewer: Viewer, leave_id: int) -> Leave:
    """Leave under way ends now, what is to come of another is gone. Gives it as it was.

    Raises NotFound, Forbidden, and Refused for what is over or comes from a calendar.
    """
    permission.require_responder(viewer)
    leave = await leave_store.lock_leave(tx.conn, leave_id)
    if leave is None:
        raise NotFound(f"There is no leave {leave_id}.", "See it with: tocsin leave list", field="id")
    user = await get_person(tx.conn, leave.user, "user", disabled_too=True)
    await permission.require_for_person(tx.conn, viewer, leave.user, "end leave of others")
    if leave.source != OF_PERSON:
        raise Refused(f"The leave {leave_id} comes from the {leave.source.replace(':', ' ')}.", "Change it there.")
    if leave.ends_at <= tx.now:
        raise Refused(f"The leave {leave_id} is over.", "What has passed stays as it was.")
    if leave.starts_at < tx.now:
        await leave_store.update_leave_end(tx.conn, leave_id, tx.now)
    else:
        await leave_store.delete_leave(tx.conn, leave_id)
    await tx.emit(
        LeaveEnded(
            topic=f"user/{user.id}",
            sentence=f"{viewer.actor} ended leave of {leave.user}",
            actor=viewer.actor,
            leave_id=leave_id,
            user=leave.user,
            ends_at=max(leave.starts_at, tx.now),
        )
    )
    return leave
