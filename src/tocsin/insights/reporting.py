"""Reads what the report of a month is made from: what everybody may see, and nothing else (MET-4)."""

from __future__ import annotations

import re
from datetime import datetime

from tocsin.accounts.model import ORGANISATION_SCOPE
from tocsin.catalog import service as catalog
from tocsin.incidents import findings
from tocsin.insights.drill import list_incidents
from tocsin.insights.episode_store import list_episodes
from tocsin.insights.metric_figures import reckoning_of
from tocsin.insights.metric_model import Question
from tocsin.insights.months import month_before
from tocsin.insights.period import Period, read_period
from tocsin.insights.recommendations import Rules
from tocsin.insights.report import MONTHS, make_report
from tocsin.insights.report_model import Records, Report
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.localtime import zone_of
from tocsin.postmortems import actions

SEEN = (ORGANISATION_SCOPE,)
"""The same report for everybody: private incidents have scopes of their own."""
_MONTH = re.compile(r"\d{4}-\d{2}")


async def read_report(conn: Conn, month: str, now: datetime) -> Report:
    """Of a month that is over, `2026-10`. Raises Invalid for what is no month, NotFound for one that is not over."""
    organisation = await catalog.organisation(conn)
    zone = zone_of(organisation.time_zone)
    if not _MONTH.fullmatch(month):
        raise Invalid(f"{month[:40]!r} is not a month.", "Write it as 2026-10.", field="month")
    last = read_period(month, None, None, now, zone)
    if last.until > now:
        raise NotFound(f"{month} is not over yet.", "Ask for a month that is over.", field="month")
    periods = _months_up_to(last, now)
    profile = await catalog.severity_profile(conn)
    reckoning = reckoning_of(profile, organisation.time_zone)
    since, until = periods[0].since, last.until
    incidents = await list_incidents(conn, SEEN, Question(since=since, until=until), reckoning)
    return make_report(
        Records(
            organisation=organisation.name,
            periods=periods,
            levels=tuple(level.name for level in profile.levels),
            rules=Rules(reckoning=reckoning, night=organisation.on_call.night, zone=zone),
            episodes=tuple(await list_episodes(conn, incidents)),
            watched=tuple(await findings.list_watched(conn, SEEN, periods[-2].since, until)),
            actions=tuple(await actions.list_added(conn, SEEN, until)),
            owners={each.name: each.team for each in await catalog.list_services(conn)},
        )
    )


def _months_up_to(last: Period, now: datetime) -> tuple[Period, ...]:
    found = [last]
    while len(found) < MONTHS:
        found.append(month_before(found[-1], now))
    return tuple(reversed(found))
