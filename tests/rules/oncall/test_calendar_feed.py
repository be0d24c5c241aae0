"""Calendar feeds (ONC-4): a year read back by another library, names that stay, changes that are counted."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import msgspec
import pytest
import vobject
from icalendar import Calendar

from tests.rules.oncall.test_rotation import at, schedule, weekly
from tocsin.kernel.localtime import Hours
from tocsin.oncall.feed_entries import Entry, Known, duties, revise, window_of
from tocsin.oncall.feed_text import Feed, etag_of, write
from tocsin.oncall.model import Handover, Layer, OnHolidays, Override, Part, Rotation, Schedule
from tocsin.oncall.rotation import shifts
from tocsin.surfaces.web.pages.oncall.calendar_feed import is_known

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SITE = "https://tocsin.example.com"
SINCE, UNTIL = window_of(NOW)


def override(user: str, starts: str, ends: str) -> Override:
    return Override(user=user, starts_at=at(starts), ends_at=at(ends))


def three_layers() -> Schedule:
    """Weeks for three, nights for two, holidays for two at once; overrides over both changes of the clocks."""
    nights = Layer(
        name="night",
        rotation=Rotation.DAILY,
        handover=Handover(at=time(12)),
        starts=datetime(2025, 6, 1, 12),  # noqa: DTZ001  local to the schedule's zone
        users=(("carol",), ("dave",)),
        restrict=(Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(22), to=time(6)),),
    )
    holidays = weekly(
        name="holidays",
        starts="2025-06-02T09:00",
        users=(("erin", "frank"), ("frank",)),
        on_holidays=OnHolidays.ONLY,
    )
    base = weekly("alice", "bob", "dave", starts="2025-06-02T09:00")
    return Schedule(
        name="payments-primary",
        time_zone="Europe/Berlin",
        holidays="DE-BE",
        layers=(base, nights, holidays),
        overrides=(
            override("bob", "2026-03-28T20:00", "2026-03-29T12:00"),
            override("alice", "2026-10-24T23:30:17", "2026-10-25T06:00:01"),
            override("carol", "2026-12-24T00:00", "2026-12-27T00:00"),
        ),
    )


def entries_of(one: Schedule, *, with_gaps: bool = False, now: datetime = NOW) -> list[Entry]:
    return revise(duties(one, *window_of(now), with_gaps=with_gaps), {}, SITE, now)[0]


def text_of(one: Schedule, *, with_gaps: bool = False) -> bytes:
    return write(Feed(f"{one.name} on call", one.time_zone, SITE, entries_of(one, with_gaps=with_gaps)))


@dataclass(frozen=True)
class Read:
    """An event as `vobject`, which shares no code with what wrote it, reads it."""

    uid: str
    user: str
    starts_at: datetime
    ends_at: datetime


def read_back(text: bytes) -> list[Read]:
    calendar = vobject.readOne(text.decode())
    return [
        Read(
            event.uid.value,
            event.summary.value.rpartition(": ")[0].removesuffix(" on call"),
            event.dtstart.value,
            event.dtend.value,
        )
        for event in calendar.vevent_list
    ]


def test_a_year_of_three_layers_is_read_back_equal_to_the_second() -> None:
    one = three_layers()
    read = read_back(text_of(one))
    assert len(read) > 400
    assert all(event.starts_at.utcoffset() == timedelta(0) for event in read)
    wanted = shifts(one, SINCE, UNTIL)
    assert {shift.users for shift in wanted} >= {("erin", "frank"), ("carol",), ("alice",)}
    edges = {edge for shift in wanted for edge in (shift.starts_at, shift.ends_at)}
    for event in read:
        assert event.ends_at in edges
        assert event.starts_at in edges or event.starts_at < SINCE
    for shift in wanted:
        on_call = {e.user for e in read if e.starts_at <= shift.starts_at and e.ends_at >= shift.ends_at}
        touching = {e.user for e in read if e.starts_at < shift.ends_at and e.ends_at > shift.starts_at}
        assert on_call == touching == set(shift.users)
    assert len({event.uid for event in read}) == len(read)
    unity = {e.user for e in read if e.starts_at <= at("2026-10-03T12:00") < e.ends_at}  # the Day of German Unity
    assert unity in ({"erin", "frank"}, {"frank"})


def test_gaps_are_there_for_those_who_ask() -> None:
    office = weekly("alice", "bob", restrict=(Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(17)),))
    one = schedule(office)
    assert {event.user for event in read_back(text_of(one))} == {"alice", "bob"}
    gaps = [event for event in read_back(text_of(one, with_gaps=True)) if event.user == "nobody"]
    assert (gaps[0].starts_at, gaps[0].ends_at) == (datetime(2026, 1, 1, tzinfo=UTC), at("2026-01-05T09:00"))
    assert (gaps[1].starts_at, gaps[1].ends_at) == (at("2026-01-05T17:00"), at("2026-01-06T09:00"))


def test_a_shadow_has_an_entry_of_its_own() -> None:
    shadow = override("carol", "2026-03-10T09:00", "2026-03-12T09:00")
    one = schedule(weekly("alice", "bob"), overrides=(msgspec.structs.replace(shadow, part=Part.SHADOW),))
    read = [event for event in read_back(text_of(one)) if event.user.startswith("carol")]
    assert [(event.user, event.starts_at) for event in read] == [("carol shadows", at("2026-03-10T09:00"))]
    assert len(read_back(text_of(one))) == len(read_back(text_of(schedule(weekly("alice", "bob"))))) + 1


WEEK = schedule(weekly("alice", "bob", starts="2025-06-02T09:00"))
SHORTER = schedule(*WEEK.layers, overrides=(override("carol", "2026-03-14T00:00", "2026-03-15T00:00"),))


def uids(one: Schedule) -> dict[UUID, Entry]:
    return {entry.uid: entry for entry in entries_of(one)}


def test_a_shift_whose_end_moves_keeps_its_name() -> None:
    before, after = uids(WEEK), uids(SHORTER)
    assert set(before) < set(after)
    moved = [uid for uid in before if before[uid].duty.ends_at != after[uid].duty.ends_at]
    assert [after[uid].duty[1:4] for uid in moved] == [("alice", at("2026-03-09T09:00"), at("2026-03-14T00:00"))]
    added = sorted(after[uid].duty[1:3] for uid in set(after) - set(before))
    assert added == [("alice", at("2026-03-15T00:00")), ("carol", at("2026-03-14T00:00"))]


def test_every_change_and_only_a_change_is_counted() -> None:
    later = NOW + timedelta(hours=3)
    window = window_of(NOW)
    first, new = revise(duties(WEEK, *window), {}, SITE, NOW)
    assert first == new
    known = {entry.uid: Known(entry.duty.ends_at, entry.sequence, entry.changed_at) for entry in first}
    again, changed = revise(duties(WEEK, *window), known, SITE, later)
    assert (again, changed) == (first, [])
    _, changed = revise(duties(SHORTER, *window), known, SITE, later)
    assert sorted((one.duty.user, one.sequence, one.changed_at) for one in changed) == [
        ("alice", 0, later),
        ("alice", 1, later),
        ("carol", 0, later),
    ]


def test_names_and_text_stay_the_same_all_day_and_all_month() -> None:
    texts = {
        write(Feed("x", "UTC", SITE, revise(duties(WEEK, *window_of(moment)), {}, SITE, NOW)[0]))
        for moment in (NOW.replace(hour=0), NOW, NOW.replace(hour=23, minute=59))
    }
    assert len(texts) == 1
    ends = {entry.duty.ends_at for entry in entries_of(WEEK)}
    assert max(ends) == UNTIL == datetime(2027, 4, 1, tzinfo=UTC)
    assert window_of(datetime(2026, 3, 31, 23, tzinfo=UTC))[1] == UNTIL
    a_week_later = {entry.uid for entry in entries_of(WEEK, now=NOW + timedelta(days=7))}
    assert len({entry.uid for entry in entries_of(WEEK)} - a_week_later) == 1  # the oldest has left


@pytest.mark.parametrize("days", [0, 1, 40, 400])
def test_what_began_before_the_window_has_its_true_beginning(days: int) -> None:
    always = schedule(weekly("alice", starts="2024-02-05T09:00"))
    entry = entries_of(always, now=NOW + timedelta(days=days))[0]
    assert entry.duty.starts_at == at("2024-02-05T09:00")
    in_turn = entries_of(WEEK, now=NOW + timedelta(days=days))[0].duty
    assert in_turn.starts_at.astimezone(UTC).weekday() == 0
    assert timedelta(0) < in_turn.ends_at - in_turn.starts_at <= timedelta(days=7, hours=1)


def test_a_restricted_shift_that_another_layer_carries_on_is_one_entry() -> None:
    nights = Layer(
        name="night",
        rotation=Rotation.DAILY,
        starts=datetime(2025, 6, 2, 9),  # noqa: DTZ001  local to the schedule's zone
        users=(("alice",),),
        restrict=(Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(22), to=time(6)),),
    )
    only = duties(schedule(weekly("alice", "bob", starts="2025-06-02T09:00"), nights), SINCE, UNTIL)
    weeks = [duty for duty in only if duty.user == "alice" and duty.ends_at - duty.starts_at > timedelta(days=6)]
    assert (weeks[1].starts_at, weeks[1].ends_at) == (at("2026-01-12T09:00"), at("2026-01-19T09:00"))


def test_what_is_written_keeps_to_the_rules() -> None:
    text = text_of(three_layers())
    lines = text.split(b"\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    head = lines[: lines.index(b"BEGIN:VEVENT")]
    for line in (
        b"VERSION:2.0",
        b"X-WR-CALNAME:payments-primary on call",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        b"X-PUBLISHED-TTL:PT1H",
        b"X-WR-TIMEZONE:Europe/Berlin",
    ):
        assert line in head
    event = Calendar.from_ical(text).events[0]
    assert event["summary"].endswith(" on call: payments-primary")
    for name in ("uid", "dtstamp", "last-modified", "sequence", "dtstart", "dtend", "transp", "url"):
        assert name in event


def test_hostile_names_stay_text() -> None:
    evil = "a;b,c\\n\r\nBEGIN:VALARM\r\nX:\x00\x07\u202e" + "ü" * 200
    one = schedule(weekly(evil, "bob"))
    entries = revise(duties(one, SINCE, UNTIL), {}, SITE, NOW)[0]
    text = write(Feed(evil, "Europe/Berlin\r\nX-EVIL:1", SITE, entries))
    read = read_back(text)
    assert {event.user for event in read} == {"a;b,c\\n BEGIN:VALARM X:" + "ü" * 200, "bob"}
    assert b"\r\nX-EVIL" not in text
    assert b"\r\nBEGIN:VALARM" not in text
    assert all(byte >= 32 for byte in text.replace(b"\r\n", b""))


def test_the_tag_changes_with_what_is_said() -> None:
    feed = Feed("x", "UTC", SITE, entries_of(WEEK))
    assert etag_of(feed) == etag_of(Feed("x", "UTC", SITE, entries_of(WEEK)))
    others = [
        feed._replace(title="y"),
        feed._replace(entries=feed.entries[1:]),
        feed._replace(entries=[feed.entries[0]._replace(sequence=9), *feed.entries[1:]]),
    ]
    assert len({etag_of(each) for each in (feed, *others)}) == 4


@pytest.mark.parametrize(
    ("header", "known"),
    [("", False), ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ('"b"', False), ("*", True), ("a", False)],
)
def test_who_has_it_already(header: str, known: bool) -> None:
    assert is_known(header, '"a"') is known
