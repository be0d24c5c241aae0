"""`tocsin demo`: the same seed tells the same past, nothing of it leaves, and the auditor finds nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

import msgspec
import pytest

from tests.support.sinks import HttpSink, answers
from tests.support.world import new_world
from tocsin.accounts.model import Role, UserDraft, Viewer
from tocsin.accounts.service import upsert_user
from tocsin.auditor import service as auditor
from tocsin.db.database import Database
from tocsin.demo import store
from tocsin.demo.changes import tell_changes
from tocsin.demo.command import BEGUN, MARK, Options, make_sure_it_is_ours, read_options, seed
from tocsin.demo.drill import alert_of, open_http, post_alert
from tocsin.demo.living import live_through
from tocsin.demo.organisation import KEY, TEAMS, YOU, configuration
from tocsin.demo.tales import QUIET, tell
from tocsin.insights.metric_definitions import UPDATES
from tocsin.insights.metric_model import Question
from tocsin.insights.metrics import metrics
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.secrets import NO_KEYS
from tocsin.reactions import JOB_KINDS, REACTIONS

ALICE = Viewer(user_id=1, name=YOU, role=Role.ADMIN, scopes=(1,))
ENDS = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAYS = 40
KNOWN = [kind.name for kind in JOB_KINDS]


async def rows(db: Database, statement: LiteralString) -> list[tuple[Any, ...]]:
    async with db.connection() as conn:
        cursor = await conn.execute(statement)
        return await cursor.fetchall()


async def test_forty_days_are_lived_through_and_nothing_of_them_is_left_to_do(dsn: str) -> None:
    tales, changes = tell(3, ENDS, DAYS), tell_changes(3, ENDS, DAYS)
    clock = VirtualClock(ENDS - timedelta(days=DAYS))
    begun: list[int] = []
    async with Database(dsn, clock=clock, reactions=REACTIONS) as db:
        await live_through(db, clock, tales, changes, ENDS, lambda n, of: begun.append(n))
        told = [(tale.title, tale.severity, tale.at, tale.is_drill) for tale in tales]
        lived = await rows(db, "SELECT title, severity, declared_at, is_drill FROM incident ORDER BY number")
        assert lived == told, "what was told is what has happened, in its order"
        assert begun[-1] == len(tales)
        assert await rows(db, "SELECT count(*) FROM job") == [(0,)]
        assert await rows(db, "SELECT DISTINCT state FROM delivery WHERE state IN ('waiting', 'sending')") == []
        assert await rows(db, "SELECT count(*) FROM incident WHERE resolved_at IS NULL") == [(0,)]
        assert await rows(db, "SELECT count(*) FROM ledger WHERE at > '2026-11-21 12:00+00'") == [(0,)]
        assert await rows(db, "SELECT count(*) FROM ledger_default") == [(0,)]
        assert await rows(db, "SELECT count(*) > 0 FROM incident WHERE status = 'resolved' AND severity = 'SEV-1'") == [
            (True,)
        ]
        assert {"in-review", "published"} <= {
            state for (state,) in await rows(db, "SELECT DISTINCT state FROM postmortem")
        }
        assert await rows(db, "SELECT DISTINCT state FROM alert") == [("resolved",)]
        by_alert = await rows(db, "SELECT count(*) FROM incident WHERE alert_group_id IS NOT NULL")
        assert by_alert > [(len(tales) // 3,)], "most incidents begin with an alert"
        assert {"update-overdue", "stage-overdue"} <= {
            rule for (rule,) in await rows(db, "SELECT DISTINCT rule FROM incident_finding")
        }
        assert await rows(db, "SELECT DISTINCT actionable FROM page WHERE actionable IS NOT NULL ORDER BY 1") == [
            (False,),
            (True,),
        ]
        said = await rows(db, "SELECT count(*), count(DISTINCT incident_id) FROM incident_update")
        assert said == [
            (sum(len(tale.updates) for tale in tales), sum(bool(tale.updates) for tale in tales)),
        ]
        assert await rows(db, "SELECT count(*) FROM schedule_override") == [
            (sum(1 if change.takes_at is None else 2 for change in changes),)
        ]
        assert await rows(db, "SELECT DISTINCT state FROM shift_swap") == [("accepted",)]
        assert await rows(db, "SELECT DISTINCT state FROM action_item ORDER BY state") == [("done",), ("open",)]
        clock.set(ENDS)
        async with db.connection() as conn:
            asked = Question(since=ENDS - timedelta(days=DAYS), until=ENDS, compare=False)
            shown = {each.measure: each for each in (await metrics(conn, ALICE, asked, ENDS)).figures}
            in_time = shown[UPDATES].value
            assert in_time is not None
            assert 60 < in_time < 100, "most updates come in time"
            assert await auditor.look(conn, KNOWN, clock.now()) == []


def test_the_same_seed_tells_the_same_and_another_something_else() -> None:
    assert tell(7, ENDS, DAYS) == tell(7, ENDS, DAYS)
    assert tell(7, ENDS, DAYS) != tell(8, ENDS, DAYS)
    later = tell(7, ENDS + timedelta(days=7), DAYS)
    assert [tale.service for tale in later] == [tale.service for tale in tell(7, ENDS, DAYS)]


def test_a_year_is_plausible() -> None:
    tales = tell(1, ENDS, 365)
    assert len(tales) == 600
    assert len(TEAMS) == 5
    assert len({tale.service.name for tale in tales}) == 20 == sum(len(team.services) for team in TEAMS)
    assert max(tale.at for tale in tales) <= ENDS - QUIET
    assert min(tale.at for tale in tales) >= ENDS - timedelta(days=365)
    levels = Counter(tale.severity for tale in tales)
    assert levels["SEV-1"] < levels["SEV-2"] < levels["SEV-3"]
    weekend = sum(tale.at.weekday() >= 5 for tale in tales)
    assert weekend / 2 < (len(tales) - weekend) / 5, "a day of the weekend has fewer than a working day"
    by_hour = Counter(tale.at.hour for tale in tales)
    assert sum(by_hour[hour] for hour in range(9, 17)) > 3 * sum(by_hour[hour] for hour in range(5))
    assert all(tale.acknowledged < tale.mitigated < tale.resolved for tale in tales)
    assert 0 < sum(tale.is_drill for tale in tales) < 20


def test_people_changed_who_is_on_call_in_weeks_of_their_own() -> None:
    changes = tell_changes(1, ENDS, 365)
    assert changes == tell_changes(1, ENDS, 365)
    assert changes != tell_changes(2, ENDS, 365)
    swapped = [change for change in changes if change.takes_at is not None]
    assert 5 < len(swapped) < len(changes) - 5
    assert all(change.at < change.starts_at < change.ends_at for change in changes)
    assert all(change.at < change.accepted_at < change.starts_at for change in swapped if change.accepted_at)
    assert all(change.at < ENDS - QUIET for change in changes)
    assert {change.taker for change in changes} <= {name for team in TEAMS for name in team.members}
    assert all(change.taker != change.giver for change in changes)


async def test_the_alert_at_the_end_declares_a_drill_and_pages_whoever_looks(dsn: str, clock: VirtualClock) -> None:
    async with new_world(dsn, clock) as world:
        await world.configure(configuration(clock.now().date()))
        (alert,) = msgspec.json.decode(alert_of(clock.now()))
        labels = {name: value for name, value in alert["labels"].items() if name != "alertname"}
        await world.alert(alert["labels"]["alertname"], **labels)
        world.phone(YOU).receives("page", saying="DRILL")
        assert await world.rows("SELECT is_drill, severity FROM incident") == [(True, "SEV-3")]
        await world.alert("HighErrorRate", service="checkout", drill="true", severity="critical")
        await world.alert("HighErrorRate", service="checkout", severity="critical")
        assert await world.rows("SELECT is_drill FROM incident ORDER BY number") == [(True,), (True,), (False,)]
        world.airwaves.unread.clear()


def test_only_a_folder_of_its_own_is_taken(tmp_path: Path) -> None:
    make_sure_it_is_ours(tmp_path / "new")
    make_sure_it_is_ours(tmp_path)
    (tmp_path / "postgresql").mkdir()
    with pytest.raises(Refused, match="is no demo of Tocsin"):
        make_sure_it_is_ours(tmp_path)
    (tmp_path / BEGUN).touch()
    make_sure_it_is_ours(tmp_path)
    (tmp_path / BEGUN).unlink()
    (tmp_path / MARK).touch()
    make_sure_it_is_ours(tmp_path)


async def test_a_database_that_somebody_uses_is_refused(dsn: str) -> None:
    async with Database(dsn, reactions=REACTIONS) as db:
        async with db.transaction() as tx:
            await upsert_user(
                tx, UserDraft(name="zoe", email="zoe@example.com", role=Role.ADMIN), managed_by=None, actor="tocsin"
            )
        async with db.connection() as conn:
            assert not await store.is_empty(conn)
    options = Options(seed=1, days=20, data_dir=Path("/nowhere"), database_url=dsn, serves=False)
    with pytest.raises(Refused, match="has people or incidents already"):
        await seed(dsn, NO_KEYS, options)


@pytest.mark.parametrize(
    "words",
    [
        ["--days", "3"],
        ["--database-url", "postgresql:///x"],
        ["--anew", "--no-serve", "--database-url", "postgresql:///x"],
    ],
)
def test_what_makes_no_sense_is_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read_options(words)
    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


async def test_each_start_has_a_drill_of_its_own_though_the_last_is_still_open(dsn: str, clock: VirtualClock) -> None:
    async with new_world(dsn, clock) as world:
        await world.configure(configuration(clock.now().date()))
        for n in (1, 2):
            (alert,) = msgspec.json.decode(alert_of(clock.now()))
            labels = {name: value for name, value in alert["labels"].items() if name != "alertname"}
            await world.alert(alert["labels"]["alertname"], **labels)
            world.phone(YOU).receives("page", saying="DRILL")
            assert await world.rows("SELECT count(*) FROM incident") == [(n,)]
            await world.passes(minutes=2)


async def test_the_drill_is_posted_to_the_demo_s_own_intake() -> None:
    with HttpSink() as demo:
        async with open_http() as http:
            await post_alert(http, demo.url, ENDS)
        request = demo.inbox.take()
        assert (request.method, request.path) == ("POST", f"/integrations/{KEY}/api/v2/alerts")
        assert request.body == alert_of(ENDS)
    with HttpSink(answers(401)) as closed:
        async with open_http() as http:
            with pytest.raises(Unavailable, match="answers 401"):
                await post_alert(http, closed.url, ENDS)
        closed.inbox.forget()
