"""When an alert changes so often that it is held as one (ALR-7): pure.

A change is a beginning or an end of firing. Four within ten minutes and the alert flaps: until ten minutes have passed
without a change it counts as firing, whatever its source says in between, so that nobody is called anew by each of its
returns and no incident ends by one of its pauses.
"""

from datetime import datetime, timedelta

import msgspec

CHANGES = 4
WITHIN = timedelta(minutes=10)
QUIET = timedelta(minutes=10)


class Flaps(msgspec.Struct, frozen=True, gc=False):
    """The latest changes, oldest first, at most four; since when it flaps, None: it does not; and whether its group
    has been told so."""

    changes: tuple[datetime, ...] = ()
    since: datetime | None = None
    told: bool = False


def after_change(before: Flaps, now: datetime) -> Flaps:
    changes = (*before.changes, now)[-CHANGES:]
    if before.since is not None and now < quiet_at(before):
        return Flaps(changes, before.since, before.told)
    if len(changes) == CHANGES and now - changes[0] <= WITHIN:
        return Flaps(changes, now)
    return Flaps(changes)


def quiet_at(flaps: Flaps) -> datetime:
    """When it is released, unless it changes again before. Raises IndexError for one that has never changed."""
    return flaps.changes[-1] + QUIET
