"""What a target means at an instant: the people behind it who can be called, and why not the others."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, UserDraft
from tocsin.db.database import Database
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Handover, Layer, Rotation, Schedule
from tocsin.paging.answers import list_administrators, load_answers, load_answers_from
from tocsin.paging.model import Answer, Policy, Position, Step, parse_target

WEEK = Layer(
    name="week",
    rotation=Rotation.WEEKLY,
    starts=datetime(2026, 1, 5, 9),  # noqa: DTZ001 - local, in the zone of the schedule
    users=(("alice",), ("bob",)),
    handover=Handover(at=time(9), weekday=0),
)


@pytest.fixture(autouse=True)
async def organisation(db: Database) -> None:
    async with db.transaction() as tx:
        for name, role in (("root", Role.ADMIN), ("alice", Role.RESPONDER), ("bob", Role.RESPONDER)):
            draft = UserDraft(name, f"{name}@example.com", role)
            await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
        mute = UserDraft("mute", None, Role.ADMIN)
        await accounts.upsert_user(tx, mute, managed_by=None, actor="tocsin")
        for team, members, leads in (("payments", ["alice", "mute"], ["bob"]), ("empty", [], [])):
            await accounts.upsert_team(tx, team, members, leads, managed_by=None, actor="tocsin")
        await oncall.put_schedule(tx, Schedule(name="primary", time_zone="UTC", layers=(WEEK,)))
        await accounts.disable_user(tx, "bob", managed_by=None, actor="tocsin")


async def ask(db: Database, target: str, at: datetime | None = None) -> Answer:
    wanted = parse_target(target)
    async with db.connection() as conn:
        return (await load_answers(conn, [wanted], at or db.clock.now()))[wanted]


@pytest.mark.parametrize(
    ("target", "people", "left_out", "why"),
    [
        ("user:alice", ["alice"], [], "named by the policy"),
        ("user:bob", [], ["bob is disabled"], "named by the policy"),
        ("user:nobody", [], ["nobody does not exist any more"], "named by the policy"),
        ("team:payments", ["alice"], ["mute has no way to be reached"], "member of team payments"),
        ("lead:payments", [], ["bob is disabled"], "lead of team payments"),
        ("team:empty", [], [], "team empty has no member"),
        ("lead:empty", [], [], "team empty has no lead"),
        ("team:gone", [], [], "team:gone does not exist any more"),
        ("schedule:gone", [], [], "schedule:gone does not exist any more"),
    ],
)
async def test_a_target_answers_with_people_and_reasons(
    db: Database, target: str, people: list[str], left_out: list[str], why: str
) -> None:
    answer = await ask(db, target)
    assert [person.name for person in answer.people] == people
    assert [f"{out.name} {out.why}" for out in answer.left_out] == left_out
    assert answer.why == why


async def test_a_schedule_answers_for_the_instant_and_says_until_when(db: Database) -> None:
    first = datetime(2026, 1, 6, tzinfo=UTC)
    assert [p.name for p in (await ask(db, "schedule:primary", first)).people] == ["alice"]
    second = await ask(db, "schedule:primary", first + timedelta(days=7))
    assert second.why == "on call in primary (layer week) until Mon 2026-01-19 09:00 UTC"
    assert [f"{out.name} {out.why}" for out in second.left_out] == ["bob is disabled"]


async def test_the_other_rungs_are_asked_for_only_when_one_reaches_nobody(db: Database) -> None:
    alice, gone = parse_target("user:alice"), parse_target("user:nobody")
    hour = timedelta(hours=1)
    policy = Policy("p", (Step((alice,), hour), Step((gone,), hour)))
    async with db.connection() as conn:
        assert set(await load_answers_from(conn, policy, Position(0, 0), db.clock.now())) == {alice}
        assert set(await load_answers_from(conn, policy, Position(0, 1), db.clock.now())) == {alice, gone}


async def test_administrators_are_those_who_can_be_reached(db: Database) -> None:
    async with db.connection() as conn:
        assert [person.name for person in await list_administrators(conn)] == ["root"]
