"""The report of a month: made once from what everybody may see, then kept (MET-4).

Whoever asks first, or the morning on which it is mailed, has it made. What is corrected later changes it only when
somebody has it made anew, who is told what became different; and a redaction does (`report_redacting`).
"""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tocsin.accounts import service as accounts
from tocsin.accounts.model import ORGANISATION_SCOPE
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Organisation
from tocsin.incidents import findings
from tocsin.insights import report_store
from tocsin.insights.drill import list_incidents
from tocsin.insights.episode_store import list_episodes
from tocsin.insights.metric_definitions import ACTIONS, FREQUENCY, NIGHT_PAGES, NOISE, PAGES, POSTMORTEMS, UPDATES
from tocsin.insights.metric_figures import answer, reckoning_of
from tocsin.insights.metric_model import Figure, Question, Reckoning
from tocsin.insights.metric_store import Asker, count_metrics
from tocsin.insights.months import month_before
from tocsin.insights.period import Period, read_period
from tocsin.insights.recommendations import Rules
from tocsin.insights.report import MONTHS, make_report, without
from tocsin.insights.report_model import Records, Report
from tocsin.insights.report_text import as_markdown
from tocsin.kernel.db import Conn
from tocsin.kernel.difference import Line, compare, shortened, tally
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.tx import Tx
from tocsin.postmortems import actions

SEEN = (ORGANISATION_SCOPE,)
"""The same report for everybody: private incidents have scopes of their own."""
_MONTH = re.compile(r"\d{4}-\d{2}")


HABITS = (FREQUENCY, UPDATES, POSTMORTEMS, ACTIONS, PAGES, NIGHT_PAGES, NOISE)
"""What a report says of how people worked, in this order."""


class Renewal(Struct, frozen=True):
    """A report that was made anew, and the lines that differ from the one before; none: it is as it was."""

    report: Report
    changes: tuple[Line, ...]


async def report_of(tx: Tx, month: str) -> Report:
    """Of a month that is over, `2026-10`, as it was when it was first made. Raises Invalid for what is no month,
    NotFound for one that is not over."""
    return await _as_everybody_sees(tx.conn, await _kept(tx, month))


async def renew_report(tx: Tx, month: str, by: str) -> Renewal:
    """Makes it from the record as it is now, and says what became different. Raises as `report_of` does."""
    before = await _kept(tx, month)
    anew = await _make(tx.conn, month, tx.now)
    old, new = (as_markdown(each) for each in (before, replace(anew, made_at=before.made_at)))
    if old == new:
        return Renewal(await _as_everybody_sees(tx.conn, before), ())
    lines = compare(old, new)
    await report_store.update_report(tx.conn, anew)
    await accounts.audit(tx, by, "made anew", f"the report of {month}: {tally(lines).words}")
    return Renewal(await _as_everybody_sees(tx.conn, anew), tuple(shortened(lines)))


async def _kept(tx: Tx, month: str) -> Report:
    kept = await report_store.find_report(tx.conn, month)
    if kept is None:
        made = await _make(tx.conn, month, tx.now)
        await report_store.insert_report(tx.conn, made)
        kept = await report_store.find_report(tx.conn, month) or made  # whoever was faster has made it
    return kept


async def _as_everybody_sees(conn: Conn, report: Report) -> Report:
    """Without what has become private since it was made."""
    named = {each.incident for each in (*report.done, *report.under_way)} | {
        number for each in report.told for number in each.evidence
    }
    unseen = await report_store.list_unseen(conn, sorted(named), SEEN)
    return without(report, unseen) if unseen else report


async def _make(conn: Conn, month: str, now: datetime) -> Report:
    organisation = await catalog.organisation(conn)
    periods = _periods(month, organisation, now)
    zone = zone_of(organisation.time_zone)
    profile = await catalog.severity_profile(conn)
    reckoning = reckoning_of(profile, organisation.time_zone)
    since, until = periods[0].since, periods[-1].until
    incidents = await list_incidents(conn, SEEN, Question(since=since, until=until), reckoning)
    return make_report(
        Records(
            made_at=now,
            organisation=organisation.name,
            periods=periods,
            levels=tuple(level.name for level in profile.levels),
            rules=Rules(reckoning=reckoning, night=organisation.on_call.night, zone=zone),
            episodes=tuple(await list_episodes(conn, incidents)),
            watched=tuple(await findings.list_watched(conn, SEEN, periods[-2].since, until)),
            actions=tuple(await actions.list_added(conn, SEEN, until)),
            habits=await _habits(conn, periods, reckoning, organisation),
            owners={each.name: each.team for each in await catalog.list_services(conn)},
        )
    )


async def _habits(
    conn: Conn, periods: tuple[Period, ...], reckoning: Reckoning, organisation: Organisation
) -> tuple[Figure, ...]:
    """Of the last month beside the one before, each as of its end."""
    askers = [
        Asker(
            SEEN,
            Question(since=each.since, until=each.until, compare=False),
            reckoning,
            organisation.on_call.night,
            each.until,
        )
        for each in periods[:-3:-1]
    ]
    now, before = [await count_metrics(conn, each) for each in askers]
    found = {each.measure: each for each in answer(askers[0].question, reckoning, now, before).figures}
    return tuple(found[measure] for measure in HABITS)


def _periods(month: str, organisation: Organisation, now: datetime) -> tuple[Period, ...]:
    """The months that its report looks at, it last."""
    if not _MONTH.fullmatch(month):
        raise Invalid(f"{month[:40]!r} is not a month.", "Write it as 2026-10.", field="month")
    last = read_period(month, None, None, now, zone_of(organisation.time_zone))
    if last.until > now:
        raise NotFound(f"{month} is not over yet.", "Ask for a month that is over.", field="month")
    return _months_up_to(last, now)


def _months_up_to(last: Period, now: datetime) -> tuple[Period, ...]:
    found = [last]
    while len(found) < MONTHS:
        found.append(month_before(found[-1], now))
    return tuple(reversed(found))
