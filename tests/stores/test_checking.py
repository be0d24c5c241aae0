"""The checker with facts from a database: what a change would break, who can be reached, which schedules belong."""

import threading
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tocsin.accounts import service as accounts
from tocsin.accounts.model import UserDraft
from tocsin.catalog.oncall_limits import Limits
from tocsin.db.database import Database
from tocsin.kernel.errors import Refused
from tocsin.oncall import checking
from tocsin.oncall import service as oncall
from tocsin.oncall.findings import Ladder, Rule
from tocsin.oncall.model import Handover, Layer, Override, Rotation, Schedule
from tocsin.paging import policies
from tocsin.paging.model import Policy, Step, parse_target


def rotation(name: str, *users: str) -> Schedule:
    week = Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        handover=Handover(at=time(9), weekday=0),
        starts=datetime.fromisoformat("2025-01-06T09:00"),
        users=tuple((user,) for user in users),
    )
    return Schedule(name=name, time_zone="Europe/Berlin", layers=(week,))


PRIMARY = rotation("primary", "ann", "ben", "cleo")
SECONDARY = rotation("secondary", "ben", "cleo", "ann")


def step(target: str) -> Step:
    return Step((parse_target(target),), timedelta(minutes=5))


@pytest.fixture(autouse=True)
async def people(db: Database) -> None:
    """Four people who can be mailed, and two schedules."""
    async with db.transaction() as tx:
        for name in ("ann", "ben", "cleo", "dan"):
            draft = UserDraft(name, f"{name}@example.com")
            await accounts.upsert_user(tx, draft, managed_by=None, actor="@root")
        for each in (PRIMARY, SECONDARY):
            await oncall.put_schedule(tx, each)


async def report_of(db: Database, schedule: str | None = None) -> checking.Report:
    async with db.connection() as conn:
        return await checking.report(conn, db.clock.now(), schedule=schedule)


async def test_all_is_proven_of_two_sound_schedules(db: Database) -> None:
    report = await report_of(db)
    assert report.findings == ()
    assert {verdict.holds_until for verdict in report.verdicts} == {report.until}
    assert {verdict.schedule for verdict in (await report_of(db, "primary")).verdicts} == {"primary"}


async def test_who_is_disabled_or_has_no_address_cannot_be_reached(db: Database) -> None:
    async with db.transaction() as tx:
        await accounts.disable_user(tx, "ann", managed_by=None, actor="@root")
        await accounts.upsert_user(tx, UserDraft("ben", None), managed_by=None, actor="@root")
    silent = [each for each in (await report_of(db)).findings if each.rule is Rule.UNREACHABLE]
    assert {each.people for each in silent} == {("ann",), ("ben",)}


async def test_paging_says_which_schedules_go_together(db: Database) -> None:
    async with db.transaction() as tx:
        await oncall.put_schedule(tx, replace(SECONDARY, layers=PRIMARY.layers))
    assert (await report_of(db)).findings == ()
    policy = Policy("payments", (step("schedule:primary"), step("schedule:secondary")))
    async with db.transaction() as tx:
        await policies.put_policy(tx, policy, None)
        facts, _ = await checking.load_facts(tx.conn, tx.now)
    assert facts.ladders == (Ladder("payments", (("primary",), ("secondary",), ())),)
    assert {each.rule for each in (await report_of(db)).findings} == {Rule.DOUBLE}
    async with db.transaction() as tx:
        await policies.remove_policy(tx, "payments")
    assert (await report_of(db)).findings == ()


async def test_limits_are_kept_with_their_schedule(db: Database) -> None:
    limited = replace(PRIMARY, limits=Limits(days_in_a_row=3, hours_a_week=None))
    async with db.transaction() as tx:
        assert await oncall.put_schedule(tx, limited)
        assert not await oncall.put_schedule(tx, limited)
        assert await oncall.get_schedule(tx.conn, "primary", tx.now) == limited
    assert {each.rule for each in (await report_of(db)).findings} == {Rule.DAYS_IN_A_ROW}


async def test_what_a_change_would_break_is_reckoned_beside_the_event_loop(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckoning: list[threading.Thread] = []
    check = checking.check

    def watched(*given: Any) -> Any:
        reckoning.append(threading.current_thread())
        return check(*given)

    monkeypatch.setattr(checking, "check", watched)
    async with db.connection() as conn:
        await checking.new_findings(conn, PRIMARY, rotation("primary", "dan"), db.clock.now())
    assert len(reckoning) == 2
    assert threading.main_thread() not in reckoning


async def test_what_a_change_would_break_and_was_sound_before(db: Database) -> None:
    now = db.clock.now()
    policy = Policy("payments", (step("schedule:primary"), step("schedule:secondary")))
    async with db.transaction() as tx:
        await policies.put_policy(tx, policy, None)
    async with db.connection() as conn:
        second = await oncall.who_is_on_call(conn, "secondary", now)
        cover = Override(user=second.users[0], starts_at=now, ends_at=now + timedelta(hours=6))
        broken = await checking.new_findings(conn, PRIMARY, replace(PRIMARY, overrides=(cover,)), now)
        assert [(each.rule, each.starts_at, each.ends_at) for each in broken] == [
            (Rule.DOUBLE, cover.starts_at, cover.ends_at)
        ]
        fresh = replace(cover, user="dan")
        assert await checking.new_findings(conn, PRIMARY, replace(PRIMARY, overrides=(fresh,)), now) == []
        assert {each.rule for each in await checking.new_findings(conn, None, rotation("new", "eve"), now)} >= {
            Rule.UNREACHABLE,
            Rule.GONE,
        }
    with pytest.raises(Refused, match=f"{second.users[0]} is on call in primary and in secondary") as refused:
        checking.refuse_unless_meant(broken, "  ")
    assert refused.value.field == "anyway"
    checking.refuse_unless_meant(broken, "both phones are mine tonight")
    checking.refuse_unless_meant([], None)
