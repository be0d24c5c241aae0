"""The load of being on call, on the wire: lengths are whole seconds, and every figure has its records."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from tocsin.insights import model
from tocsin.insights.model import Call, LoadTable, PersonLoad, Records
from tocsin.kernel.csv_text import csv_document


class Figures(msgspec.Struct, kw_only=True):
    """`acknowledged_in_time` of `decided` pages were acknowledged, by whomever, within 15 minutes."""

    on_call_seconds: int
    night_seconds: int
    weekend_seconds: int
    holiday_seconds: int
    shifts: int
    nights: int
    pages: int
    night_pages: int
    incidents: int
    acknowledged_in_time: int
    decided: int
    awake_seconds: int


class Span(msgspec.Struct, kw_only=True):
    """A part of the hours on call. `kinds` of: night, weekend, holiday; `holiday` is its name, empty: it is none."""

    schedule: str
    starts_at: datetime
    ends_at: datetime
    kinds: list[str]
    holiday: str


class Shift(msgspec.Struct, kw_only=True):
    schedule: str
    starts_at: datetime
    ends_at: datetime


class Page(msgspec.Struct, kw_only=True):
    """`incident` empty: the caller may not see it. `in_time` null: it is too early to say. `counts_incident`: it is the
    page by which its incident is counted."""

    at: datetime
    incident: str
    at_night: bool
    in_time: bool | None
    counts_incident: bool


class Awake(msgspec.Struct, kw_only=True):
    starts_at: datetime
    ends_at: datetime
    incidents: list[str]


class Explanation(msgspec.Struct, kw_only=True):
    """What the figures of one person add up from; `nights` are the evenings on which they began."""

    on_call: list[Span]
    shifts: list[Shift]
    nights: list[date]
    pages: list[Page]
    awake: list[Awake]


class Person(msgspec.Struct, kw_only=True):
    """`total` is what was `served` so far and what is `planned` from now on. `records` only if they were asked for."""

    user: str
    display_name: str
    time_zone: str
    total: Figures
    served: Figures
    planned: Figures
    records: Explanation | None


class Woken(msgspec.Struct, kw_only=True):
    """Paged last night, first `at`, to be told on the clock of `time_zone`; shown until the evening."""

    user: str
    at: datetime
    pages: int
    time_zone: str
    until: datetime


class Load(msgspec.Struct, kw_only=True):
    """The people whom the caller may see and who have any load, by name, and their sum.

    `known_since`: hours before it were not recorded, so none are counted; null: none are recorded yet.
    """

    since: datetime
    until: datetime
    time_zone: str
    now: datetime
    night_from: str
    night_to: str
    known_since: datetime | None
    people: list[Person]
    total: Figures
    woken: list[Woken]


def load_table(found: LoadTable, *, explain: bool) -> Load:
    return Load(
        since=found.period.since,
        until=found.period.until,
        time_zone=str(found.period.zone),
        now=found.now,
        night_from=f"{found.night.begin:%H:%M}",
        night_to=f"{found.night.to:%H:%M}",
        known_since=found.known_since,
        people=[_person(each, explain=explain) for each in found.people],
        total=_figures(found.total),
        woken=[
            Woken(user=one.user, at=one.at, pages=one.pages, time_zone=one.time_zone, until=one.until)
            for one in found.woken
        ],
    )


def load_csv(found: LoadTable) -> str:
    """One line a person; hours have two decimals, and are those of the whole time, served and planned."""
    headings = (
        "person",
        "name",
        "from",
        "to",
        "hours",
        "hours planned",
        "night hours",
        "weekend hours",
        "holiday hours",
        "shifts",
        "nights",
        "pages",
        "night pages",
        "incidents",
        "acknowledged within 15 minutes",
        "of pages",
        "hours awake at night",
    )
    days = (found.period.first_day.isoformat(), found.period.last_day.isoformat())
    return csv_document(headings, [(each.user, each.display_name, *days, *_cells(each)) for each in found.people])


def hours(length: timedelta) -> str:
    """`12.50`: for programs that add up."""
    return f"{length / timedelta(hours=1):.2f}"


def _cells(each: PersonLoad) -> tuple[str, ...]:
    total = each.total
    counts = (
        total.shifts,
        total.nights,
        total.pages,
        total.night_pages,
        total.incidents,
        total.in_time,
        total.decided,
    )
    return (
        hours(total.hours),
        hours(each.planned.hours),
        hours(total.night_hours),
        hours(total.weekend_hours),
        hours(total.holiday_hours),
        *map(str, counts),
        hours(total.awake),
    )


def _person(each: PersonLoad, *, explain: bool) -> Person:
    return Person(
        user=each.user,
        display_name=each.display_name,
        time_zone=each.time_zone,
        total=_figures(each.total),
        served=_figures(each.served),
        planned=_figures(each.planned),
        records=_explanation(each.records) if explain else None,
    )


def _figures(of: model.Figures) -> Figures:
    return Figures(
        on_call_seconds=_seconds(of.hours),
        night_seconds=_seconds(of.night_hours),
        weekend_seconds=_seconds(of.weekend_hours),
        holiday_seconds=_seconds(of.holiday_hours),
        shifts=of.shifts,
        nights=of.nights,
        pages=of.pages,
        night_pages=of.night_pages,
        incidents=of.incidents,
        acknowledged_in_time=of.in_time,
        decided=of.decided,
        awake_seconds=_seconds(of.awake),
    )


def _explanation(records: Records) -> Explanation:
    return Explanation(
        on_call=[
            Span(
                schedule=piece.schedule,
                starts_at=piece.starts_at,
                ends_at=piece.ends_at,
                kinds=[
                    kind
                    for kind, holds in (
                        ("night", piece.night is not None),
                        ("weekend", piece.is_weekend),
                        ("holiday", bool(piece.holiday)),
                    )
                    if holds
                ],
                holiday=piece.holiday,
            )
            for piece in records.pieces
        ],
        shifts=[Shift(schedule=d.schedule, starts_at=d.starts_at, ends_at=d.ends_at) for d in records.shifts],
        nights=[night.evening for night in records.nights],
        pages=[_page(call, records) for call in records.pages],
        awake=[Awake(starts_at=a.starts_at, ends_at=a.ends_at, incidents=list(a.incidents)) for a in records.awake],
    )


def _page(call: Call, records: Records) -> Page:
    return Page(
        at=call.at,
        incident=call.incident,
        at_night=call in records.night_pages,
        in_time=call in records.in_time if call in records.decided else None,
        counts_incident=call in records.incidents,
    )


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())
