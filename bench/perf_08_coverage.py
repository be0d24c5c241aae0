"""PERF-8: the checker proves or refutes every rule for 100 schedules over 90 days."""

from datetime import UTC, datetime, time, timedelta

from bench.perf_07_who_is_on_call import NIGHTS, WEEKENDS, ZONES, best_of
from bench.report import Row, print_rows
from tocsin.catalog.oncall_limits import Limits
from tocsin.kernel.localtime import Hours
from tocsin.oncall.checker import check
from tocsin.oncall.findings import Away, Facts, Ladder, PersonFacts, Wake
from tocsin.oncall.model import Handover, Layer, Override, Rotation, Schedule
from tocsin.oncall.rotation import shifts

SINCE = datetime(2026, 9, 1, 12, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=90)
TEAMS = 50
LIMITS = Limits(nights_in_a_row=7, hours_a_week=80, rest_after_night_page=11)


def run() -> list[Row]:
    schedules = [schedule(team, second) for team in range(TEAMS) for second in (False, True)]
    facts = facts_of(range(TEAMS))
    checked = best_of(lambda: check(schedules, facts, SINCE, UNTIL))
    rendered = best_of(lambda: [shifts(each, SINCE, UNTIL) for each in schedules])
    found = len(check(schedules, facts, SINCE, UNTIL))
    return [
        Row(
            id="PERF-8",
            what=f"coverage check of 100 schedules for 90 days, all rules, 200 people, {found} findings named",
            figure=f"{checked:.2f} s",
            baseline="the shifts of these schedules, not looked at",
            baseline_figure=f"{rendered:.2f} s",
            ratio=f"{checked / rendered:.1f} ×",
            goal="< 1 s",
            met=checked < 1,
        )
    ]


def schedule(team: int, second: bool) -> Schedule:
    """Three layers, two of them restricted, and overrides; the second person of a team follows the first by a week."""
    people = crew(team)
    turns = tuple((people[(place + second) % 3],) for place in range(3))

    def layer(name: str, *restrict: Hours) -> Layer:
        return Layer(
            name=name,
            rotation=Rotation.WEEKLY,
            handover=Handover(at=time(9), weekday=team % 7),
            starts=datetime.fromisoformat("2026-01-05T09:00"),
            users=turns,
            restrict=restrict,
        )

    return Schedule(
        name=name_of(team, second),
        team=f"team-{team}",
        time_zone=ZONES[team % len(ZONES)],
        layers=(layer("week"), layer("nights", NIGHTS), layer("weekends", WEEKENDS)),
        overrides=tuple(
            Override(user=people[3], starts_at=begins, ends_at=begins + timedelta(days=2), created_by=f"@{people[0]}")
            for begins in (SINCE + timedelta(days=30 * month + 5 * second) for month in range(3))
        ),
    )


def facts_of(teams: range) -> Facts:
    """A policy over both schedules of each team, a week of leave and a page at night for somebody of each."""
    return Facts(
        people={name: PersonFacts(time_zone=ZONES[team % len(ZONES)]) for team in teams for name in crew(team)},
        teams={f"team-{team}": frozenset(crew(team)) for team in teams},
        ladders=tuple(Ladder(f"p-{team}", ((name_of(team, False),), (name_of(team, True),))) for team in teams),
        leave=tuple(Away(crew(team)[1], SINCE + timedelta(days=20), SINCE + timedelta(days=27)) for team in teams),
        wakes=tuple(Wake(crew(team)[0], SINCE - timedelta(hours=8)) for team in teams),
        limits=LIMITS,
    )


def crew(team: int) -> tuple[str, ...]:
    return tuple(f"{name}-{team}" for name in ("ann", "ben", "cleo", "dan"))


def name_of(team: int, second: bool) -> str:
    return f"{'secondary' if second else 'primary'}-{team}"


if __name__ == "__main__":
    print_rows(run())
