"""Who was woken last night and should rest today: found from the pages of the night, and said in words. Pure (ONC-7).

The night is `organisation.on_call.woken` on the person's own clock (22:00 to 06:00). From the page until the next such
night begins the person counts as woken; from `rest_notice` on they, and the leads of their teams, are told of it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tocsin.catalog.working_time import OnCallTerms
from tocsin.delivery.model import Line, MessageView
from tocsin.insights.hours import clip, end_of_night, night_of
from tocsin.insights.model import Call, Duty, Woken
from tocsin.kernel.localtime import DAY, instant_of

BACK = timedelta(days=2)
"""Pages of so long ago matter at most."""


def woken(user: str, calls: Sequence[Call], zone: ZoneInfo, terms: OnCallTerms, now: datetime) -> Woken | None:
    """The last night's pages of one person; None: there were none, or the evening has come since."""
    by_night: dict[date, list[datetime]] = {}
    for call in calls:
        evening = night_of(call.at, zone, terms.woken)
        if evening is not None and call.at <= now:
            by_night.setdefault(evening, []).append(call.at)
    if not by_night:
        return None
    night = max(by_night)
    ends_at = end_of_night(night, zone, terms.woken)
    until = _first_after(ends_at, terms.woken.begin, zone)
    if until <= now:
        return None
    return Woken(
        user=user,
        at=min(by_night[night]),
        pages=len(by_night[night]),
        night=night,
        time_zone=str(zone),
        tell_at=_first_after(ends_at, terms.rest_notice, zone),
        until=until,
    )


def coming_night(duties: Sequence[Duty], one: Woken, terms: OnCallTerms) -> list[Duty]:
    """What the person has of the night that comes, schedule by schedule: it is what others could take."""
    zone = ZoneInfo(one.time_zone)
    evening = one.until.astimezone(zone).date()
    begins = instant_of(datetime.combine(evening, terms.night.begin), zone)
    return clip((each for each in duties if each.user == one.user), begins, end_of_night(evening, zone, terms.night))


def _first_after(at: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """The next instant, or this one, at which the clock of a zone shows a time of day."""
    day = at.astimezone(zone).date()
    today = instant_of(datetime.combine(day, clock), zone)
    return today if today >= at else instant_of(datetime.combine(day + DAY, clock), zone)


def words(one: Woken) -> str:
    """`woken at 03:12`, on the person's own clock."""
    at = one.at.astimezone(ZoneInfo(one.time_zone))
    often = f", {one.pages} pages" if one.pages > 1 else ""
    return f"woken at {at:%H:%M}{often}"


def message_for_person(one: Woken, tonight: Sequence[Duty]) -> MessageView:
    """In the morning: rest, and let somebody take the night that comes."""
    return MessageView(
        title="You were woken last night: rest today",
        what=f"You were {words(one)}. {_tonight('You are', tonight)}",
        why_you="A page reached you at night.",
        lines=tuple(Line(f"Ask for cover in {each.schedule}", _command(each)) for each in tonight),
        url="/swaps",
    )


def message_for_lead(one: Woken, tonight: Sequence[Duty]) -> MessageView:
    """To who leads: somebody of the team should rest, and may need cover."""
    return MessageView(
        title=f"{one.user} was woken last night",
        what=f"{one.user} was {words(one)}. {_tonight(f'{one.user} is', tonight)}",
        why_you=f"You lead a team of {one.user}.",
        lines=tuple(
            Line(f"Ask for cover in {each.schedule}", f"{_command(each)} --user {one.user}") for each in tonight
        ),
        url="/swaps",
    )


def sentence(one: Woken, leads: Sequence[str]) -> str:
    """For the ledger."""
    told = ", ".join(("they", *(f"@{name}" for name in leads)))
    return f"@{one.user} was {words(one)} ({one.time_zone}) and should rest today; {told} were told"


def _tonight(who: str, tonight: Sequence[Duty]) -> str:
    if not tonight:
        return f"{who} not on call tonight."
    where = " and ".join(each.schedule for each in tonight)
    return f"{who} on call tonight in {where}: the team can be asked to take the night."


def _command(night: Duty) -> str:
    """What asks the team for it."""
    return (
        f"tocsin cover ask {night.schedule} --shift {night.starts_at:%Y-%m-%dT%H:%MZ}/{night.ends_at:%Y-%m-%dT%H:%MZ}"
    )
