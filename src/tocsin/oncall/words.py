"""Times of shifts as their readers' clocks show them. Pure."""

from datetime import datetime, tzinfo

from tocsin.kernel.localtime import zone_of
from tocsin.oncall.change_model import Interval


def span(time: Interval, time_zone: str) -> str:
    """`Mon 2026-03-09 09:00 to Mon 2026-03-16 09:00 (CET)`: exact, on one clock.

    The zone stands in brackets, for words such as `09:00 UTC` are put on the reader's clock on their way out.
    """
    zone = zone_of(time_zone)
    names = dict.fromkeys((f"{time.starts_at.astimezone(zone):%Z}", f"{time.ends_at.astimezone(zone):%Z}"))
    return f"{shown(time.starts_at, zone)} to {shown(time.ends_at, zone)} ({', then '.join(names)})"


def shown(at: datetime, zone: tzinfo) -> str:
    """`Mon 2026-03-09 09:00`; seconds only where there are some."""
    local = at.astimezone(zone)
    return f"{local:%a %Y-%m-%d %H:%M:%S}" if local.second else f"{local:%a %Y-%m-%d %H:%M}"


def is_another_clock(time: Interval, time_zone: str, other: str) -> bool:
    """Whether two zones show other times for this one."""
    zones = zone_of(time_zone), zone_of(other)
    return any(at.astimezone(zones[0]).utcoffset() != at.astimezone(zones[1]).utcoffset() for at in time)
