"""Quiet hours: what may wait until the morning waits for it (PAG-3). Pure; on the person's own clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.delivery.model import Notification, Purpose, QuietHours, Urgency
from tocsin.delivery.pacing import Hold
from tocsin.kernel.durations import format_duration
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import DAY, Hours, instant_of, is_zone, reached, stretch_at, zone_of

LONGEST = timedelta(hours=16)
"""The rest of the day has to do for what does not go through at once."""


def quiet_of(hours: Hours, time_zone: str) -> QuietHours:
    """The same hours, with the zone for whoever has none of their own."""
    return QuietHours(days=hours.days, begin=hours.begin, to=hours.to, time_zone=time_zone)


def check_quiet(quiet: QuietHours) -> None:
    """Raises Invalid; its field is "days", "to" or "time_zone"."""
    if not quiet.days:
        raise Invalid("Quiet hours are on no day.", "Name at least one day.", field="days")
    if not is_zone(quiet.time_zone):
        raise Invalid(f"{quiet.time_zone!r} is no time zone.", "Write it as Europe/Berlin.", field="time_zone")
    lasts = timedelta(
        hours=quiet.to.hour - quiet.begin.hour,
        minutes=quiet.to.minute - quiet.begin.minute,
        seconds=quiet.to.second - quiet.begin.second,
    )
    if not lasts:
        raise Invalid(
            f"Quiet hours that begin and end at {quiet.to:%H:%M} would never end.", "Let them end earlier.", field="to"
        )
    if lasts % DAY > LONGEST:
        raise Invalid(
            f"Quiet hours of {format_duration(lasts % DAY)} leave too little of the day to be told.",
            f"Make them {format_duration(LONGEST)} at most.",
            field="to",
        )


def quiet_until(quiet: QuietHours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The instant at which the quiet hours end that are now; None: it is not quiet."""
    stretch = stretch_at((quiet,), reached(now, zone))
    if not stretch.inside or stretch.until is None:
        return None
    until = instant_of(stretch.until, zone)
    return until if until > now else None


def decide_quiet(
    notification: Notification, quiet: QuietHours | None, time_zone: str | None, now: datetime
) -> Hold | None:
    """Until when, and why, a person is not told this yet; None: at once. `time_zone` is the person's own.

    Only what is of low urgency waits, nothing of a top level, no test, no code, nothing that names one contact, and no
    warning: whoever changes how somebody is reached could set quiet hours first.
    """
    is_asked_for = notification.purpose is Purpose.TEST or notification.contact_id is not None
    goes_through = notification.is_top_level or notification.is_warning or is_asked_for
    if quiet is None or notification.urgency is Urgency.HIGH or goes_through:
        return None
    zone = zone_of(time_zone if time_zone is not None and is_zone(time_zone) else quiet.time_zone)
    until = quiet_until(quiet, zone, now)
    if until is None:
        return None
    ends = until.astimezone(zone)
    return Hold(until, f"low urgency, and quiet hours until {ends:%H:%M %Z}")
