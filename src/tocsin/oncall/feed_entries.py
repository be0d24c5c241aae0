"""What a calendar feed says: who is on call from when to when, each under a name that stays (ONC-4). Pure.

An entry is the unbroken time that one person is on call in one schedule; nobody's is a gap. Its UID is made of the
schedule, the person and its first instant: it stays the same when an override moves the end, and in every feed.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from tocsin.oncall.model import OnCall, Schedule, Shift
from tocsin.oncall.rotation import iterate_shifts, who_is_on_call

BACK = timedelta(days=60)
AHEAD = timedelta(days=365)
MOST_SHIFTS = 5000  # a hand-over every two hours of the whole time; beyond it the feed ends earlier
MOST_STEPS_BACK = 1000
NOBODY = ""


class Duty(NamedTuple):
    """One person is on call in a schedule, [starts_at, ends_at), by whichever layers and overrides; `user` empty:
    nobody is. `is_shadow`: they are shown and not paged.
    """

    schedule: str
    user: str
    starts_at: datetime
    ends_at: datetime
    is_shadow: bool = False


class Part(NamedTuple):
    """Somebody as what they are: on call, or a shadow of who is."""

    user: str
    is_shadow: bool


class Known(NamedTuple):
    """What the feeds have said of an entry before."""

    ends_at: datetime
    sequence: int
    changed_at: datetime


class Entry(NamedTuple):
    """A duty with its history: `sequence` counts its changes, `changed_at` is the last one."""

    uid: UUID
    duty: Duty
    sequence: int
    changed_at: datetime


def window_of(now: datetime) -> tuple[datetime, datetime]:
    """60 days back to the beginning of a month a year ahead, in UTC: it moves once a day and once a month, so that a
    feed that is fetched every hour is the same most of the time.
    """
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = (day + AHEAD).replace(day=1) + timedelta(days=31)
    return day - BACK, ahead.replace(day=1)


def duties(schedule: Schedule, since: datetime, until: datetime, *, with_gaps: bool = False) -> list[Duty]:
    """Who is on call in [since, until), in order of their beginnings. A duty under way at `since` has its true
    beginning; at `until` they are cut.
    """
    done: list[Duty] = []
    under_way: dict[Part, Duty] = {}
    for shift in islice(iterate_shifts(schedule, since, until), MOST_SHIFTS):
        parts = _parts(shift, with_gaps=with_gaps)
        done += [under_way.pop(part) for part in list(under_way) if part not in parts]
        for part in parts:
            begins = shift.starts_at if shift.starts_at > since else _began(schedule, part, since)
            duty = under_way.get(part) or Duty(schedule.name, part.user, begins, shift.ends_at, part.is_shadow)
            under_way[part] = duty._replace(ends_at=shift.ends_at)
    return sorted([*done, *under_way.values()], key=lambda duty: (duty.starts_at, duty.user, duty.is_shadow))


def is_named(schedule: Schedule, user: str) -> bool:
    """Whether somebody can be on call in a schedule at all."""
    in_turns = any(user in turn for layer in schedule.layers for turn in layer.users)
    in_calendars = any(event.user == user for layer in schedule.layers for event in layer.events)
    return in_turns or in_calendars or any(override.user == user for override in schedule.overrides)


def uid_of(site: str, duty: Duty) -> UUID:
    """The same duty has the same UID in every feed of an installation, and no other installation has it."""
    part = f"{duty.user}/shadow" if duty.is_shadow else duty.user
    return uuid5(NAMESPACE_URL, f"{site}/oncall/{duty.schedule}/{part}/{int(duty.starts_at.timestamp())}")


def revise(
    duties: Iterable[Duty], known: Mapping[UUID, Known], site: str, now: datetime
) -> tuple[list[Entry], list[Entry]]:
    """(all entries, those of them that are new or have changed since the feeds said them last)."""
    entries: list[Entry] = []
    changed: list[Entry] = []
    for duty in duties:
        uid = uid_of(site, duty)
        before = known.get(uid)
        if before is not None and before.ends_at == duty.ends_at:
            entries.append(Entry(uid, duty, before.sequence, before.changed_at))
            continue
        entry = Entry(uid, duty, before.sequence + 1 if before else 0, now.replace(microsecond=0))
        entries.append(entry)
        changed.append(entry)
    return entries, changed


def _parts(held: Shift | OnCall, *, with_gaps: bool) -> list[Part]:
    """Who takes part, and as what."""
    people = held.users or ((NOBODY,) if with_gaps else ())
    return [*(Part(user, False) for user in people), *(Part(user, True) for user in held.shadows)]


def _began(schedule: Schedule, part: Part, at: datetime) -> datetime:
    """When the duty under way at an instant began; what has no beginning has one on New Year's Day."""
    begins = at
    for _ in range(MOST_STEPS_BACK):
        held = who_is_on_call(schedule, at)
        if part not in _parts(held, with_gaps=True):
            return begins
        if held.since is None:
            return datetime(at.year, 1, 1, tzinfo=UTC)
        begins, at = held.since, held.since - datetime.resolution
    return begins
