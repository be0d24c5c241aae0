"""What each schedule said when, so that the past stays as it was served when the schedule changes. Pure.

A schedule is a function of time, and a file that is applied today would tell another past. So each state that a
schedule has been in is kept with the instant from which it held; before the first one nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from msgspec import Struct, structs

from tocsin.insights.hours import join_duties, list_duties
from tocsin.insights.model import Duty
from tocsin.oncall.model import Schedule


class Version(Struct, frozen=True, kw_only=True):
    """From `since` until the schedule's next version it said this; None: it did not exist."""

    schedule: str
    since: datetime
    definition: Schedule | None


def new_versions(latest: Mapping[str, Version], current: Sequence[Schedule], now: datetime) -> list[Version]:
    """What has to be recorded now. `current` has the overrides that end after now.

    An override that has ended is no change: it is simply no longer listed.
    """
    changed = [
        Version(schedule=schedule.name, since=now, definition=schedule)
        for schedule in current
        if (known := latest.get(schedule.name)) is None or _still(known, now) != schedule
    ]
    names = {schedule.name for schedule in current}
    gone = [
        Version(schedule=name, since=now, definition=None)
        for name, version in sorted(latest.items())
        if name not in names and version.definition is not None
    ]
    return changed + gone


def served(versions: Iterable[Version], since: datetime, until: datetime) -> list[Duty]:
    """Who was on call within [since, until), by what the schedules said then. `versions` by name, then in order."""
    found: list[Duty] = []
    for _, grouped in groupby(versions, key=lambda version: version.schedule):
        row = list(grouped)
        ends = [version.since for version in row[1:]] + [until]
        for version, ends_at in zip(row, ends, strict=True):
            begins, end = max(version.since, since), min(ends_at, until)
            if version.definition is not None and begins < end:
                found += list_duties(version.definition, begins, end)
    return join_duties(found)


def _still(version: Version, now: datetime) -> Schedule | None:
    """What the version says of the time from now on."""
    known = version.definition
    if known is None:
        return None
    return structs.replace(known, overrides=tuple(one for one in known.overrides if one.ends_at > now))
