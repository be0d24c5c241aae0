"""The time windows of routes: `during: business-hours`, `outside-business-hours`, or `{days: mon-fri, from:
"20:00", to: "08:00"}`."""

from datetime import datetime, time
from typing import Any

import msgspec

from tocsin.catalog.model import Organisation
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import Hours, instant_of, is_zone, reached, stretch_at, zone_of

BUSINESS = "business-hours"
OUTSIDE = "outside-business-hours"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WindowDefinition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A window on some days of the week; without `time_zone` in the organisation's."""

    days: str = "mon-sun"
    begin: str = msgspec.field(name="from")
    to: str
    time_zone: str | None = None


class Windows:
    """Decides whether an instant lies in what a route's `during` names."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def is_during(self, during: Any, now: datetime) -> bool:
        hours, zone = self._read(during)
        inside = hours is None or stretch_at((hours,), reached(now, zone_of(zone))).inside
        return inside is (during != OUTSIDE)

    def turn_after(self, during: Any, now: datetime) -> datetime | None:
        """When the answer changes next, None: never."""
        hours, zone = self._read(during)
        until = stretch_at((hours,), reached(now, zone_of(zone))).until if hours is not None else None
        return None if until is None else instant_of(until, zone_of(zone))

    def _read(self, during: Any) -> tuple[Hours | None, str]:
        """The hours and their zone; None: an organisation without business hours, which always has them."""
        if during in (BUSINESS, OUTSIDE):
            return self._organisation.business_hours, self._organisation.time_zone
        window = read_window(during)
        hours = Hours(days=read_days(window.days), begin=read_clock(window.begin), to=read_clock(window.to))
        return hours, window.time_zone or self._organisation.time_zone


def check_during(during: Any) -> None:
    """Raises Invalid for what `Windows` could not decide."""
    if during is not None and during not in (BUSINESS, OUTSIDE):
        window = read_window(during)
        read_days(window.days)
        read_clock(window.begin)
        read_clock(window.to)


def read_window(during: Any) -> WindowDefinition:
    remedy = f'Write {BUSINESS}, {OUTSIDE} or {{days: mon-fri, from: "09:00", to: "18:00"}}.'
    try:
        window = msgspec.convert(during, WindowDefinition)
    except msgspec.ValidationError as error:
        raise Invalid(f"during: {error}.", remedy, field="during") from error
    if window.time_zone is not None and not is_zone(window.time_zone):
        raise Invalid(
            f"during: {window.time_zone} is no time zone.", "Write one such as Europe/Berlin.", field="during"
        )
    return window


def read_clock(text: str) -> time:
    """ "09:00" → 09:00, "24:00" → the next day's 00:00; raises Invalid."""
    try:
        return time.fromisoformat("00:00" if text == "24:00" else text).replace(tzinfo=None)
    except ValueError:
        raise Invalid(f"during: {text!r} is no time of a day.", 'Write it as "09:00".', field="during") from None


def read_days(text: str) -> tuple[int, ...]:
    """ "mon-fri,sun" → (0, 1, 2, 3, 4, 6); raises Invalid."""
    found: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise Invalid(f"during: {part!r} names no days.", "Write days like mon-fri or sat,sun.", field="during")
        begin, end = _DAYS.index(first), _DAYS.index(last if dash else first)
        found.update(day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))
    return tuple(sorted(found))
