"""The figures of incidents, reckoned by PostgreSQL: one statement for each kind of measure (MET-1, PERF-9).

`metric_tallies` reckons the same from cases one by one; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from psycopg.adapt import PyFormat
from psycopg.sql import SQL, Composed, Identifier, Placeholder

from tocsin.catalog.working_time import DailyHours
from tocsin.insights import metric_sql
from tocsin.insights.metric_definitions import (
    ACTIONS,
    BETWEEN,
    FREQUENCY,
    INCIDENTS,
    POSTMORTEMS,
    TIMES,
    UPDATES,
    definition,
)
from tocsin.insights.metric_model import Counted, Dimension, Key, Lack, Question, Reckoning, Tally
from tocsin.insights.metric_tallies import (
    NO_ACTIONS,
    NO_PROMISE,
    NO_START,
    NOT_DECIDED,
    WEEK,
    PageCounts,
    lack_words,
    measures_of,
    page_tallies,
    share,
)
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.localtime import local_of, zone_of

Group = tuple[Key, ...]
Row = Sequence[Any]

_TIMES: LiteralString = """
    WITH asked AS (
        SELECT {groups} array_position(%(levels)b::text[], severity) AS level {instants} FROM ({asked}) a
        {order} OFFSET 0
    ), reckoned AS (
        SELECT {groups} level {instants} {times} FROM asked {order} OFFSET 0
    )
    SELECT {groups} count(*), count(*) FILTER (WHERE resolved_at <= (%(publish_until)b::timestamptz[])[level]) {figures}
    FROM reckoned {grouping}
"""
"""What is sorted is as narrow as can be: the times are reckoned behind the sort, and once a row, not once for each
figure made of it (the fences, OFFSET 0). Each step names the order, or PostgreSQL would forget it and sort again. The
goals are arrays by the place of the level: no table is joined."""

_FIGURES: LiteralString = """
    , count({measure}), avg({measure}),
    (percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {measure}))[1],
    (percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {measure}))[2],
    count(*) - count({from_}), count({from_}) FILTER (WHERE {to} IS NULL),
    count(*) FILTER (WHERE {measure} <= ({goals}::float8[])[level]),
    count({measure}) FILTER (WHERE ({goals}::float8[])[level] IS NOT NULL)
"""
_BETWEEN: LiteralString = """
    WITH asked AS ({asked}), gap AS (
        SELECT {groups} id, service, started_at, CASE WHEN service IS NOT NULL THEN
            started_at - lag(started_at) OVER (PARTITION BY {groups} service ORDER BY started_at) END AS length
        FROM asked
    )
    SELECT {groups} count(length), date_part('epoch', avg(length)),
        date_part('epoch', (percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY length))[1]),
        date_part('epoch', (percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY length))[2]),
        count(DISTINCT id) FILTER (WHERE started_at IS NULL OR service IS NULL)
    FROM gap {grouping}
"""
_POSTMORTEMS: LiteralString = """
    WITH demand AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(demands)s) AS d (level text, publish_by interval)
    )
    SELECT {of_asked} count(*), count(*) FILTER (WHERE a.resolved_at + d.publish_by > %(now)s)
    FROM ({asked}) a JOIN postmortem p ON p.incident_id = a.id JOIN demand d ON d.level = a.severity
    WHERE p.published_at <= a.resolved_at + d.publish_by {grouping}
"""
"""Only of those that were published; how many are due `_TIMES` counts on its way, since most incidents have none."""

_UPDATES: LiteralString = """
    WITH met AS (
        SELECT {of_asked} a.id, least(v.at, a.resolved_at) <= u.next_update_at AS kept
        FROM ({asked}) a JOIN incident_update u ON u.incident_id = a.id
            LEFT JOIN incident_update v ON v.incident_id = u.incident_id AND v.n = u.n + 1
        WHERE u.next_update_at <= %(now)s OR least(v.at, a.resolved_at) <= u.next_update_at
    )
    SELECT {groups} count(DISTINCT id), count(*) FILTER (WHERE kept), count(*) FROM met {grouping}
"""
_ACTIONS: LiteralString = """
    WITH due AS (
        SELECT {of_asked} a.id, t.state = 'done' AS done FROM ({asked}) a JOIN action_item t ON t.incident_id = a.id
        WHERE t.state = 'done' OR t.state <> 'dropped' AND t.due_on <= %(today)s
    )
    SELECT {groups} count(DISTINCT id), count(*) FILTER (WHERE done), count(*) FROM due {grouping}
"""
_SHARES: Sequence[tuple[str, LiteralString, str]] = (
    (ACTIONS, _ACTIONS, NO_ACTIONS),
    (UPDATES, _UPDATES, NO_PROMISE),
)
_PAGES: LiteralString = """
    WITH asked AS ({asked}), call AS (
        SELECT {of_asked} a.id, p.user_id, p.actionable,
            (p.created_at AT TIME ZONE coalesce(u.time_zone, %(zone)s))::time AS at
        FROM asked a JOIN page p ON p.incident_id = a.id JOIN app_user u ON u.id = p.user_id
        WHERE p.urgency = 'high' AND p.state <> 'unreached'
    )
    SELECT {groups} count(DISTINCT id), count(DISTINCT id) FILTER (WHERE actionable IS NOT NULL), count(*),
        count(DISTINCT user_id), count(*) FILTER (WHERE CASE WHEN %(begin)s::time < %(end)s::time
            THEN at >= %(begin)s AND at < %(end)s ELSE at >= %(begin)s OR at < %(end)s END),
        count(actionable), count(*) FILTER (WHERE NOT actionable)
    FROM call {grouping}
"""


class Asker(Struct, frozen=True):
    """One question as all statements are asked it: whose scopes, on what clock, and what is a night."""

    scopes: Sequence[int]
    question: Question
    reckoning: Reckoning
    night: DailyHours
    now: datetime

    @property
    def parameters(self) -> dict[str, Any]:
        return metric_sql.parameters(self.question, self.reckoning, self.scopes)


class Cases(NamedTuple):
    """How many incidents a group has, and of how many a postmortem is due."""

    n: int
    due: int


async def count_metrics(conn: Conn, asker: Asker) -> Counted:
    """Every measure of every group, of the incidents of these scopes."""
    tallies, groups = await _times(conn, asker)
    cases = {group: each.n for group, each in groups.items()}
    if BETWEEN in measures_of(asker.question.by):
        tallies += await _between(conn, asker)
    tallies += await _postmortems(conn, asker, groups)
    tallies += await _shares(conn, asker, cases)
    tallies += await _pages(conn, asker, cases)
    whole = sum(cases.values())
    repeats = not {Dimension.SERVICE, Dimension.TEAM}.isdisjoint(asker.question.by)
    incidents = await _count_incidents(conn, asker) if repeats else whole
    return Counted(incidents, whole - incidents, tuple(tallies))


async def _count_incidents(conn: Conn, asker: Asker) -> int:
    asked = metric_sql.asked(replace(asker.question, by=()))
    rows = await _fetch(conn, SQL("SELECT count(*) FROM ({}) a").format(asked), asker.parameters)
    return int(rows[0][0])


async def _times(conn: Conn, asker: Asker) -> tuple[list[Tally], dict[Group, Cases]]:
    question, reckoning = asker.question, asker.reckoning
    weeks = (question.until - question.since) / WEEK
    wanted = measures_of(question.by)
    found: list[Tally] = []
    groups: dict[Group, Cases] = {}
    for row in await _fetch(conn, _times_statement(question, reckoning), asker.parameters | _goals(asker)):
        group = _group(row, question)
        n, due, *columns = row[len(question.by) :]
        groups[group] = Cases(n, due)
        found += _tallies_of_times(group, n, columns, reckoning)
        found.append(Tally(measure=INCIDENTS, group=group, n=n, value=n))
        if FREQUENCY in wanted:
            found.append(Tally(measure=FREQUENCY, group=group, n=n, value=n / weeks))
    return found, groups


def _goals(asker: Asker) -> dict[str, list[Any]]:
    """What each level asks for, at the place of the level: the seconds of a measure, and until when an incident was
    resolved whose postmortem is due."""
    targets, publish_by = asker.reckoning.targets, asker.reckoning.publish_by
    levels = sorted(targets.keys() | publish_by.keys())
    return {
        "levels": levels,
        "publish_until": [
            asker.now - timedelta(seconds=publish_by[level]) if level in publish_by else None for level in levels
        ],
        **{measure: [targets.get(level, {}).get(measure) for level in levels] for measure in TIMES},
    }


def _times_statement(question: Question, reckoning: Reckoning) -> Composed:
    said = {measure: definition(measure, reckoning.mttr_from) for measure in TIMES}
    figures = [
        SQL(_FIGURES).format(
            measure=Identifier(measure),
            from_=Identifier(each.from_),
            to=Identifier(each.to),
            goals=Placeholder(measure, PyFormat.BINARY),
        )
        for measure, each in said.items()
    ]
    return SQL(_TIMES).format(
        asked=metric_sql.asked(question),
        instants=metric_sql.instants(),
        times=metric_sql.times(said),
        groups=metric_sql.listed(question.by),
        order=metric_sql.order(question.by),
        figures=Composed(figures),
        grouping=metric_sql.grouping(question.by),
    )


_WIDTH = 8
"""How many columns `_FIGURES` has."""


def _tallies_of_times(group: Group, cases: int, columns: Row, reckoning: Reckoning) -> Iterator[Tally]:
    for place, measure in enumerate(TIMES):
        n, mean, median, p90, no_first, no_second, in_target, with_target = columns[
            place * _WIDTH : (place + 1) * _WIDTH
        ]
        words = lack_words(definition(measure, reckoning.mttr_from))
        lacking = (no_first, no_second, cases - n - no_first - no_second)
        yield _summed_up(
            measure,
            group,
            (n, mean, median, p90),
            tuple(Lack(why, each) for why, each in zip(words, lacking, strict=True) if each),
            in_target=in_target,
            with_target=with_target,
        )


def _summed_up(
    measure: str, group: Group, figures: Row, lacks: tuple[Lack, ...], *, in_target: int = 0, with_target: int = 0
) -> Tally:
    n, mean, median, p90 = figures
    return Tally(
        measure=measure,
        group=group,
        n=n,
        lacks=lacks,
        value=mean,
        median=median,
        p90=p90,
        in_target=in_target,
        with_target=with_target,
    )


async def _between(conn: Conn, asker: Asker) -> list[Tally]:
    question = asker.question
    statement = _filled(_BETWEEN, question, metric_sql.asked(question, each_service=True))
    found: list[Tally] = []
    for row in await _fetch(conn, statement, asker.parameters):
        *figures, lacking = row[len(question.by) :]
        lacks = (Lack(NO_START, lacking),) if lacking else ()
        found.append(_summed_up(BETWEEN, _group(row, question), figures, lacks))
    return found


async def _postmortems(conn: Conn, asker: Asker, groups: Mapping[Group, Cases]) -> list[Tally]:
    """How many came in time, of those that are due or came before they were."""
    question = asker.question
    demands = [{"level": level, "publish_by": f"{by} seconds"} for level, by in asker.reckoning.publish_by.items()]
    given = asker.parameters | {"now": asker.now, "demands": as_jsonb(demands)}
    rows = await _fetch(conn, _filled(_POSTMORTEMS, question, metric_sql.asked(question)), given)
    came = {_group(row, question): row[len(question.by) :] for row in rows}
    found: list[Tally] = []
    for group, cases in groups.items():
        in_time, early = came.get(group, (0, 0))
        decided = cases.due + early
        found.append(share(POSTMORTEMS, group, decided, in_time, decided, cases.n - decided, NOT_DECIDED))
    return found


async def _shares(conn: Conn, asker: Asker, cases: Mapping[Group, int]) -> list[Tally]:
    """What is a part of a whole: of each group, how many incidents are behind it, the part, the whole."""
    question = asker.question
    today = local_of(asker.now, zone_of(asker.reckoning.zone)).date()
    given = asker.parameters | {"now": asker.now, "today": today}
    found: list[Tally] = []
    for measure, text, why in _SHARES:
        rows = await _fetch(conn, _filled(text, question, metric_sql.asked(question)), given)
        parts = {_group(row, question): row[len(question.by) :] for row in rows}
        for group, count in cases.items():
            n, part, whole = parts.get(group, (0, 0, 0))
            found.append(share(measure, group, n, part, whole, count - n, why))
    return found


async def _pages(conn: Conn, asker: Asker, cases: Mapping[Group, int]) -> list[Tally]:
    question = asker.question
    given = asker.parameters | {"begin": asker.night.begin, "end": asker.night.to}
    rows = await _fetch(conn, _filled(_PAGES, question, metric_sql.asked(question)), given)
    called = {_group(row, question): row[len(question.by) :] for row in rows}
    nobody = (0,) * (len(PageCounts._fields) - 1)
    return [
        tally
        for group, count in cases.items()
        for tally in page_tallies(group, PageCounts(count, *called.get(group, nobody)))
    ]


def _filled(text: LiteralString, question: Question, asked: Composed) -> Composed:
    return SQL(text).format(
        asked=asked,
        groups=metric_sql.listed(question.by),
        of_asked=metric_sql.listed(question.by, "a"),
        grouping=metric_sql.grouping(question.by),
    )


async def _fetch(conn: Conn, statement: Composed, given: Mapping[str, Any]) -> list[Row]:
    cursor = await conn.execute(statement, given)
    return list(await cursor.fetchall())


def _group(row: Row, question: Question) -> Group:
    return tuple(row[: len(question.by)])
