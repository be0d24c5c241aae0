"""Sharing the work better: what is uneven, and steps that better it without moving what was agreed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.rules.insights.facts import NIGHT, holiday_of
from tocsin.insights.fairness import MOST_STEPS, Interval, Rules, people_of, propose, uneven
from tocsin.insights.hours import list_duties
from tocsin.insights.load import Facts
from tocsin.insights.model import Measures, Proposal
from tocsin.oncall.model import Handover, Layer, Member, Override, Rotation, Schedule

BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
WEEKS = 8
UNTIL = BEGIN + 7 * WEEKS * DAY
PEOPLE = ("alice", "bob", "carol")
FREE = Rules(away={}, enabled=frozenset(PEOPLE), days_in_a_row=7)


def weekly(*users: str, name: str = "primary", **more: object) -> Schedule:
    layer = Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        handover=Handover(at=BEGIN.time(), weekday=0),
        starts=BEGIN.replace(tzinfo=None),
        users=tuple((user,) for user in users),
    )
    return Schedule(name=name, time_zone="UTC", layers=(replace(layer, **more),))


def daily(*users: str) -> Schedule:
    layer = Layer(
        name="day",
        rotation=Rotation.DAILY,
        handover=Handover(at=BEGIN.time()),
        starts=BEGIN.replace(tzinfo=None),
        users=tuple((user,) for user in users),
    )
    return Schedule(name="primary", time_zone="UTC", layers=(layer,))


def proposal(schedule: Schedule, rules: Rules = FREE, beside: tuple[Schedule, ...] = ()) -> Proposal:
    duties = [duty for each in (schedule, *beside) for duty in list_duties(each, BEGIN, UNTIL)]
    zones = {user: ZoneInfo("UTC") for user in PEOPLE}
    known = Facts(duties=duties, calls=(), zones=zones, night=NIGHT, holiday_of=holiday_of)
    return propose(schedule, known, rules, BEGIN - timedelta(hours=1), UNTIL + DAY)


def hours(found: Proposal) -> dict[str, float]:
    return {user: share.hours for user, share in found.after.items()}


def test_uneven_is_what_would_have_to_change_hands() -> None:
    rows = [Measures(10, 4, 0, 0), Measures(2, 0, 0, 0), Measures(3, 2, 0, 0)]
    assert uneven(rows) == Measures(5, 2, 0, 0)


def test_what_is_even_stays() -> None:
    assert proposal(weekly("alice", "bob")).steps == ()


def test_a_turn_of_whoever_has_most_goes_to_whoever_has_least() -> None:
    found = proposal(weekly("alice", "bob", "alice", "carol"))  # 4, 2 and 2 of 8 weeks
    assert found.before["alice"].hours == 4 * 168
    assert len(found.steps) == 1
    (only,) = found.steps[0].passes
    assert only.giver == "alice"
    assert only.taker in ("bob", "carol")
    assert sorted(hours(found).values()) == [2 * 168, 3 * 168, 3 * 168]
    assert found.steps[-1].uneven.hours < found.uneven.hours


def test_an_exchange_evens_out_weekends() -> None:
    """By sevens of days two people would take turns; with seven users one of them has every weekend."""
    users = ("alice", "bob", "alice", "bob", "alice", "carol", "carol")
    found = proposal(daily(*users))
    assert found.before["carol"].weekend_hours > 2 * found.before["bob"].weekend_hours
    assert found.steps
    assert found.steps[-1].uneven.weekend_hours < found.uneven.weekend_hours / 2


def test_nobody_takes_a_turn_while_away() -> None:
    away = {user: [Interval(BEGIN, UNTIL)] for user in ("bob", "carol")}
    assert proposal(weekly("alice", "bob", "alice", "carol"), replace(FREE, away=away)).steps == ()


def test_nobody_takes_a_turn_while_on_call_elsewhere() -> None:
    elsewhere = tuple(weekly(user, name=f"of-{user}") for user in ("bob", "carol"))
    assert proposal(weekly("alice", "bob", "alice", "carol"), beside=elsewhere).steps == ()


def test_nobody_is_on_call_longer_in_a_row_than_is_allowed() -> None:
    """Bob holds weeks 2 and 6 of eight: with one week at most only 4 and 8 can be his, too."""
    found = proposal(weekly("alice", "bob", "alice", "alice"))
    weeks = {(each.starts_at - BEGIN) // (7 * DAY) + 1 for step in found.steps for each in step.passes}
    assert weeks == {4, 8}
    assert proposal(weekly("alice", "bob", "alice", "alice"), replace(FREE, days_in_a_row=6)).steps == ()


def test_what_was_agreed_is_not_moved() -> None:
    agreed = tuple(
        Override(user="alice", starts_at=BEGIN + 14 * n * DAY, ends_at=BEGIN + (14 * n + 7) * DAY, id=n, swap_id=n)
        for n in range(4)
    )
    schedule = replace(weekly("bob", "carol"), overrides=agreed)
    found = proposal(schedule)
    taken = {Interval(one.starts_at, one.ends_at) for one in agreed}
    assert not {Interval(each.starts_at, each.ends_at) for step in found.steps for each in step.passes} & taken


def test_a_shadow_and_who_has_left_get_nothing() -> None:
    shadow = replace(weekly("carol").layers[0], name="shadow", shadow=True)
    schedule = replace(weekly("alice", "bob", "alice"), layers=(*weekly("alice", "bob", "alice").layers, shadow))
    assert people_of(schedule, frozenset(PEOPLE)) == ("alice", "bob")
    left = weekly("alice", "bob", "alice", "carol", members=(Member(user="bob", until=BEGIN.replace(tzinfo=None)),))
    takers = {each.taker for step in proposal(left).steps for each in step.passes}
    assert "bob" not in takers


def test_somebody_who_is_disabled_is_not_among_them() -> None:
    found = proposal(weekly("alice", "bob", "alice", "carol"), replace(FREE, enabled=frozenset(("alice", "bob"))))
    assert set(found.before) == {"alice", "bob"}
    assert all(each.taker != "carol" for step in found.steps for each in step.passes)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=7), st.sampled_from([weekly, daily]))
def test_each_step_betters_it_nothing_is_lost_and_it_ends(users: list[str], made: Callable[..., Schedule]) -> None:
    found = proposal(made(*users))
    assert found == proposal(made(*users))
    assert len(found.steps) <= MOST_STEPS
    assert sum(share.hours for share in found.after.values()) == pytest.approx(
        sum(share.hours for share in found.before.values())
    )
    moved = [Interval(each.starts_at, each.ends_at) for step in found.steps for each in step.passes]
    assert len(moved) == len(set(moved))
