"""Makes the report of a month from what is known (MET-4). Pure.

What happened after the month is left out, as if it had not come yet: an incident that was resolved in the next month is
not resolved in this one's report. What has no instant – a level, a cause, whether a page was for nothing – is as the
record says it at that moment; so a report is made once and kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.incidents.measures import ACKNOWLEDGE, RESOLVE, Instants
from tocsin.insights.drill import Drilled
from tocsin.insights.metric_charts import by_month_and_level, picked, ranked, trend
from tocsin.insights.metric_definitions import BETWEEN, INCIDENTS, TIMES, UNITS, definition
from tocsin.insights.metric_figures import metrics_of
from tocsin.insights.metric_groups import NONE
from tocsin.insights.metric_model import Case, Dimension, Figure, Metrics, Place, Question
from tocsin.insights.months import month_name
from tocsin.insights.period import Period
from tocsin.insights.rail_trends import rule_words, trends
from tocsin.insights.recommendations import Episode, recommend
from tocsin.insights.report_model import Count, Habit, Records, Report, Timing, Work
from tocsin.postmortems.action_model import ActionItem, ActionState

MONTHS = 6
"""So many months the charts show and patterns are looked for in."""
MOST = 5
"""Of services, causes and guard rails."""


def make_report(records: Records) -> Report:
    """Of the last period."""
    until = records.periods[-1].until
    episodes = [_until(each, until) for each in records.episodes if each.incident.at < until]
    cases = [_case(each.incident) for each in episodes]
    month, before = records.periods[-1], records.periods[-2]
    months = [month_name(each.first_day) for each in records.periods]
    whole = Question(since=records.periods[0].since, until=until, compare=False)
    by_month = _figures(cases, records, replace(whole, by=(Dimension.MONTH,)))
    by_level = _figures(cases, records, replace(whole, by=(Dimension.SEVERITY, Dimension.MONTH)))
    services = _counts(cases, records, Dimension.SERVICE, "no service")
    return Report(
        month=months[-1],
        month_before=months[-2],
        made_at=records.made_at,
        organisation=records.organisation,
        zone=records.reckoning.zone,
        profile=records.reckoning.profile,
        incidents=Count("incidents", _number(episodes, month), _number(episodes, before)),
        levels=_by_level(_counts(cases, records, Dimension.SEVERITY, "unclassified"), records.levels),
        timings=_timings(cases, records),
        habits=tuple(_habit(each, records) for each in records.habits),
        services=services[:MOST],
        causes=_counts(cases, records, Dimension.CAUSE, "no cause named")[:MOST],
        rails=_rails(records)[:MOST],
        done=tuple(_work(each) for each in records.actions if _is_done_in(each, month)),
        under_way=tuple(_work(each) for each in records.actions if _is_open_at(each, until)),
        told=recommend(episodes, records.rules),
        charts=(
            by_month_and_level(by_level, months, records.levels, months[-1]),
            trend(by_month, ACKNOWLEDGE, months),
            trend(by_month, RESOLVE, months),
            ranked("Which services?", [(each.name, each.n) for each in services if each.n]),
        ),
    )


def without(report: Report, incidents: Collection[int]) -> Report:
    """The same with nothing of these incidents by name; they stay in the numbers."""
    told = [
        replace(each, evidence=tuple(number for number in each.evidence if number not in incidents))
        for each in report.told
    ]
    return replace(
        report,
        done=tuple(each for each in report.done if each.incident not in incidents),
        under_way=tuple(each for each in report.under_way if each.incident not in incidents),
        told=tuple(each for each in told if each.evidence),
    )


def without_texts(report: Report, incident: int, texts: Iterable[str], mark: str) -> Report:
    """The same with a mark wherever something of this incident said one of these texts."""
    gone = tuple(texts)
    return replace(
        report,
        done=tuple(_marked(each, incident, gone, mark) for each in report.done),
        under_way=tuple(_marked(each, incident, gone, mark) for each in report.under_way),
    )


def _marked(work: Work, incident: int, texts: Iterable[str], mark: str) -> Work:
    if work.incident != incident:
        return work
    words = work.text
    for text in texts:
        words = words.replace(text, mark)
    return replace(work, text=words)


def _until(episode: Episode, until: datetime) -> Episode:
    """As it was known at the end of the month, as far as instants say it."""
    instants = Instants(*(at if at is not None and at < until else None for at in episode.incident.instants))
    return replace(
        episode,
        incident=replace(episode.incident, instants=instants),
        handovers=tuple(at for at in episode.handovers if at < until),
    )


def _is_done_in(item: ActionItem, month: Period) -> bool:
    return item.done_at is not None and month.since <= item.done_at < month.until


def _is_open_at(item: ActionItem, until: datetime) -> bool:
    """Agreed on by then, and neither done nor given up before."""
    if item.added_at >= until or (item.done_at is not None and item.done_at < until):
        return False
    return item.state is not ActionState.DROPPED or item.changed_at >= until


def _work(item: ActionItem) -> Work:
    return Work(item.incident_number, item.n, item.category.value, item.text)


def _case(incident: Drilled) -> Case:
    return Case(
        at=incident.at,
        instants=incident.instants,
        severity=incident.severity,
        cause=incident.cause,
        places=tuple(Place(service) for service in incident.services),
    )


def _figures(cases: Sequence[Case], records: Records, question: Question) -> Metrics:
    return metrics_of(cases, question, records.reckoning)


def _question(period: Period, *by: Dimension) -> Question:
    return Question(since=period.since, until=period.until, by=by, compare=False)


def _number(episodes: Iterable[Episode], period: Period) -> int:
    return sum(period.since <= each.incident.at < period.until for each in episodes)


def _counts(cases: Sequence[Case], records: Records, by: Dimension, nameless: str) -> tuple[Count, ...]:
    """Of the month and the one before, the most frequent first."""
    now, then = (
        {each.group[0]: round(each.value or 0) for each in picked(found, INCIDENTS)}
        for found in (_figures(cases, records, _question(period, by)) for period in records.periods[:-3:-1])
    )
    found = [
        Count(nameless if name == NONE else name, now.get(name, 0), then.get(name, 0))
        for name in {**now, **then}
        if now.get(name, 0) or then.get(name, 0)
    ]
    return tuple(sorted(found, key=lambda each: (-each.n, -each.before, each.name)))


def _by_level(counts: Sequence[Count], levels: Sequence[str]) -> tuple[Count, ...]:
    """Every level of the profile, worst first, and then what is of none."""
    known = {each.name: each for each in counts}
    others = [each for each in counts if each.name not in levels]
    return (*(known.get(level, Count(level, 0, 0)) for level in levels), *others)


def _timings(cases: Sequence[Case], records: Records) -> tuple[Timing, ...]:
    month, before = (
        {each.measure: each for each in _figures(cases, records, _question(period)).figures}
        for period in records.periods[:-3:-1]
    )
    return tuple(_timing(month[measure], before[measure], records) for measure in (*TIMES, BETWEEN))


def _timing(figure: Figure, before: Figure, records: Records) -> Timing:
    said = definition(figure.measure, records.reckoning.mttr_from)
    return Timing(
        name=said.name,
        words=said.words,
        formula=said.formula,
        mean=figure.value,
        median=figure.median,
        p90=figure.p90,
        n=figure.n,
        left_out=figure.left_out,
        in_target=figure.in_target,
        with_target=figure.with_target,
        before=before.value,
        before_n=before.n,
    )


def _habit(figure: Figure, records: Records) -> Habit:
    said = definition(figure.measure, records.reckoning.mttr_from)
    return Habit(
        name=said.name,
        words=said.words,
        formula=said.formula,
        unit=UNITS[figure.measure],
        value=figure.value,
        n=figure.n,
        left_out=figure.left_out,
        before=figure.before,
        before_n=figure.before_n,
    )


def _rails(records: Records) -> tuple[Count, ...]:
    found = trends(records.watched, records.periods[-2:], records.owners)
    counted = [Count(rule_words(each.name), each.counts[-1], each.counts[-2]) for each in found.rules]
    return tuple(sorted(counted, key=lambda each: (-each.n, -each.before, each.name)))
