"""The report of a month on the wire (MET-4)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tocsin.kernel.difference import in_text
from tocsin.surfaces.wire.recommendations import Recommendation, recommendation

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.insights import report_model as model
    from tocsin.insights.reporting import Renewal


class ReportCount(msgspec.Struct, kw_only=True):
    """How many there were in the month, and in the one before."""

    name: str
    n: int
    before: int


class ReportTime(msgspec.Struct, kw_only=True):
    """In seconds; null: nothing to reckon with. `n` incidents stand behind it, `in_target` of `with_target` stayed
    within what their own level asks for."""

    name: str
    definition: str
    mean: float | None
    median: float | None
    p90: float | None
    n: int
    left_out: int
    in_target: int
    with_target: int
    before: float | None
    before_n: int


class ReportHabit(msgspec.Struct, kw_only=True):
    """`unit` is count, per week, percent or per person; null: nothing to reckon with."""

    name: str
    definition: str
    unit: str
    value: float | None
    n: int
    left_out: int
    before: float | None
    before_n: int


class ReportWork(msgspec.Struct, kw_only=True):
    """What was agreed on after an incident; `ref` is `INC-7 #3`."""

    ref: str
    category: str
    text: str


class MonthlyReport(msgspec.Struct, kw_only=True):
    """What everybody may see of a month that is over, as it was known at its end, by the record as it was at
    `made_at`."""

    month: str
    month_before: str
    made_at: datetime
    time_zone: str
    profile: str
    summary: str
    incidents: ReportCount
    levels: list[ReportCount]
    times: list[ReportTime]
    habits: list[ReportHabit]
    services: list[ReportCount]
    causes: list[ReportCount]
    guard_rails: list[ReportCount]
    actions_done: list[ReportWork]
    actions_under_way: list[ReportWork]
    recommendations: list[Recommendation]


class RenewedReport(msgspec.Struct, kw_only=True):
    """What became different, `+` and `-` in front of lines; empty: nothing."""

    month: str
    made_at: datetime
    changes: list[str]


def renewed_report(renewal: Renewal) -> RenewedReport:
    report = renewal.report
    return RenewedReport(month=report.month, made_at=report.made_at, changes=list(in_text(renewal.changes)))


def monthly_report(report: model.Report, summary: str) -> MonthlyReport:
    return MonthlyReport(
        month=report.month,
        month_before=report.month_before,
        made_at=report.made_at,
        time_zone=report.zone,
        profile=report.profile,
        summary=summary,
        incidents=_count(report.incidents),
        levels=[_count(each) for each in report.levels],
        times=[_time(each) for each in report.timings],
        habits=[_habit(each) for each in report.habits],
        services=[_count(each) for each in report.services],
        causes=[_count(each) for each in report.causes],
        guard_rails=[_count(each) for each in report.rails],
        actions_done=[_work(each) for each in report.done],
        actions_under_way=[_work(each) for each in report.under_way],
        recommendations=[recommendation(each) for each in report.told],
    )


def _habit(habit: model.Habit) -> ReportHabit:
    return ReportHabit(
        name=habit.name,
        definition=habit.formula,
        unit=habit.unit,
        value=habit.value,
        n=habit.n,
        left_out=habit.left_out,
        before=habit.before,
        before_n=habit.before_n,
    )


def _work(work: model.Work) -> ReportWork:
    return ReportWork(ref=work.ref, category=work.category, text=work.text)


def _count(count: model.Count) -> ReportCount:
    return ReportCount(name=count.name, n=count.n, before=count.before)


def _time(timing: model.Timing) -> ReportTime:
    return ReportTime(
        name=timing.name,
        definition=timing.formula,
        mean=timing.mean,
        median=timing.median,
        p90=timing.p90,
        n=timing.n,
        left_out=timing.left_out,
        in_target=timing.in_target,
        with_target=timing.with_target,
        before=timing.before,
        before_n=timing.before_n,
    )
