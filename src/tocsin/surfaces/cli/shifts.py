"""Shifts as the terminal shows and reads them; shown on the clock of their schedule, which is named."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.moments import instant
from tocsin.surfaces.wire.oncall import OnCallList
from tocsin.surfaces.wire.swaps import Chosen

_CLOCKS_DIFFER = timedelta(minutes=1)

Anyway = Annotated[
    str | None,
    Parameter(show_default=False, help="Do it though it breaks a rule of the checker, and say why."),
]


def span(starts_at: datetime, ends_at: datetime, now: datetime, time_zone: str) -> str:
    """`until Monday 09:00 CET`, or `Friday 09:00 until Monday 09:00 CET` for what is to come.

    The server's clock may be a little ahead of this machine's: what begins within a minute has begun.
    """
    zone = ZoneInfo(time_zone)
    until = f"until {times.day_and_clock(ends_at, now, zone)} {ends_at.astimezone(zone):%Z}"
    return until if starts_at <= now + _CLOCKS_DIFFER else f"{times.day_and_clock(starts_at, now, zone)} {until}"


def chosen(text: str, now: datetime, zone: ZoneInfo, *, field: str) -> Chosen:
    """`2026-12-24T18:00/2026-12-26T09:00`, or one instant within the shift that is meant; on the schedule's clock."""
    begins, slash, ends = text.partition("/")
    starts_at = instant(begins, now, field=field, zone=zone)
    if not slash:
        return Chosen(at=starts_at)
    return Chosen(starts_at=starts_at, ends_at=instant(ends, now, field=field, zone=zone))


def zone_of(client: Client, schedule: str) -> ZoneInfo:
    """On whose clock a time without an offset is meant: the schedule's, as in the file and on the pages."""
    found = output.read(client.get("/oncall", schedule=schedule), OnCallList)
    return ZoneInfo(found.schedules[0].time_zone)
