"""Maintenance under way, planned, and over in the last days; ending one."""

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission
from tocsin.alerts import maintenances
from tocsin.alerts.maintenance import (
    Maintenance,
    MaintenanceState,
    next_window,
    repeat_in_words,
    state_at,
    window_at,
)
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.visits import viewer_of

_HEADINGS = {
    MaintenanceState.ACTIVE: "Under way",
    MaintenanceState.PLANNED: "Planned",
    MaintenanceState.OVER: "Over",
}


class MaintenanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """`starts_at` and `ends_at` are the window under way, else the next, else the last; `repeats` is empty for once.

    `can_end`: the window under way, or all of one that happens once; `can_end_all`: what repeats for good.
    """

    name: str
    path: str
    services: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    repeats: str
    time_zone: str
    reason: str
    by: str
    file: str
    can_end: bool
    can_end_all: bool


class MaintenanceView(msgspec.Struct, frozen=True, kw_only=True):
    sections: tuple[tuple[str, tuple[MaintenanceRow, ...]], ...]
    may_silence: bool
    kept_days: int = maintenances.RETENTION.days


@get("/maintenance")
async def list_maintenance(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    now = visit.times.now
    async with db.connection() as conn:
        found = await maintenances.list_maintenances(conn, now)
    by_state = {state: [each for each in found if state_at(each, now) is state] for state in _HEADINGS}
    view = MaintenanceView(
        sections=tuple(
            (words, _rows(by_state[state], now, latest_first=state is MaintenanceState.OVER))
            for state, words in _HEADINGS.items()
            if by_state[state]
        ),
        may_silence=viewer_of(visit).may(Permission.SILENCE),
    )
    return pages.page("maintenance/list.html", visit, view=view)


@post("/maintenance/{name:str}/end")
async def end_maintenance(name: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """The window under way, or with `all` every one that would follow; what is still wrong is paged at once."""
    viewer = viewer_of(visit)
    viewer.require(Permission.SILENCE, "end maintenance")
    async with db.transaction() as tx:
        await maintenances.end_maintenance(tx, name, viewer.actor, whole=bool(form.get("all")))
    return Redirect("/maintenance", status_code=303)


def _rows(found: list[Maintenance], now: datetime, *, latest_first: bool) -> tuple[MaintenanceRow, ...]:
    rows = [maintenance_row(each, now) for each in found]
    return tuple(sorted(rows, key=lambda row: (row.starts_at, row.name), reverse=latest_first))


def maintenance_row(maintenance: Maintenance, now: datetime) -> MaintenanceRow:
    window = window_at(maintenance, now) or next_window(maintenance, now)
    is_ours = maintenance.managed_by is None
    is_over, repeats = window is None, maintenance.repeat is not None
    return MaintenanceRow(
        name=maintenance.name,
        path=f"/maintenance/{maintenance.name}",
        services=maintenance.services,
        starts_at=window.starts_at if window else maintenance.starts_at,
        ends_at=window.ends_at if window else min(maintenance.ends_at, maintenance.ended_at or maintenance.ends_at),
        repeats=repeat_in_words(maintenance.repeat) if maintenance.repeat else "",
        time_zone=maintenance.time_zone,
        reason=maintenance.reason or maintenance.name,
        by=maintenance.set_by,
        file=maintenance.managed_by or "",
        can_end=is_ours and not is_over and (not repeats or window_at(maintenance, now) is not None),
        can_end_all=is_ours and not is_over and repeats,
    )
