"""The load of being on call: a row a person, what each number counts, and the records that it adds up from (ONC-7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.accounts import service as accounts
from tocsin.insights import service as insights
from tocsin.insights.model import Asked, Call, Figures, LoadTable, PersonLoad, Records, Woken
from tocsin.insights.paying import read_pay
from tocsin.insights.period import Period
from tocsin.insights.rest import words
from tocsin.kernel.durations import format_hours
from tocsin.kernel.localtime import DAY
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.oncall_load import load_csv
from tocsin.surfaces.wire.oncall_pay import compensation_csv

_WIDE = 1000
HIDDEN = "an incident that you may not see"


class Cell(msgspec.Struct, frozen=True):
    """A figure of a row: what it is, as a card on a phone says it, and its value."""

    label: str
    value: str


class Line(msgspec.Struct, frozen=True):
    """A record: what kind, when, how long, and what else there is to say."""

    kind: str
    when: str
    length: str
    words: str


class Bar(msgspec.Struct, frozen=True):
    """Hours in thousandths of the longest bar: served, then planned behind it."""

    served: int
    planned: int


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """`clock` is the person's zone: the lines are told on it."""

    user: str
    name: str
    clock: str
    bar: Bar
    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]


class WokenView(msgspec.Struct, frozen=True):
    """Who was paged last night: `woken at 03:12`, on the clock of that person."""

    user: str
    words: str
    clock: str


def woken_view(one: Woken) -> WokenView:
    return WokenView(one.user, words(one), one.time_zone.replace("_", " "))


class LoadView(msgspec.Struct, frozen=True, kw_only=True):
    """`mean` is where the mean of the hours lies on the bars. `unknown_before`: shifts before it were not recorded.
    `is_under_way`: some of it is still to come. `pay` is where the compensation is, empty: the organisation has no
    rules of it."""

    asked: Asked
    first: date
    last: date
    place: str
    night: str
    headings: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    woken: tuple[WokenView, ...]
    total: tuple[Cell, ...]
    means: tuple[Cell, ...]
    mean: int
    mean_words: str
    is_unknown: bool
    is_under_way: bool
    unknown_before: datetime | None
    schedules: tuple[str, ...]
    teams: tuple[str, ...]
    previous: str
    next: str
    csv: str
    pay: str


HEADINGS = (
    ("on call", "hours on call; those in two schedules at once count once"),
    ("night", "of these, the hours at night on the person's own clock"),
    ("weekend", "of these, the hours of Saturday and Sunday"),
    ("holiday", "of these, the hours of public holidays of the schedule"),
    ("shifts", "shifts that begin within the time"),
    ("nights", "nights of which a part was on call"),
    ("pages", "pages of high urgency, and how many of them came at night"),
    ("incidents", "incidents that first paged this person within the time"),
    ("in 15 min", "of so many pages, those after which somebody acknowledged within 15 minutes"),
    ("awake", "at night, from a page until somebody else took it or, taken oneself, until it was resolved"),
)


@get("/oncall/load")
async def show_load(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """This month, or another one (`month=`), of everybody whom the viewer may see, a team or a schedule."""
    asked = _asked(request)
    async with db.connection() as conn:
        found = await insights.read_load(conn, viewer_of(visit), asked, visit.times.now)
        teams = tuple(team.name for team in await accounts.list_teams(conn))
    return pages.page("oncall/load.html", visit, view=load_view(asked, found, teams, visit.times.now))


@get("/oncall/load.csv")
async def download_load(request: AnyRequest, visit: GivenVisit, db: GivenDb) -> Response[str]:
    """The same rows for a spreadsheet."""
    async with db.connection() as conn:
        found = await insights.read_load(conn, viewer_of(visit), _asked(request), visit.times.now)
    return _file("on-call-load", found.period, load_csv(found))


@get("/oncall/compensation.csv")
async def download_compensation(request: AnyRequest, visit: GivenVisit, db: GivenDb) -> Response[str]:
    """What was served and what it is worth, of those whose pay the viewer may read."""
    async with db.connection() as conn:
        pay = await read_pay(conn, viewer_of(visit), _asked(request), visit.times.now)
    return _file("on-call-compensation", pay.period, compensation_csv(pay))


def _file(name: str, period: Period, text: str) -> Response[str]:
    whole = f"{name}-{period.first_day}-{period.last_day}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{whole}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: AnyRequest) -> Asked:
    """What the address says; a field that was left empty says nothing."""
    query = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    return Asked(
        schedule=query.get("schedule"),
        team=query.get("team"),
        month=query.get("month"),
        first=query.get("from"),
        last=query.get("to"),
    )


def load_view(asked: Asked, found: LoadTable, teams: Sequence[str], now: datetime) -> LoadView:
    """What the page shows of a table."""
    longest = max((each.total.hours for each in found.people), default=timedelta()) or timedelta(hours=1)
    mean = found.total.hours / len(found.people) if found.people else timedelta()
    period = found.period
    return LoadView(
        asked=asked,
        first=period.first_day,
        last=period.last_day,
        place=str(period.zone).replace("_", " "),
        night=found.night.words,
        headings=HEADINGS,
        rows=tuple(_row(each, longest) for each in found.people),
        woken=tuple(woken_view(each) for each in found.woken),
        total=cells(found.total),
        means=mean_cells(found.total, len(found.people)),
        mean=round(mean / longest * _WIDE),
        mean_words=format_hours(mean),
        is_unknown=found.known_since is None or found.known_since > period.since,
        is_under_way=now < period.until,
        unknown_before=found.known_since,
        schedules=found.schedules,
        teams=tuple(teams),
        previous=_address(asked, period.first_day.replace(day=1) - DAY),
        next=_address(asked, period.last_day + DAY),
        csv="/oncall/load.csv?" + urlencode(_query(asked)),
        pay="/oncall/compensation.csv?" + urlencode(_query(asked)) if found.is_paid else "",
    )


def cells(of: Figures) -> tuple[Cell, ...]:
    """The figures of a row, in the order of `HEADINGS`."""
    at_night = f" ({of.night_pages} at night)" if of.night_pages else ""
    values = (
        format_hours(of.hours),
        format_hours(of.night_hours),
        format_hours(of.weekend_hours),
        format_hours(of.holiday_hours),
        str(of.shifts),
        str(of.nights),
        f"{of.pages}{at_night}",
        str(of.incidents),
        f"{of.in_time} of {of.decided}" if of.decided else "–",
        format_hours(of.awake),
    )
    return tuple(Cell(label, value) for (label, _), value in zip(HEADINGS, values, strict=True))


def mean_cells(total: Figures, people: int) -> tuple[Cell, ...]:
    """What each of these people would have if all had the same; acknowledgements have no mean."""
    if not people:
        return ()
    at_night = f" ({total.night_pages / people:.1f} at night)" if total.night_pages else ""
    values = (
        format_hours(total.hours / people),
        format_hours(total.night_hours / people),
        format_hours(total.weekend_hours / people),
        format_hours(total.holiday_hours / people),
        f"{total.shifts / people:.1f}",
        f"{total.nights / people:.1f}",
        f"{total.pages / people:.1f}{at_night}",
        f"{total.incidents / people:.1f}",
        "",
        format_hours(total.awake / people),
    )
    return tuple(Cell(label, value) for (label, _), value in zip(HEADINGS, values, strict=True))


def _row(each: PersonLoad, longest: timedelta) -> Row:
    served = round(each.served.hours / longest * _WIDE)
    return Row(
        user=each.user,
        name=each.display_name if each.display_name != each.user else "",
        clock=each.time_zone.replace("_", " "),
        bar=Bar(served, round(each.total.hours / longest * _WIDE) - served),
        cells=cells(each.total),
        lines=tuple(_lines(each.records, ZoneInfo(each.time_zone))),
    )


def _lines(records: Records, zone: ZoneInfo) -> Iterator[Line]:
    for piece in records.pieces:
        kinds = [
            word
            for word, holds in (
                ("night", piece.night is not None),
                ("weekend", piece.is_weekend),
                (piece.holiday, bool(piece.holiday)),
            )
            if holds
        ]
        yield _line("on call", piece.starts_at, piece.ends_at, zone, ", ".join([piece.schedule, *kinds]))
    for duty in records.shifts:
        yield _line("shift", duty.starts_at, duty.ends_at, zone, duty.schedule)
    for night in records.nights:
        yield Line("night", f"{night.evening:%a} {night.evening.day} {night.evening:%b}", "", "")
    for call in records.pages:
        yield Line("page", _stamp(call.at, zone), "", ", ".join(_about(call, records)))
    for awake in records.awake:
        names = ", ".join(name or HIDDEN for name in awake.incidents)
        yield _line("awake", awake.starts_at, awake.ends_at, zone, names)


def _about(call: Call, records: Records) -> Iterator[str]:
    yield call.incident or HIDDEN
    if call in records.incidents:
        yield "its first page"
    if call in records.night_pages:
        yield "at night"
    if call in records.decided:
        yield "acknowledged within 15 min" if call in records.in_time else "not acknowledged within 15 min"


def _line(kind: str, starts_at: datetime, ends_at: datetime, zone: ZoneInfo, words: str) -> Line:
    return Line(kind, f"{_stamp(starts_at, zone)} – {_stamp(ends_at, zone)}", format_hours(ends_at - starts_at), words)


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


def _address(asked: Asked, day: date) -> str:
    """The month of a day, of the same people and schedule."""
    chosen = {name: value for name, value in _query(asked).items() if name in ("schedule", "team")}
    return "/oncall/load?" + urlencode({**chosen, "month": f"{day:%Y-%m}"})


def _query(asked: Asked) -> dict[str, str]:
    said = {
        "schedule": asked.schedule,
        "team": asked.team,
        "month": asked.month,
        "from": asked.first,
        "to": asked.last,
    }
    return {name: value for name, value in said.items() if value}
