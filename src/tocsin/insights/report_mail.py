"""Mails the report of a month on its first working morning to those whom the organisation names (MET-4).

When and what are pure; a job looks every hour. The report is made and kept then, whether anybody is named or not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tocsin.accounts import service as accounts
from tocsin.catalog import service as catalog
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import BULK, Line, MessageView, Notification, Picture, Purpose, Urgency
from tocsin.insights import report_store
from tocsin.insights.metric_charts import span_words, value_words
from tocsin.insights.months import month_before, month_name
from tocsin.insights.period import read_period
from tocsin.insights.report_model import Report
from tocsin.insights.report_text import month_title, summary
from tocsin.insights.reporting import report_of
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.localtime import DAY, Hours, instant_of, zone_of
from tocsin.kernel.tx import Tx

EVERY = timedelta(hours=1)
LATE = timedelta(days=3)
"""One that could not be sent for so long is left out: whoever asks still finds it."""
USUAL = Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(17))
"""Where the organisation says no business hours."""


def due_at(first_of_month: date, hours: Hours, zone: ZoneInfo) -> datetime:
    """When business hours first begin in a month."""
    day = first_of_month
    while day.weekday() not in hours.days:
        day += DAY
    return instant_of(datetime.combine(day, hours.begin), zone)


def due_month(now: datetime, hours: Hours, zone: ZoneInfo) -> str | None:
    """The month whose report is due now; None: it is too early for the last one, or too late."""
    present = read_period(None, None, None, now, zone)
    at = due_at(present.first_day, hours, zone)
    return month_name(month_before(present, now).first_day) if at <= now < at + LATE else None


def message(report: Report, pictures: Sequence[Picture]) -> MessageView:
    """The figures as lines, the charts as pictures, and where the whole stands."""
    times = [Line(each.name, f"{span_words(each.mean)}, before {span_words(each.before)}") for each in report.timings]
    habits = [
        Line(each.name, f"{value_words(each.value, each.unit)}, before {value_words(each.before, each.unit)}")
        for each in report.habits
        if each.n or each.before_n
    ]
    return MessageView(
        title=f"How was {month_title(report.month)}?",
        subject=f"{month_title(report.month)}: {summary(report)}",
        what="\n\n".join([summary(report), *(each.finding for each in report.told)]),
        why_you="You are named under monthly_report of the organisation.",
        lines=(*(Line(each.name, f"{each.n}, before {each.before}") for each in report.levels), *times, *habits),
        url=f"/insights/reports/{report.month}",
        pictures=tuple(pictures),
    )


async def look(held: Held) -> None:
    """Charts are drawn outside of the transaction that claims the month; who is faster sends it."""
    async with held.db.transaction() as tx:
        organisation = await catalog.organisation(tx.conn)
        zone = zone_of(organisation.time_zone)
        month = due_month(held.now(), organisation.business_hours or USUAL, zone)
        if month is None:
            return
        report = await report_of(tx, month)
        if not organisation.monthly_report or await report_store.is_mailed(tx.conn, month):
            return
    pictures = await draw(report)
    async with held.db.transaction() as tx:
        if await report_store.claim_mail(tx.conn, month, tx.now):
            await send(tx, report, pictures, organisation.monthly_report)


async def draw(report: Report) -> tuple[Picture, ...]:
    """What there is to draw; nothing where it cannot be drawn: the figures stand in the lines."""
    try:
        async with Renderer() as charts:
            drawn = [chart for chart in report.charts if not chart.is_empty]
            return tuple([Picture(chart.title, chart.alt, await charts.png(chart)) for chart in drawn])
    except Unavailable:
        return ()


async def send(tx: Tx, report: Report, pictures: Sequence[Picture], names: Collection[str]) -> None:
    """To each who still has an account."""
    for user in await accounts.list_users_by_name(tx.conn, list(names)):
        await notify(
            tx,
            Notification(
                user_id=user.id,
                topic=f"report/{report.month}",
                purpose=Purpose.NOTICE,
                message=message(report, pictures),
                urgency=Urgency.LOW,
                prio=BULK,
                channels=("email",),
                cause=f"report/{report.month}",
            ),
        )


MONTHLY_REPORT = JobKind("insights.monthly_report", "insights", look, timeout=timedelta(minutes=4), every=EVERY)
