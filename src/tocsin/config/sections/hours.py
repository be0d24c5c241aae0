"""Days and hours as people write them: `mon-fri`, `[sat, sun]`, `from: "20:00"`, `to: "08:00"`."""

from __future__ import annotations

from datetime import time
from typing import Any

from tocsin.catalog.working_time import DailyHours
from tocsin.config.fields import Fields, Place
from tocsin.kernel.localtime import Hours
from tocsin.kernel.week_words import EVERY_DAY, read_time
from tocsin.kernel.week_words import read_days as read_days_in_words


def read_hours(value: Any, place: Place, what: str) -> Hours | None:
    """A window on some days; without `days` it is on every day. A window belongs to the day it begins on."""
    fields = Fields(value, place, what=what)
    days = read_days(fields)
    begin, to = read_time_of_day(fields, "from"), read_time_of_day(fields, "to")
    fields.done()
    if not days or begin is None or to is None:
        return None
    return Hours(days=days, begin=begin, to=to)


def read_daily_hours(value: Any, place: Place, what: str) -> DailyHours | None:
    """The same hours of every day: `from` and `to`."""
    fields = Fields(value, place, what=what)
    begin, to = read_time_of_day(fields, "from"), read_time_of_day(fields, "to")
    fields.done()
    return DailyHours(begin=begin, to=to) if begin is not None and to is not None else None


def read_days(fields: Fields) -> tuple[int, ...]:
    """The key `days`, 0 for Monday; absent: every day. () after a problem."""
    value = fields.raw("days")
    if value is None:
        return EVERY_DAY
    words = [text for text, _ in fields.texts("days")] if isinstance(value, list) else [str(value)]
    found = read_days_in_words(",".join(words))
    if isinstance(found, str):
        fields.place.key("days").problem(f"{found!r} is no day.", "Write days as mon-fri, or [sat, sun].")
        return ()
    return found


def read_time_of_day(fields: Fields, key: str) -> time | None:
    """A time of a day that must be there; None after a problem."""
    text = fields.text(key)
    found = read_time(text) if text else None
    if text and found is None:
        fields.place.key(key).problem(f"{text!r} is no time of a day.", 'Write it as "09:00".')
    return found
