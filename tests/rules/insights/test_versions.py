"""The past is told by what schedules said then: what is recorded when, and who had served."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.rules.insights.facts import at
from tocsin.insights.model import Duty
from tocsin.insights.versions import Version, new_versions, served
from tocsin.oncall.model import Layer, Override, Rotation, Schedule

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def held_by(*users: str, name: str = "primary") -> Schedule:
    day = Layer(
        name="day",
        rotation=Rotation.DAILY,
        starts=datetime.fromisoformat("2026-01-01T00:00"),
        users=tuple((user,) for user in users),
    )
    return Schedule(name=name, time_zone="UTC", layers=(day,))


def version(day: int, definition: Schedule | None, name: str = "primary") -> Version:
    return Version(schedule=name, since=BEGIN + day * DAY, definition=definition)


def test_only_what_differs_is_recorded() -> None:
    known = {"primary": version(0, held_by("alice"))}
    assert new_versions(known, [held_by("alice")], BEGIN + DAY) == []
    assert new_versions(known, [held_by("bob")], BEGIN + DAY) == [version(1, held_by("bob"))]
    assert new_versions({}, [held_by("bob")], BEGIN) == [version(0, held_by("bob"))]


def test_an_override_that_has_ended_is_no_change() -> None:
    override = Override(user="bob", starts_at=BEGIN, ends_at=BEGIN + DAY)
    known = {"primary": version(0, replace(held_by("alice"), overrides=(override,)))}
    assert new_versions(known, [held_by("alice")], BEGIN + DAY) == []
    assert len(new_versions(known, [held_by("alice")], BEGIN + DAY / 2)) == 1  # it was taken back


def test_a_schedule_that_is_gone_is_recorded_once() -> None:
    gone = version(1, None)
    assert new_versions({"primary": version(0, held_by("alice"))}, [], BEGIN + DAY) == [gone]
    assert new_versions({"primary": gone}, [], BEGIN + 2 * DAY) == []


def test_a_change_leaves_the_past_as_it_was() -> None:
    rows = [version(0, held_by("alice")), version(2, held_by("bob")), version(5, None)]
    assert served(rows, BEGIN - DAY, BEGIN + 9 * DAY) == [
        Duty(user="alice", schedule="primary", starts_at=BEGIN, ends_at=BEGIN + 2 * DAY),
        Duty(user="bob", schedule="primary", starts_at=BEGIN + 2 * DAY, ends_at=BEGIN + 5 * DAY),
    ]


def test_a_change_of_something_else_does_not_break_a_shift() -> None:
    rows = [version(0, held_by("alice")), version(2, replace(held_by("alice"), team="payments"))]
    assert served(rows, at("2026-03-02T12:00"), BEGIN + 4 * DAY) == [
        Duty(user="alice", schedule="primary", starts_at=at("2026-03-02T12:00"), ends_at=BEGIN + 4 * DAY)
    ]
