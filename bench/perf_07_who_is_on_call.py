"""PERF-7: who is on call in 1 000 schedules at one instant, and one schedule rendered over a year."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from bench.report import Row, print_rows
from tocsin.kernel.localtime import Hours
from tocsin.oncall.model import Handover, Layer, Member, OnHolidays, Override, Rotation, Schedule
from tocsin.oncall.rotation import shifts, who_is_on_call

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo")
NIGHTS = Hours(days=(0, 1, 2, 3, 4), begin=time(20), to=time(8))
WEEKENDS = Hours(days=(5, 6), begin=time(0), to=time(0))
MEMBERS = (
    Member(user="ben", until=datetime.fromisoformat("2026-11-11T12:00")),
    Member(user="cleo", since=datetime.fromisoformat("2026-09-01T09:00")),
)
AT = datetime(2026, 6, 10, 12, tzinfo=UTC)
ROUNDS = 7


def schedule(number: int, *, members: tuple[Member, ...] = (), on_holidays: OnHolidays = OnHolidays.ANY) -> Schedule:
    """Three layers, two of them restricted, a dozen overrides in the year.

    `members` join or leave the first layer; `on_holidays` is what public holidays are to the third.
    """

    def layer(name: str, *restrict: Hours, **more: Any) -> Layer:
        return Layer(
            name=name,
            rotation=Rotation.WEEKLY,
            handover=Handover(at=time(9), weekday=number % 7),
            starts=datetime.fromisoformat("2026-01-05T09:00"),
            users=(("ann",), ("ben",), ("cleo",)),
            restrict=restrict,
            **more,
        )

    return Schedule(
        name=f"schedule-{number}",
        time_zone=ZONES[number % len(ZONES)],
        holidays="DE-BE",
        layers=(
            layer("week", members=members),
            layer("nights", NIGHTS),
            layer("weekends", WEEKENDS, on_holidays=on_holidays),
        ),
        overrides=tuple(
            Override(
                user="dan",
                starts_at=datetime(2026, month, 3, 9, tzinfo=UTC),
                ends_at=datetime(2026, month, 5, 9, tzinfo=UTC),
            )
            for month in range(1, 13)
        ),
    )


def run() -> list[Row]:
    schedules = [schedule(number) for number in range(1000)]
    zones = [ZoneInfo(one.time_zone) for one in schedules]
    now = best_of(lambda: [who_is_on_call(one, AT) for one in schedules])
    clocks = best_of(lambda: [AT.astimezone(zone) for zone in zones])
    changing = schedule(0, members=MEMBERS, on_holidays=OnHolidays.EXCEPT)
    year = best_of(lambda: shifts(changing, AT, AT + timedelta(days=365)))
    hours = best_of(lambda: [(AT + timedelta(hours=n)).astimezone(zones[0]) for n in range(365 * 24)])
    return [
        Row(
            id="PERF-7",
            what="who is on call in 1 000 schedules at one instant",
            figure=f"{now * 1000:.1f} ms",
            baseline="what the clock shows in their 1 000 zones",
            baseline_figure=f"{clocks * 1000:.1f} ms",
            ratio=f"{now / clocks:.0f} ×",
            goal="< 50 ms",
            met=now < 0.05,
        ),
        Row(
            id="PERF-7",
            what="one schedule over a year: three layers, overrides, holidays, a join and a leave, daylight saving",
            figure=f"{year * 1000:.1f} ms",
            baseline="what the clock shows in each hour of that year",
            baseline_figure=f"{hours * 1000:.1f} ms",
            ratio=f"{year / hours:.1f} ×",
            goal="< 20 ms",
            met=year < 0.02,
        ),
    ]


def best_of(work: Callable[[], object]) -> float:
    """Seconds of the fastest of a few rounds: the others measured the machine."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        begins = perf_counter()
        work()
        taken.append(perf_counter() - begins)
    return min(taken)


if __name__ == "__main__":
    print_rows(run())
