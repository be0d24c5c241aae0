"""One schedule: who is on call and next, what its layers say, its overrides, and which policies ask it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Viewer
from tocsin.insights import reachability
from tocsin.oncall import checking, permission
from tocsin.oncall import service as oncall
from tocsin.oncall.change_model import Touched
from tocsin.oncall.model import Override, Part, Schedule
from tocsin.paging import policies
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.layer_lines import LayerLine, layer_line
from tocsin.surfaces.web.pages.oncall.checks import ChecksView, checks_view
from tocsin.surfaces.web.pages.oncall.naming import policies_naming, would_hurt
from tocsin.surfaces.web.pages.oncall.show import SHOWN_FOR, ScheduleView, ShiftView, schedule_view
from tocsin.surfaces.web.pages.swaps.rows import give_path
from tocsin.surfaces.web.tones import tones_of
from tocsin.surfaces.web.visits import viewer_of

_PARTS = {Part.INSTEAD: "", Part.BESIDE: "beside whoever is on call", Part.SHADOW: "as a shadow, not paged"}


class OverrideRow(msgspec.Struct, frozen=True, kw_only=True):
    """`how` and `where` narrow it, else empty; `by` made it, or `file` manages it."""

    number: int
    user: str
    starts_at: datetime
    ends_at: datetime
    how: str
    reason: str
    by: str
    file: str
    can_end: bool
    is_under_way: bool


class OneScheduleView(msgspec.Struct, frozen=True, kw_only=True):
    """`layers` in the order in which they win, the strongest first. `gives` are, shift by shift, the addresses at which
    this viewer gives it away for who holds it; empty where that is none of their business."""

    schedule: ScheduleView
    checks: ChecksView | None
    layers: tuple[LayerLine, ...]
    overrides: tuple[OverrideRow, ...]
    policies: tuple[str, ...]
    holidays: str
    file: str
    may_override: bool
    gives: tuple[str, ...]
    days: int = SHOWN_FOR.days


@get("/oncall/{schedule:str}")
async def show_schedule(schedule: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    viewer, now = viewer_of(visit), visit.times.now
    async with db.connection() as conn:
        found = await oncall.get_schedule(conn, schedule, now)
        ladders = [stored.policy for stored in await policies.list_policies(conn)]
        people = await accounts.list_users(conn)
        report = await checking.report(conn, now, schedule=found.name, ahead=SHOWN_FOR)
        marks = await reachability.mark_schedules(conn, [found], now)
        leads = viewer.may(Permission.SCHEDULE) and await permission.leads(conn, viewer, found.team)
    named_by = policies_naming(found.name, ladders)
    shown = schedule_view(found, now, tones_of(people), marks[found.name], is_named=would_hurt(found, ladders))
    view = OneScheduleView(
        schedule=shown,
        checks=checks_view(report.findings, {found.name: named_by}, now),
        layers=tuple(layer_line(layer, found.time_zone, now) for layer in reversed(found.layers)),
        overrides=override_rows(found, viewer, now, leads=leads),
        policies=named_by,
        holidays=found.holidays or "",
        file=found.managed_by or "",
        may_override=viewer.may(Permission.SCHEDULE),
        gives=tuple(_give(found, shift, viewer, leads=leads) for shift in shown.shifts),
    )
    return pages.page("oncall/schedule.html", visit, view=view)


def _give(schedule: Schedule, shift: ShiftView, viewer: Viewer, *, leads: bool) -> str:
    """Of one person only: who of several gives something away cannot be guessed."""
    is_own = shift.people == viewer.name and viewer.may(Permission.SCHEDULE)
    if not shift.people or "," in shift.people or not (leads or is_own):
        return ""
    hours = Touched(
        schedule=schedule.name, time_zone=schedule.time_zone, starts_at=shift.starts_at, ends_at=shift.ends_at
    )
    return give_path(hours, shift.people)


def override_rows(schedule: Schedule, viewer: Viewer, now: datetime, *, leads: bool) -> tuple[OverrideRow, ...]:
    """Those that are not over, by their beginning."""
    coming: Sequence[Override] = [each for each in schedule.overrides if each.ends_at > now]
    return tuple(
        OverrideRow(
            number=each.id or 0,
            user=each.user,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            how=_how(each),
            reason=each.reason,
            by=each.created_by,
            file=each.managed_by or "",
            can_end=_can_end(each, viewer, leads=leads),
            is_under_way=each.starts_at <= now,
        )
        for each in sorted(coming, key=lambda one: (one.starts_at, one.id or 0))
    )


def _how(override: Override) -> str:
    """`instead of alice, in the layer week`."""
    whom = f"instead of {override.instead_of}" if override.instead_of else _PARTS[override.part]
    where = f"in the layer {override.layer}" if override.layer else ""
    return ", ".join(filter(None, (whom, where)))


def _can_end(override: Override, viewer: Viewer, *, leads: bool) -> bool:
    """As `changes.end_override` decides it: a swap, on which two agreed, is undone by a lead only."""
    if override.managed_by is not None:
        return False
    is_own = override.created_by == viewer.actor and override.swap_id is None
    return leads or (is_own and viewer.may(Permission.SCHEDULE))
