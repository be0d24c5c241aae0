"""When nobody would be paged: by policy, to the second, and whether a draft makes it so (OPS-2)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.rules.simulation.examples import setup_from
from tocsin.config.files import load_texts
from tocsin.config.model import Plan
from tocsin.config.plan import decide_plan
from tocsin.config.render import plan_lines
from tocsin.config.setup import NOTHING
from tocsin.config.world import World, world_after
from tocsin.simulation.coverage import find_uncovered

FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
ROUND_THE_CLOCK = """
organisation: {name: Shop, time_zone: Europe/Berlin}
users:
  - {name: root, email: root@example.com, role: admin}
  - {name: alice, email: alice@example.com}
  - {name: mute}
schedules:
  - name: days
    time_zone: Europe/Berlin
    layers:
      - {name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [alice]}
escalation_policies:
  - {name: shop, steps: [{notify: ["schedule:days"], wait: 5m}, {notify: ["user:mute"], wait: 5m}]}
services:
  - {name: checkout, escalation_policy: shop}
"""
HOLE = ROUND_THE_CLOCK.replace(
    "users: [alice]}", 'users: [alice], restrict: [{days: mon-sun, from: "03:00", to: "02:00"}]}'
)


def test_a_ladder_that_always_reaches_somebody_has_no_gap() -> None:
    assert find_uncovered(setup_from(ROUND_THE_CLOCK), FRIDAY, FRIDAY + WEEK) == []


def test_a_gap_is_exact_and_belongs_to_the_services_of_its_policy() -> None:
    found = find_uncovered(setup_from(HOLE), FRIDAY, FRIDAY + timedelta(days=2))
    assert [(gap.policy, gap.services, gap.starts_at, gap.ends_at) for gap in found] == [
        ("shop", ("checkout",), datetime(2026, 3, 7, 1, tzinfo=UTC), datetime(2026, 3, 7, 2, tzinfo=UTC)),
        ("shop", ("checkout",), datetime(2026, 3, 8, 1, tzinfo=UTC), datetime(2026, 3, 8, 2, tzinfo=UTC)),
    ]


@pytest.mark.parametrize("target", ["user:root", "team:all", "webhook:https://hooks.example.com/x"])
def test_any_rung_that_reaches_somebody_closes_it(target: str) -> None:
    text = HOLE.replace('"user:mute"', f'"{target}"') + "teams: [{name: all, members: [alice]}]\n"
    assert find_uncovered(setup_from(text), FRIDAY, FRIDAY + WEEK) == []


def test_a_variant_of_the_night_may_open_a_gap_at_night() -> None:
    night = '{during: nights, steps: [{notify: ["user:mute"], wait: 5m}], last_resort: ["user:mute"]}'
    text = ROUND_THE_CLOCK.replace("  - {name: shop, steps", f"  - {{name: shop, when: [{night}], steps")
    found = find_uncovered(setup_from(text), FRIDAY, FRIDAY + timedelta(days=1))
    assert [(gap.starts_at, gap.ends_at) for gap in found] == [
        (datetime(2026, 3, 6, 21, tzinfo=UTC), datetime(2026, 3, 7, 5, tzinfo=UTC))
    ]


def test_nobody_at_all_is_one_gap_over_everything() -> None:
    (gap,) = find_uncovered(setup_from(HOLE.replace("schedule:days", "user:mute")), FRIDAY, FRIDAY + WEEK)
    assert (gap.starts_at, gap.ends_at) == (FRIDAY, FRIDAY + WEEK)


def applied(text: str) -> World:
    return world_after(NOTHING, load_texts({"tocsin.yaml": text}, {}))


def planned(before: World, text: str) -> Plan:
    return decide_plan(before, load_texts({"tocsin.yaml": text}, {}), FRIDAY, {})


def test_a_plan_says_what_nobody_is_paged_for_after_it() -> None:
    plan = planned(applied(ROUND_THE_CLOCK), HOLE)
    first = plan.unpaged[0]
    assert (first.policy, first.services, first.is_new) == ("shop", ("checkout",), True)
    lines = plan_lines(plan)
    place = lines.index("Nobody is paged:")
    assert lines[place + 1] == (
        "  ! after this, nobody is paged for checkout (policy shop) from Sat 2026-03-07 02:00 CET to"
        " Sat 2026-03-07 03:00 CET"
    )
    assert lines[place + 4] == "  shop: and 11 more such times in two weeks"


def test_what_was_so_before_is_not_blamed_on_the_document() -> None:
    plan = planned(applied(HOLE), HOLE)
    assert {gap.is_new for gap in plan.unpaged} == {False}
    assert "  nobody is paged for checkout (policy shop)" in "\n".join(plan_lines(plan))
    assert plan_lines(plan)[-1] == "tocsin.yaml: nothing changes."


def test_a_service_that_moves_to_a_ladder_with_a_gap_is_a_new_gap() -> None:
    other = "services:\n  - {name: search, escalation_policy: shop}\n"
    plan = planned(applied(HOLE), HOLE.replace("services:\n", other))
    assert {gap.is_new for gap in plan.unpaged} == {True}


def test_what_a_document_mends_is_no_gap_any_more() -> None:
    assert planned(applied(HOLE), ROUND_THE_CLOCK).unpaged == ()
