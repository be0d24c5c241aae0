"""The on-call calendar: a month, a week or a day of every schedule, of one, or of one person.

Its address is its whole state, so it can be sent and kept. What is drawn is made by `calendar_rows`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, User, Viewer
from tocsin.insights import reachability
from tocsin.insights.reachability_model import Doubt
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.oncall import permission, rotation
from tocsin.oncall import service as oncall
from tocsin.oncall.change_model import Interval, Leave
from tocsin.oncall.checking import people_in
from tocsin.oncall.leave import list_leave
from tocsin.oncall.model import Schedule
from tocsin.oncall.public_holidays import is_holiday
from tocsin.paging import policies
from tocsin.paging.model import Policy
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.oncall.calendar_frame import (
    Extent,
    Scale,
    extent_of,
    place_of,
    read_day,
    read_scale,
)
from tocsin.surfaces.web.pages.oncall.calendar_rows import (
    BAR_HEIGHT,
    DayView,
    Drawing,
    RowView,
    RulerView,
    Track,
    agenda_of,
    other_clock,
    rows_of,
    rulers_of,
)
from tocsin.surfaces.web.pages.oncall.calendar_stretches import clashes_of, leave_of, of_person, stretches_of
from tocsin.surfaces.web.pages.oncall.naming import would_hurt
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.tones import tones_of
from tocsin.surfaces.web.visits import viewer_of

_LOOK = timedelta(days=35)
"""How far beyond what is shown the true beginnings and ends of shifts are looked for."""

MOST_DRAWN = 12
"""More schedules than these are no picture any more; each has a calendar of its own."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an address asks for; `schedule` and `person` empty: everything."""

    scale: Scale
    day: date
    schedule: str = ""
    person: str = ""

    @property
    def path(self) -> str:
        query = {"view": self.scale, "at": self.day, "schedule": self.schedule, "person": self.person}
        return "/oncall/calendar?" + urlencode({name: value for name, value in query.items() if value})

    def at(self, day: date) -> str:
        """The address of the same on another day."""
        return msgspec.structs.replace(self, day=day).path

    def in_scale(self, scale: Scale, day: date | None = None) -> str:
        """The address of the same in another view."""
        return msgspec.structs.replace(self, scale=scale, day=day or self.day).path

    def of(self, *, schedule: str = "", person: str = "") -> str:
        """The address of the same time of somebody or something else."""
        return msgspec.structs.replace(self, schedule=schedule, person=person).path


class Taker(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule in which the viewer may take over, and, if they lead it, put others on call."""

    schedule: str
    time_zone: str
    leads: bool


class CalendarView(msgspec.Struct, frozen=True, kw_only=True):
    """The page. `place` is where its clock is, `today` that clock's day; `elsewhere` names schedules with another.

    `doubts` are of those on call now or next, with the schedule. `takers` is empty for who may only look. `not_drawn`
    counts the schedules that are too many for one page.
    """

    asked: Asked
    extent: Extent
    holidays: Mapping[date, str]
    whose: str
    place: str
    today: date
    rows: tuple[RowView, ...]
    rulers: tuple[RulerView, ...]
    agenda: tuple[DayView, ...]
    elsewhere: tuple[tuple[str, str], ...]
    schedules: tuple[str, ...]
    people: tuple[str, ...]
    takers: tuple[Taker, ...]
    not_drawn: int
    viewers_zone: str
    doubts: tuple[tuple[str, tuple[Doubt, ...]], ...]
    scales: tuple[Scale, ...] = tuple(Scale)
    bar_height: int = BAR_HEIGHT

    @property
    def is_month(self) -> bool:
        return self.asked.scale is Scale.MONTH


@get("/oncall/calendar")
async def show_calendar(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page: `view` is month, week or day, `at` a day of it, `schedule` or `person` whose."""
    viewer = viewer_of(visit)
    query, now = request.query_params, visit.times.now
    schedule, person = query.get("schedule", ""), query.get("person", "")
    async with db.connection() as conn:
        zone = visit.times.zone
        if schedule:
            zone = zone_of((await oncall.get_schedule(conn, schedule, now)).time_zone)
        today = local_of(now, zone).date()
        asked = Asked(
            scale=read_scale(query.get("view", "")),
            day=read_day(query.get("at", ""), today),
            schedule=schedule,
            person=person,
        )
        extent = extent_of(asked.scale, asked.day, zone)
        schedules = await oncall.list_schedules(conn, extent.starts_at - _LOOK)
        ladders = [stored.policy for stored in await policies.list_policies(conn)]
        people = await accounts.list_users(conn)
        away = away_of(await list_leave(conn, extent.starts_at - _LOOK, extent.ends_at + _LOOK))
        takers = await _takers(conn, viewer, schedules)
        check_asked(asked, people)
        shown = shown_of(schedules, asked, viewer.teams)
        marks = await reachability.mark_schedules(conn, shown, now)
    drawing = Drawing(
        extent=extent,
        zone=zone,
        now=now,
        tracks=tracks_of(shown, ladders, away, asked, extent, zone, visit.times.zone),
        tones=tones_of(people),
        holidays=holidays_in(extent, {each.holidays for each in shown}),
    )
    view = CalendarView(
        asked=asked,
        extent=extent,
        holidays=drawing.holidays,
        whose=asked.schedule or asked.person or "everybody",
        place=place_of(zone),
        today=today,
        rows=rows_of(drawing),
        rulers=rulers_of(drawing),
        agenda=agenda_of(drawing),
        elsewhere=tuple((each.schedule, place_of(each.other)) for each in drawing.tracks if each.other),
        schedules=tuple(each.name for each in schedules),
        people=tuple(user.name for user in people if not user.is_disabled),
        takers=takers,
        not_drawn=0 if asked.schedule or asked.person else len(schedules) - len(shown),
        viewers_zone=visit.times.zone.key,
        doubts=tuple((name, each.red) for name, each in marks.items() if each.red),
    )
    return pages.page("oncall/calendar.html", visit, view=view)


async def _takers(conn: Conn, viewer: Viewer, schedules: Sequence[Schedule]) -> tuple[Taker, ...]:
    if not viewer.may(Permission.SCHEDULE):
        return ()
    teams = {team: await permission.leads(conn, viewer, team) for team in {each.team for each in schedules}}
    return tuple(Taker(schedule=each.name, time_zone=each.time_zone, leads=teams[each.team]) for each in schedules)


def check_asked(asked: Asked, people: Iterable[User]) -> None:
    """Raises NotFound for a person who does not exist, Invalid for both a schedule and a person."""
    if asked.schedule and asked.person:
        raise Invalid("A calendar is of a schedule or of a person.", "Leave one of them out.", field="person")
    if asked.person and all(user.name != asked.person for user in people):
        raise NotFound(f"There is nobody called {asked.person!r}.", field="person")


def tracks_of(
    schedules: Iterable[Schedule],
    ladders: Iterable[Policy],
    away: Mapping[str, Sequence[Interval]],
    asked: Asked,
    extent: Extent,
    zone: ZoneInfo,
    viewers: ZoneInfo,
) -> tuple[Track, ...]:
    """The schedules given; of a person those in which they are on call in the extent, and their leave."""
    ladders = list(ladders)
    tracks: list[Track] = []
    for schedule in schedules:
        stretches = stretches_of(rotation.shifts(schedule, extent.starts_at - _LOOK, extent.ends_at + _LOOK))
        if asked.person:
            stretches = of_person(stretches, asked.person)
            if not any(stretch.meets(extent.starts_at, extent.ends_at) for stretch in stretches):
                continue
        stretches += clashes_of(stretches, away)
        beside = viewers if asked.schedule else zone_of(schedule.time_zone)
        track = Track(
            schedule=schedule.name,
            stretches=tuple(stretches),
            zone=zone_of(schedule.time_zone),
            other=other_clock(zone, beside, extent),
            is_named=would_hurt(schedule, ladders),
        )
        tracks.append(track)
    if asked.person and (leave := leave_of(asked.person, away.get(asked.person, ()))):
        tracks.append(Track(schedule="away", stretches=tuple(leave), zone=zone, other=None, is_named=False))
    return tuple(tracks)


def shown_of(schedules: Sequence[Schedule], asked: Asked, teams: Collection[str]) -> list[Schedule]:
    """The schedules to draw: the one asked for, those that name the person, else some, those of these teams first."""
    if asked.schedule:
        return [each for each in schedules if each.name == asked.schedule]
    if asked.person:
        return [each for each in schedules if asked.person in people_in(each)]
    some = sorted(schedules, key=lambda each: each.team not in teams)[:MOST_DRAWN]
    return sorted(some, key=lambda each: each.name)


def away_of(leave: Iterable[Leave]) -> dict[str, list[Interval]]:
    """When each person is away, in order."""
    away: dict[str, list[Interval]] = {}
    for each in leave:
        away.setdefault(each.user, []).append(Interval(each.starts_at, each.ends_at))
    return away


def holidays_in(extent: Extent, codes: Iterable[str | None]) -> dict[date, str]:
    """The public holidays of an extent; with several places in it, those of each."""
    known = sorted(code for code in codes if code)
    found: dict[date, list[str]] = {}
    for day in {column.day for frame in extent.frames for column in frame.columns}:
        for code in known:
            if name := is_holiday(code, day):
                found.setdefault(day, []).append(name if len(known) == 1 else f"{name} ({code})")
    return {day: ", ".join(names) for day, names in found.items()}
