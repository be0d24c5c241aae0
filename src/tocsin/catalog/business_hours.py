"""When the organisation works, and when it does so again. Times of a week are the organisation's; a doubtful local time
is decided by `kernel.localtime`. Pure.
"""

from datetime import datetime

from tocsin.catalog.model import Organisation
from tocsin.kernel.localtime import Hours, Stretch, instant_of, reached, stretch_at, zone_of


def business_hours_begin(organisation: Organisation, now: datetime) -> datetime | None:
    """The instant at which the next business hours begin; None: they have begun, or there are none."""
    if organisation.business_hours is None:
        return None
    stretch = stretch_in(organisation.business_hours, organisation, now)
    if stretch.inside or stretch.until is None:
        return None
    return instant_of(stretch.until, zone_of(organisation.time_zone))


def stretch_in(hours: Hours, organisation: Organisation, now: datetime) -> Stretch:
    """Whether an instant lies in these hours, and how long that has been and stays so, in the organisation's time."""
    return stretch_at((hours,), reached(now, zone_of(organisation.time_zone)))
