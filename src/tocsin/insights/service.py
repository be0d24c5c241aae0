"""Use cases about the load of being on call: read it, for those who may. The arithmetic is `load`'s.

A responder reads the load of the people of their own teams, a manager everybody's, and a viewer only their own: working
hours are about people, while who is on call now is for everybody to know.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Role, Team, User, Viewer
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Organisation
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.insights import rest, store
from tocsin.insights.hours import HolidayOf, clip, join_duties, list_duties
from tocsin.insights.load import MARGIN, Facts, figures_of, records_of, sum_of
from tocsin.insights.model import Asked, Call, LoadTable, PersonLoad, Records, Woken
from tocsin.insights.period import Period, read_period
from tocsin.insights.versions import served
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.localtime import zone_of
from tocsin.oncall import public_holidays
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule
from tocsin.paging import service as paging
from tocsin.paging.model import PageState, PersonsPage, TargetKind


class Known(Struct, frozen=True, kw_only=True):
    """What the tables are made from, read once."""

    organisation: Organisation
    users: Mapping[str, User]
    teams: Sequence[Team]
    schedules: Sequence[Schedule]
    now: datetime

    @property
    def zones(self) -> dict[str, ZoneInfo]:
        """By person: their own zone, else the organisation's."""
        own = self.organisation.time_zone
        return {name: zone_of(user.time_zone or own) for name, user in self.users.items()}


async def read_load(conn: Conn, viewer: Viewer, asked: Asked, now: datetime) -> LoadTable:
    """The table of a time. Raises NotFound for an unknown schedule or team, Invalid for a time that is none."""
    known = await load_known(conn, now)
    period = read_period(asked.month, asked.first, asked.last, now, zone_of(known.organisation.time_zone))
    people = _chosen(viewer, asked, known)
    facts = await load_facts(conn, viewer, known, period, people, asked.schedule)
    whole = records_of(facts, period.since, period.until, now)
    middle = min(max(now, period.since), period.until)
    past = records_of(facts, period.since, middle, now)
    planned = records_of(facts, middle, period.until, now)
    rows = tuple(
        PersonLoad(
            user=user,
            display_name=known.users[user].display_name,
            time_zone=str(facts.zones[user]),
            served=figures_of(past.get(user, Records())),
            planned=figures_of(planned.get(user, Records())),
            total=figures_of(records),
            records=records,
        )
        for user, records in whole.items()
    )
    return LoadTable(
        period=period,
        now=now,
        night=facts.night,
        known_since=await store.find_first_version(conn),
        people=rows,
        total=sum_of(row.total for row in rows),
        schedules=tuple(schedule.name for schedule in known.schedules),
        is_paid=known.organisation.compensation is not None,
        woken=tuple(await list_woken(conn, known, people)),
    )


async def load_known(conn: Conn, now: datetime) -> Known:
    """The organisation, its people and schedules as they are now."""
    return Known(
        organisation=await catalog.organisation(conn),
        users={user.name: user for user in await accounts.list_users(conn)},
        teams=await accounts.list_teams(conn),
        schedules=await oncall.list_schedules(conn, now),
        now=now,
    )


async def load_facts(
    conn: Conn, viewer: Viewer, known: Known, period: Period, people: Collection[str], schedule: str | None = None
) -> Facts:
    """Duties – served by what was recorded, planned by the schedules of now – and calls of these people."""
    begins = period.since - MARGIN
    duties = served(await store.list_versions(conn, begins, min(known.now, period.until)), begins, known.now)
    for each in known.schedules:
        duties += list_duties(each, known.now, max(known.now, period.until))
    duties = clip(join_duties(duties), begins, period.until)
    calls = await list_calls(conn, viewer, known, people, begins, period.until)
    return Facts(
        duties=[duty for duty in duties if duty.user in people and schedule in (None, duty.schedule)],
        calls=[call for call in calls if schedule in (None, call.schedule)],
        zones=known.zones,
        night=known.organisation.on_call.night,
        holiday_of=holidays_by_schedule(known.schedules),
    )


async def read_woken(conn: Conn, viewer: Viewer, now: datetime) -> list[Woken]:
    """Who was paged last night, of those whose load somebody may read."""
    known = await load_known(conn, now)
    return await list_woken(conn, known, may_read(viewer, known.teams, known.users))


async def list_woken(conn: Conn, known: Known, people: Collection[str]) -> list[Woken]:
    """Those of these people who were paged last night and whose evening has not come yet, by name."""
    calls = await list_calls(conn, None, known, people, known.now - rest.BACK, known.now + timedelta(seconds=1))
    terms, zones = known.organisation.on_call, known.zones
    found = (
        rest.woken(name, [call for call in calls if call.user == name], zones[name], terms, known.now)
        for name in sorted({call.user for call in calls})
    )
    return [each for each in found if each is not None]


def holidays_by_schedule(schedules: Sequence[Schedule]) -> HolidayOf:
    """The public holidays that each schedule names; a schedule that names none, or is gone, has none."""
    codes = {schedule.name: schedule.holidays for schedule in schedules if schedule.holidays}

    def holiday_of(schedule: str, day: date) -> str:
        code = codes.get(schedule)
        return public_holidays.holidays_of(code, day.year).get(day, "") if code else ""

    return holiday_of


def may_read(viewer: Viewer, teams: Sequence[Team], users: Collection[str]) -> frozenset[str]:
    """Whose load somebody may read: a manager everybody's, a responder that of their teams, anybody their own."""
    if viewer.role.rank >= Role.MANAGER.rank:
        return frozenset(users)
    own = {viewer.name} & set(users)
    if viewer.may(Permission.SCHEDULE):
        own |= {name for team in teams if team.name in viewer.teams for name in (*team.members, *team.leads)}
    return frozenset(own)


def people_of_team(known: Known, team: str | None) -> frozenset[str]:
    """Members and leads of a team, None: everybody. Raises NotFound."""
    if team is None:
        return frozenset(known.users)
    found = next((each for each in known.teams if each.name == team), None)
    if found is None:
        raise NotFound(f"There is no team {team!r}.", "tocsin plan shows the teams that exist.", field="team")
    return frozenset((*found.members, *found.leads))


def _chosen(viewer: Viewer, asked: Asked, known: Known) -> frozenset[str]:
    if asked.schedule is not None and asked.schedule not in {schedule.name for schedule in known.schedules}:
        what = f"There is no schedule {asked.schedule!r}."
        raise NotFound(what, "tocsin oncall shows those that exist.", field="schedule")
    return may_read(viewer, known.teams, known.users) & people_of_team(known, asked.team)


async def list_calls(
    conn: Conn, viewer: Viewer | None, known: Known, people: Collection[str], since: datetime, until: datetime
) -> list[Call]:
    """The calls of these people from [since, until), oldest first; drills are none. `viewer` None: with all names."""
    ids = [user.id for name, user in known.users.items() if name in people]
    pages = await paging.list_pages_of_people(conn, ids, since, until)
    found = await incidents.list_incidents_by_id(conn, sorted({page.incident_id for page in pages}))
    about = {incident.id: incident for incident in found if not incident.is_drill}
    return [call_of(page, about[page.incident_id], viewer) for page in pages if page.incident_id in about]


def call_of(page: PersonsPage, incident: Incident, viewer: Viewer | None) -> Call:
    """A page as a fact of its person's load; what `viewer` may not see keeps its name, None: everything is shown."""
    visible = viewer is None or viewer.may_read(incident.scope_id)
    kind, _, name = page.target.partition(":")
    return Call(
        page_id=page.id,
        user=page.user_name,
        at=page.created_at,
        first_at=page.first_at,
        incident_id=incident.id,
        incident=incident_ref(incident.number) if visible else "",
        schedule=name if kind == TargetKind.SCHEDULE else "",
        answered_at=_answered_at(page, incident),
        awake_until=_awake_until(page, incident),
    )


def _answered_at(page: PersonsPage, incident: Incident) -> datetime | None:
    if page.state is PageState.ACKNOWLEDGED:
        return page.ended_at
    taken = incident.acknowledged_at
    return taken if taken is not None and taken >= page.created_at else None


def _awake_until(page: PersonsPage, incident: Incident) -> datetime | None:
    if page.state is PageState.ACKNOWLEDGED and incident.acknowledged_by == f"@{page.user_name}":
        return incident.resolved_at
    return page.ended_at
