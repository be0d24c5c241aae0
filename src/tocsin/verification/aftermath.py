"""What follows once an incident is over (RES-3): which follow-ups, when its postmortem is talked about. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.catalog.severity import Level, Postmortem
from tocsin.incidents.model import DetectionSource, Incident
from tocsin.incidents.sentences import full_stop, joined
from tocsin.kernel.localtime import Hours, local_of, stretch_at
from tocsin.mitigation.model import Mitigation, Result

LENGTH = timedelta(hours=1)
REST = timedelta(hours=12)
"""Nobody sits in a meeting the morning after the night if there is another time."""

_HOUR = timedelta(hours=1)
_BY_PEOPLE = {
    DetectionSource.CUSTOMER_REPORT: "a customer reported it",
    DetectionSource.SUPPORT_TICKET: "a support ticket said so",
    DetectionSource.SOCIAL_MEDIA: "people wrote about it in public",
    DetectionSource.TEAM_MEMBER: "a person noticed it",
}


def asks_for_postmortem(incident: Incident, level: Level | None) -> bool:
    return level is not None and level.postmortem is Postmortem.REQUIRED and not incident.is_drill


def follow_ups(incident: Incident, level: Level | None, mitigations: Sequence[Mitigation]) -> Iterator[str]:
    """The texts of the tasks: a permanent fix for each temporary mitigation that holds, the gap in monitoring when
    people had to notice, and what has to be written down. The last two for levels that ask for a postmortem."""
    for each in mitigations:
        if each.is_temporary and each.result in (Result.HELPED, None) and not incident.is_drill:
            yield f"Permanent fix in place of the temporary mitigation {each.n}: {full_stop(each.what)}"[:500]
    if not asks_for_postmortem(incident, level):
        return
    how = _BY_PEOPLE.get(incident.source)
    if how is not None:
        yield f"Monitoring gap: let an alert find this, since {how}."
    of = f" of {joined(incident.services)}" if incident.services else ""
    yield f"Documentation: write what helped into the runbooks{of}."[:500]


def meeting_at(over_at: datetime, within: timedelta, hours: Hours | None, zone: ZoneInfo) -> datetime:
    """The first full hour inside business hours after a rest, `within` the level's time; else without the rest; else
    the last hour that is in time. Without business hours every hour is one."""
    latest = over_at + within - LENGTH
    for earliest in (over_at + REST, over_at):
        at = _next_full_hour(earliest)
        while at <= latest:
            if hours is None or _is_inside(hours, at, zone):
                return at
            at += _HOUR
    return max(latest, over_at)


def _next_full_hour(at: datetime) -> datetime:
    full = at.replace(minute=0, second=0, microsecond=0)
    return full if full == at else full + _HOUR


def _is_inside(hours: Hours, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the whole of it is."""
    last = at + LENGTH - timedelta(seconds=1)
    return stretch_at((hours,), local_of(at, zone)).inside and stretch_at((hours,), local_of(last, zone)).inside
