"""Every situation of `published_bugs`, by the name of its report; and those that are about more than shifts."""

from datetime import timedelta

import pytest

from tests.rules.oncall.published_bugs import CASES, WEEK, Case
from tests.rules.oncall.rota_text import at, rota, shown
from tocsin.config.problems import ConfigurationInvalid
from tocsin.oncall.change_model import Interval
from tocsin.oncall.moving import moves
from tocsin.oncall.rotation import gaps, next_shift, shifts, who_is_on_call


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.report)
def test_the_published_situation_has_the_right_people_on_call(case: Case) -> None:
    schedule = rota(case.schedule, case.zone)
    assert shown(schedule, case.since, case.until) == case.expected, case.situation
    for shift in shifts(schedule, at(case.since, case.zone), at(case.until, case.zone)):
        for moment in (shift.starts_at, shift.ends_at - timedelta(seconds=1)):
            assert who_is_on_call(schedule, moment).users == shift.users, "the pager and the calendar must agree"


def test_there_are_forty_and_each_stands_once() -> None:
    assert len(CASES) >= 40
    assert len({case.report for case in CASES}) == len(CASES)


def test_goalert_55_of_fourteen_people_on_weekdays_nobody_is_left_out() -> None:
    everybody = [f"e{number}" for number in range(1, 15)]
    rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=0"
    schedule = rota(
        f'layers: [{{name: day, rotation: rrule, rrule: "{rule}", starts: 2026-06-01T00:00, '
        f"users: [{', '.join(everybody)}], restrict: {{days: mon-fri, from: 00:00, to: 24:00}}}}]"
    )
    row = [one.users[0] for one in shifts(schedule, at("2026-06-01T00:00"), at("2026-06-19T00:00")) if one.users]
    assert row == everybody


def test_grafana_oncall_1296_and_pagerbeauty_37_the_list_of_now_knows_overrides() -> None:
    schedule = rota(f"layers: [{WEEK}]\noverrides: [{{user: dan, from: 2026-01-06T09:00, to: 2026-01-07T09:00}}]")
    assert who_is_on_call(schedule, at("2026-01-06T12:00")).users == ("dan",)
    assert "override" in who_is_on_call(schedule, at("2026-01-06T12:00")).reason


def test_grafana_oncall_4755_the_next_shift_ends_where_an_override_begins() -> None:
    schedule = rota(
        "layers: [{name: week, rotation: weekly, handover: Saturday 00:00, starts: 2024-07-27, users: [ann, ben]}]\n"
        "overrides: [{user: cleo, from: 2024-08-05T00:00, to: 2024-08-06T00:00}]"
    )
    following = next_shift(schedule, at("2024-07-29T12:00"), at("2024-09-01T00:00"))
    assert following is not None
    assert (following.users, following.starts_at) == (("ben",), at("2024-08-03T00:00"))
    assert following.ends_at == at("2024-08-05T00:00")


def test_oneuptime_2445_an_override_is_of_its_own_schedule_only() -> None:
    overridden = rota(f"layers: [{WEEK}]\noverrides: [{{user: dan, from: 2026-01-06T09:00, to: 2026-01-07T09:00}}]")
    other = rota(f"layers: [{WEEK}]")
    moment = at("2026-01-06T12:00")
    assert (who_is_on_call(overridden, moment).users, who_is_on_call(other, moment).users) == (("dan",), ("ann",))


def test_goalert_1763_a_day_with_somebody_all_day_has_no_gap() -> None:
    schedule = rota(f"layers: [{WEEK}]\noverrides: [{{user: dan, from: 2026-01-06T00:00, to: 2026-01-07T00:00}}]")
    assert gaps(schedule, at("2026-01-06T00:00"), at("2026-01-07T00:00")) == []


def test_grafana_oncall_1108_a_gap_that_has_passed_is_not_told() -> None:
    schedule = rota(f"layers: [{WEEK}]")
    assert gaps(schedule, at("2026-01-05T09:00"), at("2026-02-05T09:00")) == []
    (gap,) = gaps(schedule, at("2026-01-05T08:30"), at("2026-02-05T09:00"))
    assert gap.starts_at == at("2026-01-05T08:30")


def test_grafana_oncall_5353_and_goalert_583_whose_shifts_a_new_member_moves_is_known() -> None:
    before = rota(f"layers: [{WEEK.replace('cleo]', 'cleo, dan], members: [{user: dan, since: 2027-01-04}]')}]")
    after = rota(f"layers: [{WEEK.replace('cleo]', 'cleo, dan], members: [{user: dan, since: 2026-01-20}]')}]")
    moved = moves(before, after, Interval(at("2026-01-19T09:00"), at("2026-02-02T09:00")))
    assert {name: (move.gains, move.loses) for name, move in moved.items()} == {
        "ann": ((), (Interval(at("2026-01-26T09:00"), at("2026-02-02T09:00")),)),
        "dan": ((Interval(at("2026-01-26T09:00"), at("2026-02-02T09:00")),), ()),
    }


def test_pagerduty_terraform_308_a_layer_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ConfigurationInvalid, match="ends before it starts"):
        rota(f"layers: [{WEEK.replace('users', 'ends: 2026-01-01, users')}]")
