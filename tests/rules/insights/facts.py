"""What the tests of load are told: people of three zones, duties and calls as short as they can be written."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from tocsin.catalog.working_time import DailyHours
from tocsin.insights.load import Facts
from tocsin.insights.model import Call, Duty
from tocsin.kernel.localtime import instant_of

ZONES = {
    "alice": ZoneInfo("Europe/Berlin"),
    "bob": ZoneInfo("America/New_York"),
    "carol": ZoneInfo("Australia/Lord_Howe"),
}
NIGHT = DailyHours(begin=time(22), to=time(7))
CHRISTMAS = {date(2026, 12, 25): "Christmas Day"}


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    """An unambiguous local time as an instant."""
    return instant_of(datetime.fromisoformat(text), ZoneInfo(zone))


def duty(user: str, starts: str, ends: str, schedule: str = "primary", zone: str = "Europe/Berlin") -> Duty:
    return Duty(user=user, schedule=schedule, starts_at=at(starts, zone), ends_at=at(ends, zone))


def call(
    user: str,
    when: str,
    *,
    page_id: int = 1,
    incident_id: int = 1,
    first: str | None = None,
    answered: str | None = None,
    until: str | None = None,
) -> Call:
    """All in Berlin's local time."""
    return Call(
        page_id=page_id,
        user=user,
        at=at(when),
        first_at=at(first or when),
        incident_id=incident_id,
        incident=f"INC-{incident_id}",
        schedule="primary",
        answered_at=at(answered) if answered else None,
        awake_until=at(until) if until else None,
    )


def facts(duties: Sequence[Duty] = (), calls: Sequence[Call] = ()) -> Facts:
    return Facts(duties=duties, calls=calls, zones=ZONES, night=NIGHT, holiday_of=holiday_of)


def holiday_of(schedule: str, day: date) -> str:
    return CHRISTMAS.get(day, "") if schedule == "primary" else ""


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
