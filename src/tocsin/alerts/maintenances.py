"""Setting and ending maintenance, and the turn at each beginning and end of a window (ALR-7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.alerts import maintenance_store as store
from tocsin.alerts.events import MaintenanceBegan, MaintenanceEnded, MaintenanceSet, MaintenanceWithdrawn
from tocsin.alerts.groups import enqueue_grouping
from tocsin.alerts.maintenance import (
    Cover,
    Maintenance,
    MaintenanceDraft,
    Window,
    check_maintenance,
    covers_at,
    decide_ending,
    latest_window,
    next_planned,
    next_turn,
    window_at,
)
from tocsin.alerts.muting import turn_at
from tocsin.catalog import service as catalog
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.tx import Tx

_LOOK_AGAIN = timedelta(seconds=40)
"""A grouping that has read a maintenance as it was before a change ends within its 30 seconds; then a second look."""

RETENTION = timedelta(hours=120)
"""How long one that is over is still listed, as silences are."""


async def list_maintenances(conn: Conn, now: datetime) -> list[Maintenance]:
    """What is under way, planned, or was over within the last five days."""
    return await store.list_maintenances(conn, now - RETENTION)


async def covers(conn: Conn, now: datetime) -> dict[str, Cover]:
    """The services in maintenance at this instant."""
    return covers_at(await store.list_live(conn, now), now)


async def add_maintenance(tx: Tx, draft: MaintenanceDraft, by: str) -> Maintenance:
    """A person's. Raises Invalid for what is unsound, is over already or has a name that is taken, and NotFound for
    an unknown service."""
    if draft.repeat is None and draft.starts_at < tx.now < draft.ends_at:
        draft = msgspec.structs.replace(draft, starts_at=tx.now)
    if draft.repeat is not None:  # recurrence rules know no fractions of a second
        draft = msgspec.structs.replace(draft, starts_at=draft.starts_at.replace(microsecond=0))
    check_maintenance(draft)
    for service in draft.services:
        await catalog.get_service(tx.conn, service)
    last = latest_window(draft, tx.now)
    if next_planned(draft, tx.now) is None and (last is None or last.ends_at <= tx.now):
        raise Invalid("The maintenance would end before now.", "Give an end that is still to come.", field="to")
    if await store.find_by_name(tx.conn, draft.name) is not None:
        raise Invalid(f"There is a maintenance {draft.name!r} already.", "Choose another name.", field="name")
    await put_maintenance(tx, draft, by)
    return await _get(tx, draft.name)


async def put_maintenance(tx: Tx, draft: MaintenanceDraft, by: str) -> None:
    """Make the maintenance of this name exactly this, whoever had ended it."""
    maintenance_id = await store.upsert_maintenance(tx.conn, draft, by, tx.now)
    begins = f"{draft.starts_at:%Y-%m-%d %H:%M} UTC"
    sentence = f"{by} put {', '.join(draft.services)} into maintenance from {begins}: {draft.reason or draft.name}"
    await tx.emit(MaintenanceSet(topic="alerts", sentence=sentence, actor=by, name=draft.name, services=draft.services))
    await _look_now_and_again(tx, maintenance_id, draft.services)


async def end_maintenance(tx: Tx, name: str, by: str, *, whole: bool = False) -> Maintenance:
    """The window under way ends now; `whole`: no other follows either. What is still wrong is paged from now on.

    Raises NotFound, and Refused for what a file manages, is over, or is not under way.
    """
    before = await _get(tx, name)
    ending = decide_ending(before, tx.now, whole=whole)
    await store.update_ending(tx.conn, before.id, ending)
    sentence = f"{by} ended the maintenance {name}" + ("" if ending.ended_at else " until its next window")
    await tx.emit(
        MaintenanceWithdrawn(topic="alerts", sentence=sentence, actor=by, name=name, services=before.services)
    )
    await _look_now_and_again(tx, before.id, before.services)
    return await _get(tx, name)


async def remove_maintenance(tx: Tx, name: str, by: str) -> None:
    """It left its file: what it held is looked at again. Raises NotFound."""
    gone = await _get(tx, name)
    await store.delete_maintenance(tx.conn, name)
    sentence = f"{by} withdrew the maintenance {name}"
    await tx.emit(MaintenanceWithdrawn(topic="alerts", sentence=sentence, actor=by, name=name, services=gone.services))
    if gone.under_way_since is not None:
        await _tell_ended(tx, gone)
    await _look_now_and_again(tx, gone.id, gone.services)


async def turn(tx: Tx, maintenance_id: int, services: Sequence[str]) -> None:
    """A window has begun or is over: say so once, look again at what was held, stand at the next beginning or end.

    Looks at how things stand now: it may run twice, or late, and a window that was missed altogether does no harm.
    """
    maintenance = await store.lock_maintenance(tx.conn, maintenance_id)
    if maintenance is None:
        await enqueue_grouping(tx, await store.list_held_alerts(tx.conn, services))
        return
    window = window_at(maintenance, tx.now)
    if window is None:
        if maintenance.under_way_since is not None:
            await _tell_ended(tx, maintenance)
        await enqueue_grouping(tx, await store.list_held_alerts(tx.conn, maintenance.services))
    elif window.starts_at != maintenance.under_way_since:
        await _tell_began(tx, maintenance, window)
    since = None if window is None else window.starts_at
    if since != maintenance.under_way_since:
        await store.update_under_way(tx.conn, maintenance.id, since)
    following = next_turn(maintenance, tx.now)
    if following is not None:
        await jobs.enqueue(tx, turn_at(maintenance.id, maintenance.services, following))


async def _tell_began(tx: Tx, maintenance: Maintenance, window: Window) -> None:
    cover = Cover(maintenance.id, ", ".join(maintenance.services), maintenance.name, maintenance.reason, *window)
    await tx.emit(
        MaintenanceBegan(
            topic="alerts",
            sentence=f"Maintenance begins: {cover}",
            name=maintenance.name,
            services=maintenance.services,
            until=window.ends_at,
        )
    )


async def _tell_ended(tx: Tx, maintenance: Maintenance) -> None:
    services = ", ".join(maintenance.services)
    sentence = f"Maintenance {maintenance.name} of {services} is over; what still fires is looked at again"
    await tx.emit(
        MaintenanceEnded(topic="alerts", sentence=sentence, name=maintenance.name, services=maintenance.services)
    )


async def _get(tx: Tx, name: str) -> Maintenance:
    found = await store.find_by_name(tx.conn, name)
    if found is None:
        raise NotFound(f"There is no maintenance {name[:80]!r}.", "List them with: tocsin maintenance list", field="id")
    return found


async def _look_now_and_again(tx: Tx, maintenance_id: int, services: Sequence[str]) -> None:
    now = turn_at(maintenance_id, services, tx.now)
    again = msgspec.structs.replace(now, run_at=tx.now + _LOOK_AGAIN, key=None)
    await jobs.enqueue(tx, now, again)


async def list_drafts(conn: Conn) -> list[MaintenanceDraft]:
    """What files manage, as they say it. What people have set is theirs, and no file's business."""
    return [draft_of(one) for one in await store.list_managed(conn)]


def draft_of(maintenance: Maintenance) -> MaintenanceDraft:
    """What a file would say of it."""
    fields = {name: getattr(maintenance, name) for name in MaintenanceDraft.__struct_fields__}
    return MaintenanceDraft(**fields)
