"""PostgreSQL reckons the same figures as the rules, from the same history of two hundred incidents (MET-1)."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tocsin.accounts.model import Role, Viewer
from tocsin.catalog.profiles import active
from tocsin.catalog.working_time import DailyHours, OnCallTerms
from tocsin.db.database import Database
from tocsin.incidents.measures import Instants
from tocsin.insights.metric_figures import reckoning_of
from tocsin.insights.metric_model import Called, Case, Counted, Dimension, Key, Place, Question, Tally
from tocsin.insights.metric_store import Asker, count_metrics
from tocsin.insights.metric_tallies import count, select
from tocsin.insights.metrics import metrics
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.errors import Invalid

SINCE = datetime(2026, 3, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=28)
"""The clocks of Europe go forward in it."""
NIGHT = OnCallTerms().night
BERLIN = reckoning_of(active("sre"), "Europe/Berlin")
TEAMS = {"checkout": "payments", "carts": "payments", "search": "discovery", "legacy": None}
PEOPLE = {"alice": "Europe/Berlin", "bob": "America/New_York", "carol": None}
WHOLE = Question(since=SINCE, until=UNTIL)


class Page(Struct):
    user: str
    at: datetime
    urgency: str
    state: str
    actionable: bool | None


class Update(Struct):
    at: datetime
    next_update_at: datetime | None


class Item(Struct):
    state: str
    due_on: date


class Row(Struct):
    """One incident as the tables have it."""

    number: int
    severity: str | None
    cause: str | None
    services: list[str]
    is_drill: bool
    merged_into: int | None
    scope_id: int
    started_at: datetime | None
    detected_at: datetime
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    published_at: datetime | None
    pages: list[Page]
    updates: list[Update]
    items: list[Item]


def rows_of(seed: int, size: int = 200) -> list[Row]:
    """Plausible, and here and there in the wrong order; some lie before or behind the period."""
    chance = random.Random(seed)

    def later(at: datetime, minutes: int, gone: float = 0.2) -> datetime | None:
        return None if chance.random() < gone else at + timedelta(seconds=chance.randrange(-300, minutes * 60))

    found: list[Row] = []
    for number in range(1, size + 1):
        detected = SINCE + timedelta(seconds=chance.randrange(-5 * 86400, 32 * 86400))
        pages = [
            Page(
                chance.choice(list(PEOPLE)),
                detected + timedelta(minutes=chance.randrange(60)),
                chance.choice(["high", "high", "low"]),
                chance.choice(["acknowledged", "ended", "unreached"]),
                chance.choice([None, True, False]),
            )
            for _ in range(chance.randrange(4))
        ]
        said = sorted(detected + timedelta(minutes=chance.randrange(1, 200)) for _ in range(chance.randrange(4)))
        found.append(
            Row(
                number=number,
                severity=chance.choice([None, "SEV-1", "SEV-2", "SEV-3", "GONE"]),
                cause=chance.choice([None, "deployment", "capacity"]),
                services=chance.sample([*TEAMS, "removed"], chance.randrange(3)),
                is_drill=chance.random() < 0.1,
                merged_into=1 if number > 1 and chance.random() < 0.1 else None,
                scope_id=chance.choice([1, 1, 1, 7]),
                started_at=later(detected - timedelta(minutes=30), 30),
                detected_at=detected,
                acknowledged_at=later(detected, 20),
                mitigated_at=later(detected, 120),
                resolved_at=later(detected, 300),
                published_at=later(detected, 14 * 24 * 60, 0.4),
                pages=pages,
                updates=[Update(at, later(at, 90, 0.3)) for at in said],
                items=[
                    Item(
                        chance.choice(["open", "under-way", "done", "dropped"]),
                        UNTIL.date() + timedelta(days=chance.randrange(-3, 4)),
                    )
                    for _ in range(chance.randrange(3))
                ],
            )
        )
    return found


def case_of(row: Row, now: datetime) -> Case:
    promises = [
        (update.next_update_at, min(filter(None, (after and after.at, row.resolved_at)), default=None))
        for update, after in zip(row.updates, [*row.updates[1:], None], strict=False)
        if update.next_update_at is not None
    ]
    kept = sum(came is not None and came <= promised for promised, came in promises)
    late = sum((came is None or came > promised) and promised <= now for promised, came in promises)
    return Case(
        at=row.detected_at,
        instants=Instants(row.started_at, row.detected_at, row.acknowledged_at, row.mitigated_at, row.resolved_at),
        severity=row.severity,
        cause=row.cause,
        places=tuple(Place(service, TEAMS.get(service)) for service in row.services),
        is_drill=row.is_drill,
        is_merged=row.merged_into is not None,
        scope_id=row.scope_id,
        calls=tuple(
            Called(page.user, _at_night(page), page.actionable)
            for page in row.pages
            if page.urgency == "high" and page.state != "unreached"
        ),
        kept=kept,
        promised=kept + late,
        in_time=_in_time(row, now),
        done=sum(item.state == "done" for item in row.items),
        agreed=sum(_counts(item, now) for item in row.items),
    )


def _counts(item: Item, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(BERLIN.zone)).date()
    return item.state == "done" or (item.state in ("open", "under-way") and item.due_on <= today)


def _in_time(row: Row, now: datetime) -> bool | None:
    seconds = BERLIN.publish_by.get(row.severity or "")
    if seconds is None or row.resolved_at is None:
        return None
    due = row.resolved_at + timedelta(seconds=seconds)
    in_time = row.published_at is not None and row.published_at <= due
    return in_time if in_time or due <= now else None


def _at_night(page: Page) -> bool:
    return NIGHT.contains(page.at.astimezone(ZoneInfo(PEOPLE[page.user] or BERLIN.zone)).time())


async def fill(conn: Conn, rows: Sequence[Row]) -> None:
    await conn.execute("INSERT INTO scope (id, name) VALUES (7, 'somebody else''s')")
    await conn.execute("INSERT INTO team (name) VALUES ('payments'), ('discovery')")
    for name, team in TEAMS.items():
        await conn.execute(
            "INSERT INTO service (name, team, depends_on, experts, checks, more, scope_id) "
            "VALUES (%s, %s, '{}', '{}', '[]', '{}', 1)",
            (name, team),
        )
    for name, zone in PEOPLE.items():
        await conn.execute(
            "INSERT INTO app_user (name, display_name, role, senior, time_zone, created_at) "
            "VALUES (%s, %s, 'responder', false, %s, %s)",
            (name, name, zone, SINCE),
        )
    await conn.execute(
        """
        INSERT INTO incident (id, number, title, status, severity, urgency, source, reason, declared_by, alerts,
            scope_id, is_private, is_drill, started_at, detected_at, declared_at, acknowledged_at, mitigated_at,
            resolved_at, cause_category, has_sync, merged_into)
        OVERRIDING SYSTEM VALUE
        SELECT number, number, 'Something', 'resolved', severity, 'high', 'other', '', 'tocsin', 0, scope_id,
            scope_id <> 1, is_drill, started_at, detected_at, detected_at, acknowledged_at, mitigated_at, resolved_at,
            cause, true, merged_into
        FROM jsonb_to_recordset(%s) AS r (number integer, severity text, scope_id bigint, is_drill boolean,
            started_at timestamptz, detected_at timestamptz, acknowledged_at timestamptz, mitigated_at timestamptz,
            resolved_at timestamptz, cause text, merged_into bigint)
        """,
        (as_jsonb(rows),),
    )
    for row in rows:
        for service in row.services:
            await conn.execute("INSERT INTO incident_service VALUES (%s, %s)", (row.number, service))
        for n, update in enumerate(row.updates, 1):
            await conn.execute(
                "INSERT INTO incident_update (incident_id, n, at, by, text, done, under_way, planned, next_update_at, "
                "status, audience, subject, body) VALUES (%s, %s, %s, '@alice', '', '{}', '{}', '{}', %s, "
                "'investigating', '{}', '', '')",
                (row.number, n, update.at, update.next_update_at),
            )
        for n, item in enumerate(row.items, 1):
            await conn.execute(
                "INSERT INTO action_item (incident_id, n, text, category, priority, due_on, state, check_detail, "
                "recurred_in, added_by, added_at, changed_at, done_at) "
                "VALUES (%s, %s, '', 'prevent', 'low', %s, %s, '', '{}', '', %s, %s, %s)",
                (row.number, n, item.due_on, item.state, SINCE, SINCE, SINCE if item.state == "done" else None),
            )
        if row.published_at:
            await conn.execute(
                "INSERT INTO postmortem (incident_id, state, authors, layout, version, drafted_at, drafted_by, "
                "published_at) VALUES (%s, 'published', '{}', '', 1, %s, '', %s)",
                (row.number, row.detected_at, row.published_at),
            )
        if row.pages:
            await _insert_pages(conn, row)


async def _insert_pages(conn: Conn, row: Row) -> None:
    await conn.execute(
        "INSERT INTO escalation_run (id, incident_id, state, urgency, round, step, armed, started_at, reason, chosen) "
        "OVERRIDING SYSTEM VALUE VALUES (%s, %s, 'stopped', 'high', 1, 0, 0, %s, '', '')",
        (row.number, row.number, row.detected_at),
    )
    for page in row.pages:
        await conn.execute(
            "INSERT INTO page (run_id, incident_id, user_id, user_name, round, step, target, reason, urgency, state, "
            "created_at, actionable) SELECT %s, %s, id, name, 1, 0, '', '', %s, %s, %s, %s FROM app_user "
            "WHERE name = %s",
            (row.number, row.number, page.urgency, page.state, page.at, page.actionable, page.user),
        )


Named = dict[tuple[str, tuple[Key, ...]], Tally]


def comparable(counted: Counted) -> Named:
    """By measure and group."""
    return {(tally.measure, tally.group): tally for tally in counted.tallies}


BY = [(), *((each,) for each in Dimension), *combinations(Dimension, 2)]


async def test_the_database_reckons_as_the_rules_do(db: Database) -> None:
    rows, now = rows_of(seed=1), UNTIL + timedelta(days=1)
    async with db.transaction() as tx:
        await fill(tx.conn, rows)
    cases = [case_of(row, now) for row in rows]
    async with db.connection() as conn:
        for by in BY:
            for services in ((), ("checkout", "search")):
                question = replace(WHOLE, by=by, services=services)
                found = await count_metrics(conn, Asker([1], question, BERLIN, NIGHT, now))
                expected = count(select(cases, question, {1}), question, BERLIN)
                assert (found.incidents, found.counted_again) == (expected.incidents, expected.counted_again), by
                _assert_same(comparable(found), comparable(expected))


def _assert_same(found: Named, expected: Named) -> None:
    assert found.keys() == expected.keys()
    assert {measure for (measure, _), tally in expected.items() if tally.n} == {measure for measure, _ in expected}
    for key, tally in expected.items():
        mine = found[key]
        assert (mine.value, mine.median, mine.p90) == pytest.approx((tally.value, tally.median, tally.p90)), key
        assert replace(mine, value=None, median=None, p90=None) == replace(tally, value=None, median=None, p90=None)


async def test_a_night_that_ends_before_midnight_and_an_empty_history(db: Database, clock: VirtualClock) -> None:
    async with db.connection() as conn:
        early = DailyHours(begin=NIGHT.begin, to=NIGHT.begin.replace(minute=30))
        found = await count_metrics(conn, Asker([1], WHOLE, BERLIN, early, clock.now()))
        assert {tally.measure: tally.n for tally in found.tallies if tally.n} == {}
        assert found.incidents == 0
        viewer = Viewer(user_id=1, name="alice", role=Role.VIEWER, scopes=(1,))
        with pytest.raises(Invalid) as wrong:
            await metrics(conn, viewer, replace(WHOLE, until=SINCE), clock.now())
        assert wrong.value.field == "period"
