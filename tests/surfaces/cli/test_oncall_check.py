"""`tocsin oncall check` and `gaps`: what is proven, what is broken when, and the exit status that says which."""

from datetime import datetime, time, timedelta

from tests.surfaces.cli.terminal import Terminal
from tocsin.catalog.oncall_limits import Limits
from tocsin.db.database import Database
from tocsin.oncall import calendar_store, calendars
from tocsin.oncall.calendar_model import CalendarDraft, Occurrence, Reading, Unread
from tocsin.oncall.model import Handover, Layer, Rotation, Schedule
from tocsin.oncall.service import put_schedule


async def rotate(db: Database, name: str, *users: str, ends: datetime | None = None, **more: object) -> None:
    week = Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        starts=datetime.fromisoformat("2024-01-01T09:00"),
        users=tuple((user,) for user in users),
        handover=Handover(at=time(9), weekday=0),
        ends=ends,
    )
    made = Schedule(name=name, time_zone="UTC", layers=(week,), **more)  # pyright: ignore[reportArgumentType]
    async with db.transaction() as tx:
        await put_schedule(tx, made)


async def test_nobody_has_a_schedule_yet(cli: Terminal) -> None:
    assert "tocsin apply" in (await cli("oncall", "check")).out
    assert "tocsin apply" in (await cli("oncall", "gaps")).out


async def test_that_there_is_no_gap_says_only_what_is_so(cli: Terminal, db: Database) -> None:
    await rotate(db, "payments", "alice", "bob", "carol")
    said = (await cli("oncall", "gaps")).out
    assert said.startswith("Somebody is on call at every moment until ")
    assert said.endswith(" UTC.\n")
    await rotate(db, "office", "alice", "bob", "carol", limits=Limits(gaps=True))
    assert (await cli("oncall", "gaps")).out.endswith(" UTC, but for gaps that are meant in office (limits: gaps).\n")
    assert "when nobody is, that is meant in office" in (await cli("oncall", "gaps", "office")).out


async def test_calendars_that_do_not_wholly_count_are_named(cli: Terminal, db: Database) -> None:
    await rotate(db, "payments", "alice", "bob", "carol")
    contractors = Layer(name="night", rotation=Rotation.CALENDAR, calendar="contractors")
    async with db.transaction() as tx:
        await calendars.put_calendar(tx, CalendarDraft(name="contractors", url="https://example.com/a.ics"))
        await calendars.put_calendar(tx, CalendarDraft(name="unused", url="https://example.com/b.ics"))
        await put_schedule(tx, Schedule(name="night", time_zone="UTC", layers=(contractors,), limits=Limits(gaps=True)))
    for words in (("check", "night"), ("gaps",)):
        assert "! the calendar contractors was not read yet" in (await cli("oncall", *words)).out
    async with db.transaction() as tx:
        known = next(each for each in await calendars.list_calendars(tx.conn) if each.name == "contractors")
        task = await calendars.find_task(tx.conn, known.id, tx.now)
        assert task is not None
        rest = Unread("12 later events", "2027-01-05 09:00 UTC and after", "the first 10000 count")
        shift = Occurrence("alice", tx.now, tx.now + timedelta(hours=9))
        reading = Reading(occurrences=(shift,), unread=(rest,), unread_count=12)
        await calendars.note_reading(tx, task, calendar_store.Copy(None, b"BEGIN:VCALENDAR"), reading)
    said = (await cli("oncall", "check")).out
    assert "! 12 events of the calendar contractors do not count, such as 12 later events" in said
    assert "tocsin oncall calendars" in said
    assert "unused" not in said
    assert "contractors" not in (await cli("oncall", "check", "payments")).out
    (doubt,) = (await cli("oncall", "check", "--json")).json()["doubts"]
    assert doubt["calendar"] == "contractors"
    async with db.transaction() as tx:
        await calendars.note_failure(tx, task, "example.com answered HTTP 500.")
    assert "! the calendar contractors fails since " in (await cli("oncall", "gaps", "night")).out


async def test_what_is_proven_is_said_rule_by_rule(cli: Terminal, db: Database) -> None:
    await rotate(db, "payments", "alice", "bob", "carol")
    lines = (await cli("oncall", "check", who="vera")).out.splitlines()
    assert lines[0] == "payments"
    assert lines[1].startswith("    proven until ")
    assert lines[1].endswith(" UTC:")
    assert lines[2] == "  ✓ somebody is on call at every moment"
    assert "no limit is set: nights-in-a-row, hours-a-week" in " ".join(line.strip() for line in lines)
    asked = (await cli("oncall", "check", "--json")).json()
    assert asked["findings"] == []
    assert {each["holds"] for each in asked["verdicts"]} == {True}


async def test_what_is_broken_is_named_with_its_times_and_a_remedy(cli: Terminal, db: Database) -> None:
    today = db.clock.now().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    ends = today + timedelta(days=20, hours=9)
    await rotate(db, "payments", "alice", "bob", "carol", ends=ends, limits=Limits(hours_a_week=100))
    await rotate(db, "search", "alice", "bob", "carol")
    said = " ".join((await cli("oncall", "check", "payments", status=1)).out.split())
    assert f"✗ nobody is on call in payments from {ends:%a %Y-%m-%d} 09:00 UTC on" in said
    assert "→ Let somebody take it (tocsin override)" in said
    assert "is on call for 159 hours in the week" in said
    asked = (await cli("oncall", "check", "--days", "10", "--json", status=1)).json()
    assert {each["rule"] for each in asked["findings"]} == {"hours-a-week"}
    gap = (await cli("oncall", "gaps", "--json", status=1)).json()["gaps"]
    assert [(each["schedule"], each["starts_at"], each["silent"]) for each in gap] == [
        ("payments", f"{ends:%Y-%m-%dT%H:%M:%SZ}", True)
    ]
    assert (await cli("oncall", "gaps", "search")).out.startswith("Somebody is on call")
    lines = (await cli("oncall", "gaps", status=1)).out.splitlines()
    assert lines[0] == "payments"
    assert lines[1].startswith(f"  {ends:%a %Y-%m-%d} 09:00 UTC – …  16")


async def test_what_is_wrong(cli: Terminal) -> None:
    assert "There is no schedule" in (await cli("oncall", "check", "payments", status=1)).err
    assert "Name one schedule" in (await cli("oncall", "gaps", "one", "two", status=2)).err
    assert "days" in (await cli("oncall", "check", "--days", "9999", status=1)).err
