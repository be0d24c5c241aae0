"""Which time a question about metrics means. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.insights.period import read_period
from tocsin.kernel.durations import parse_duration
from tocsin.kernel.errors import Invalid

USUAL = "30d"
LONGEST = timedelta(days=3660)
_DAYS = re.compile(r"\d{1,4}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


def read_span(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """[since, until): "30d" or "30" are the last thirty days, "12h" hours, "2026-10" is a month of the zone's calendar.

    Raises Invalid for anything else, for nothing, and for more than ten years.
    """
    words = text.strip().lower()
    if _MONTH.fullmatch(words):
        month = read_period(words, None, None, now, zone)
        return month.since, month.until
    try:
        length = timedelta(days=int(words)) if _DAYS.fullmatch(words) else parse_duration(words)
    except Invalid:
        length = timedelta()
    if not timedelta() < length <= LONGEST:
        what = f"{text[:40]!r} is not a period."
        raise Invalid(what, "Write it as 30d, 12h or 2026-10, at most ten years.", field="period")
    return now - length, now
