"""`tocsin oncall`: who, why, until when, who is next; in the schedule's own zone."""

from datetime import UTC, datetime, time

from msgspec.structs import replace

from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database
from tocsin.kernel.localtime import Hours
from tocsin.oncall.model import Handover, Layer, Rotation, Schedule
from tocsin.oncall.service import put_schedule


async def rotate(db: Database, name: str, *users: str) -> None:
    week = Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        starts=datetime(2026, 1, 5, 9),  # noqa: DTZ001  local to the schedule's zone
        users=tuple((user,) for user in users),
        handover=Handover(at=time(9), weekday=0),
    )
    async with db.transaction() as tx:
        await put_schedule(tx, Schedule(name=name, time_zone="Europe/Berlin", layers=(week,), team="payments"))


async def test_nobody_has_a_schedule_yet(cli: Terminal) -> None:
    assert "tocsin apply" in (await cli("oncall")).out


async def test_all_and_one_now_and_then(cli: Terminal, db: Database) -> None:
    await rotate(db, "payments-primary", "alice", "bob")
    await rotate(db, "payments-secondary", "bob", "alice")
    assert (await cli("oncall")).out == (await cli("oncall", "now")).out
    then = ("--at", "2026-03-03T12:00:00Z")
    asked_at, *lines = (await cli("oncall", *then, who="vera")).out.splitlines()
    assert asked_at == f"At {datetime(2026, 3, 3, 12, tzinfo=UTC).astimezone():%a 3 %b %Y %H:%M %Z}"
    assert lines[0] == "payments-primary  @alice until Monday 09:00 CET"
    assert lines[1].startswith("  on call in payments-primary (layer week)")
    assert lines[2] == "  then @bob from Monday 09:00"
    assert [line[:18] for line in lines[3:5]] == ["  unproven: alice ", "  unproven: bob ha"]
    assert lines[5].startswith("payments-secondary  @bob")
    one = (await cli("oncall", "now", "payments-secondary", *then)).out.splitlines()
    assert one[0].startswith(asked_at)
    assert one[1:] == lines[5:]
    asked = (await cli("oncall", "payments-primary", *then, "--json")).json()
    assert (asked["at"], asked["schedules"][0]["users"]) == ("2026-03-03T12:00:00Z", ["alice"])


async def test_nobody_on_call_is_said_so(cli: Terminal, db: Database) -> None:
    await rotate(db, "payments-primary", "alice")
    said = (await cli("oncall", "--at", "2025-12-01T12:00:00Z")).out
    assert "\npayments-primary  nobody until 5 Jan 2026 09:00 CET" in said


async def test_a_gap_before_the_next_is_said(cli: Terminal, db: Database) -> None:
    hours = Hours(days=tuple(range(7)), begin=time(8), to=time(16))
    day = Layer(name="day", rotation=Rotation.DAILY, users=(("alice",), ("bob",)), restrict=(hours,))
    day = replace(day, starts=datetime.fromisoformat("2026-01-05T00:00"), handover=Handover(at=time(0)))
    async with db.transaction() as tx:
        await put_schedule(tx, Schedule(name="office", time_zone="UTC", layers=(day,), team="payments"))
    said = (await cli("oncall", "office", "--at", "2026-03-03T12:00:00Z")).out
    assert "office  @bob until 16:00 UTC\n" in said
    assert "  then nobody from 16:00, and @alice from Wednesday 08:00\n" in said
    asked = (await cli("oncall", "office", "--at", "2026-03-03T18:00:00Z", "--json")).json()["schedules"][0]
    assert (asked["users"], asked["gap_at"]) == ([], None)


async def test_a_schedule_called_as_a_verb_is(cli: Terminal, db: Database) -> None:
    await rotate(db, "now", "alice")
    assert (await cli("oncall", "now", "now")).out == (await cli("oncall")).out


async def test_what_is_wrong(cli: Terminal) -> None:
    assert "There is no schedule" in (await cli("oncall", "payments-primary", status=1)).err
    assert "Name one schedule" in (await cli("oncall", "one", "two", status=2)).err
    assert "--at" in (await cli("oncall", "--at", "soon", status=2)).err
