"""Maintenance of services: when its windows are, and whether one is under way. Pure (ALR-7).

A window is written in local time and follows the wall clock: 22:00 to 02:00 begins at 22:00 and ends at 02:00 in every
week of the year, however long that night is. Doubtful local times are those of `kernel.localtime`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec
from dateutil.rrule import rrule, rrulestr

from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.localtime import WEEKDAYS, instant_of, is_zone, local_of, reached, zone_of

FREQUENCIES = ("daily", "weekly", "monthly")
MAX_REASON = 500

_PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"})
_DAYS: tuple[str, ...] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_INTERVALS = range(1, 367)
_COUNTS = range(1, 1001)


class Window(NamedTuple):
    """From an instant to another, both UTC."""

    starts_at: datetime
    ends_at: datetime


class MaintenanceState(StrEnum):
    PLANNED = "planned"
    ACTIVE = "active"
    OVER = "over"


class MaintenanceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A maintenance as a file or a person writes it. `starts_at` and `ends_at` are its first window; `repeat` is a
    recurrence rule of RFC 5545 without its time of day, read in `time_zone`; None: it happens once."""

    name: str
    services: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    time_zone: str = "UTC"
    repeat: str | None = None
    managed_by: str | None = None


class Maintenance(MaintenanceDraft, frozen=True, kw_only=True):
    """One as it is stored. `cut_at`: the window under way then was ended early. `ended_at`: all of it was.
    `under_way_since`: the start of the window of which everybody has been told that it began."""

    id: int
    set_by: str
    set_at: datetime
    cut_at: datetime | None = None
    ended_at: datetime | None = None
    under_way_since: datetime | None = None


IN_MAINTENANCE = "is in maintenance until"
"""In the reason of every alert that is held by one."""


class Cover(NamedTuple):
    """Why a service pages nobody at the moment, since when and until when. `since` is when it took effect: one that
    was set in the middle of its window counts from then on."""

    maintenance: int
    service: str
    name: str
    reason: str
    since: datetime
    until: datetime

    def __str__(self) -> str:
        """ "payments-db is in maintenance until 2026-12-02 01:00 UTC (minor upgrade)"."""
        return f"{self.service} {IN_MAINTENANCE} {self.until:%Y-%m-%d %H:%M} UTC ({self.reason or self.name})"


def check_maintenance(draft: MaintenanceDraft) -> MaintenanceDraft:
    """The draft itself when it is sound; raises Invalid naming the field."""
    if not draft.services:
        raise Invalid("A maintenance needs a service.", "Name those that are worked on.", field="services")
    if not is_zone(draft.time_zone):
        raise Invalid(f"There is no time zone {draft.time_zone!r}.", "Write Europe/Berlin.", field="time_zone")
    if draft.ends_at <= draft.starts_at:
        raise Invalid("The maintenance ends before it begins.", "Let `to` be later than `from`.", field="to")
    if len(draft.reason) > MAX_REASON:
        raise Invalid(f"The reason is longer than {MAX_REASON} characters.", "Shorten it.", field="reason")
    if draft.repeat is not None:
        _check_repeat(draft, draft.repeat)
    return draft


def _check_repeat(draft: MaintenanceDraft, repeat: str) -> None:
    rule = _rule_of(check_rule(repeat), _local_start(draft))
    if next(iter(rule), None) != _local_start(draft):
        raise Invalid(
            f"The first window, {_local_start(draft):%A %Y-%m-%d}, is none of its own repetition {repeat}.",
            "Let `from` be the first day on which it happens.",
            field="from",
        )


def check_rule(text: str) -> str:
    """A recurrence rule that can be followed for ever at little cost; raises Invalid."""
    remedy = 'Write daily, weekly or monthly, or a rule such as "FREQ=WEEKLY;BYDAY=SU" or "FREQ=MONTHLY;BYDAY=1SA".'
    parts = _parts_of(text.upper().removeprefix("RRULE:"))
    unknown = sorted(parts.keys() - _PARTS)
    if unknown or parts.get("FREQ", "").lower() not in FREQUENCIES:
        what = f"{unknown[0]} is not understood" if unknown else "FREQ is DAILY, WEEKLY or MONTHLY"
        raise Invalid(f"repeat {text[:80]!r}: {what}.", remedy, field="repeat")
    if parts.get("UNTIL", "").endswith("Z"):
        raise Invalid("UNTIL is a local time: it has no Z.", "Write UNTIL=20271231T235900.", field="repeat")
    try:
        days = [int(day) for day in parts.get("BYMONTHDAY", "1").split(",")]
        sound = all(1 <= abs(day) <= 31 for day in days)
        sound = sound and int(parts.get("INTERVAL", "1")) in _INTERVALS and int(parts.get("COUNT", "1")) in _COUNTS
        canonical = ";".join(f"{name}={value}" for name, value in parts.items())
        rrulestr(canonical, dtstart=datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    except ValueError as error:
        raise Invalid(f"repeat {text[:80]!r} is no rule.", remedy, field="repeat") from error
    if not sound:
        raise Invalid(f"repeat {text[:80]!r} has a number out of range.", remedy, field="repeat")
    return canonical


def _parts_of(rule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.split(";"))
    return {name: value for name, _, value in pairs}


def rule_in_words_of(frequency: str, *, every: int = 1, days: Sequence[int] = (), until: datetime | None = None) -> str:
    """`weekly`, every second week, on some days (0 is Monday), until a local time → the recurrence rule."""
    parts = [f"FREQ={frequency.upper()}"]
    if every != 1:
        parts.append(f"INTERVAL={every}")
    if days:
        parts.append("BYDAY=" + ",".join(_DAYS[day] for day in sorted(days)))
    if until is not None:
        parts.append(f"UNTIL={until:%Y%m%dT%H%M%S}")
    return ";".join(parts)


def repeat_in_words(rule: str) -> str:
    """ "every week on Sunday, Monday", or the rule itself where it says more than that."""
    parts = _parts_of(rule)
    days = parts.pop("BYDAY", "").split(",") if "BYDAY" in parts else []
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}[parts.pop("FREQ")]
    interval = parts.pop("INTERVAL", "1")
    if parts or any(day not in _DAYS for day in days):
        return rule
    often = f"every {unit}" if interval == "1" else f"every {interval} {unit}s"
    return f"{often} on {', '.join(WEEKDAYS[_DAYS.index(day)] for day in days)}" if days else often


def window_at(maintenance: Maintenance, now: datetime) -> Window | None:
    """The window that is under way, None: there is none. Ended early counts as over."""
    if maintenance.ended_at is not None and maintenance.ended_at <= now:
        return None
    window = latest_window(maintenance, now)
    if window is None or window.ends_at <= now:
        return None
    was_cut = maintenance.cut_at is not None and window.starts_at <= maintenance.cut_at
    return None if was_cut else window


def latest_window(draft: MaintenanceDraft, now: datetime) -> Window | None:
    """The last window that has begun by `now`, whether or not it is over."""
    if draft.repeat is None:
        return Window(draft.starts_at, draft.ends_at) if draft.starts_at <= now else None
    starts = _rule_of(draft.repeat, _local_start(draft)).before(reached(now, zone_of(draft.time_zone)), inc=True)
    return None if starts is None else _window(draft, starts)


def next_window(maintenance: Maintenance, now: datetime) -> Window | None:
    """The first window that begins after `now`, None: none will."""
    if maintenance.ended_at is not None:
        return None
    return next_planned(maintenance, now)


def next_planned(draft: MaintenanceDraft, now: datetime) -> Window | None:
    """The same, of what nobody has ended."""
    if draft.repeat is None:
        return Window(draft.starts_at, draft.ends_at) if draft.starts_at > now else None
    starts = _rule_of(draft.repeat, _local_start(draft)).after(reached(now, zone_of(draft.time_zone)))
    return None if starts is None else _window(draft, starts)


def next_turn(maintenance: Maintenance, now: datetime) -> datetime | None:
    """When somebody has to look again: the end of this window, else the beginning of the next."""
    window = window_at(maintenance, now)
    if window is not None:
        return window.ends_at
    following = next_window(maintenance, now)
    return None if following is None else following.starts_at


def state_at(maintenance: Maintenance, now: datetime) -> MaintenanceState:
    if window_at(maintenance, now) is not None:
        return MaintenanceState.ACTIVE
    return MaintenanceState.OVER if next_window(maintenance, now) is None else MaintenanceState.PLANNED


def covers_at(maintenances: Iterable[Maintenance], now: datetime) -> dict[str, Cover]:
    """Every service in maintenance at this instant; of several, the window that ends last."""
    found: dict[str, Cover] = {}
    for each in maintenances:
        window = window_at(each, now)
        for service in each.services if window is not None else ():
            assert window is not None
            if service not in found or found[service].until < window.ends_at:
                since = max(window.starts_at, each.set_at)
                found[service] = Cover(each.id, service, each.name, each.reason, since, window.ends_at)
    return found


def cover_of(services: Sequence[str], covers: Mapping[str, Cover]) -> Cover | None:
    """What covers all of these services, since the last of them is and until the first of them is free again; None as
    soon as one is not covered: a maintenance keeps quiet what it is about and nothing else."""
    if not services or any(service not in covers for service in services):
        return None
    found = [covers[service] for service in services]
    return min(found, key=lambda cover: cover.until)._replace(since=max(cover.since for cover in found))


class Ending(NamedTuple):
    """What to write when somebody ends a maintenance: only the window under way, or all of it."""

    cut_at: datetime | None
    ended_at: datetime | None


def decide_ending(maintenance: Maintenance, now: datetime, *, whole: bool) -> Ending:
    """What happens once ends; what repeats goes on with its next window unless `whole`. Raises Refused."""
    if maintenance.managed_by is not None:
        raise Refused(
            f"{maintenance.name} is managed by {maintenance.managed_by}.",
            f"Change it there and apply: tocsin apply -f {maintenance.managed_by}",
        )
    state = state_at(maintenance, now)
    if state is MaintenanceState.OVER:
        raise Refused(f"{maintenance.name} is over already.", "tocsin maintenance list shows what is not.")
    if maintenance.repeat is None or whole:
        return Ending(maintenance.cut_at, now)
    if state is MaintenanceState.PLANNED:
        raise Refused(f"{maintenance.name} is not under way.", "To end all of its windows: --all.")
    return Ending(now, None)


def default_name(services: Sequence[str], starts_at: datetime) -> str:
    """What a maintenance is called when nobody names it: "payments-db-2026-12-01-2200"."""
    first = services[0] if services else "maintenance"
    return f"{first[:48].rstrip('._-')}-{starts_at:%Y-%m-%d-%H%M}"


def _local_start(draft: MaintenanceDraft) -> datetime:
    return local_of(draft.starts_at, zone_of(draft.time_zone))


def _window(draft: MaintenanceDraft, starts: datetime) -> Window:
    zone = zone_of(draft.time_zone)
    length: timedelta = local_of(draft.ends_at, zone) - _local_start(draft)
    return Window(instant_of(starts, zone), instant_of(starts + length, zone))


@lru_cache(maxsize=256)
def _rule_of(rule: str, starts: datetime) -> rrule:
    """Compiled, with the occurrences so far remembered: each batch of alerts asks."""
    read = rrulestr(rule, dtstart=starts, cache=True)
    assert isinstance(read, rrule)
    return read
