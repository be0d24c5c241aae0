"""Joins and leaves by date: the order of the others stays, nobody is skipped, nobody serves twice because of it."""

import pytest

from tests.rules.oncall.rota_text import at, rota, shown
from tocsin.oncall.rotation import who_is_on_call

DAY = "{name: day, rotation: daily, handover: 09:00, starts: 2026-01-05, users: [ann, ben, cleo, dan]"

SITUATIONS = [
    pytest.param(
        "[{user: cleo, until: 2026-01-06}]",
        ["ann 05T09:00", "ben 06T09:00", "dan 07T09:00", "ann 08T09:00", "ben 09T09:00", "dan 10T09:00"],
        id="who-leaves-is-left-out-of-the-circle",
    ),
    pytest.param(
        "[{user: ben, until: 2026-01-06}]",
        ["ann 05T09:00", "cleo 06T09:00", "dan 07T09:00", "ann 08T09:00", "cleo 09T09:00", "dan 10T09:00"],
        id="who-leaves-as-their-turn-would-begin-has-none",
    ),
    pytest.param(
        "[{user: ben, until: 2026-01-07}]",
        ["ann 05T09:00", "ben 06T09:00", "cleo 07T09:00", "dan 08T09:00", "ann 09T09:00", "cleo 10T09:00"],
        id="who-leaves-as-their-turn-ends-passes-it-on-once",
    ),
    pytest.param(
        "[{user: ben, until: 2026-01-06T15:00}]",
        [
            "ann 05T09:00",
            "ben 06T09:00",
            "cleo 06T15:00",
            "dan 07T09:00",
            "ann 08T09:00",
            "cleo 09T09:00",
            "dan 10T09:00",
        ],
        id="who-leaves-within-their-turn-passes-the-rest-on",
    ),
    pytest.param(
        "[{user: cleo, since: 2026-01-07}]",
        ["ann 05T09:00", "ben 06T09:00", "cleo 07T09:00", "dan 08T09:00", "ann 09T09:00", "ben 10T09:00"],
        id="who-joins-as-their-turn-begins-has-it",
    ),
    pytest.param(
        "[{user: cleo, since: 2026-01-07T09:01}]",
        ["ann 05T09:00", "ben 06T09:00", "dan 07T09:00", "ann 08T09:00", "ben 09T09:00", "cleo 10T09:00"],
        id="who-joins-a-minute-later-waits-for-the-next-time-round",
    ),
    pytest.param(
        "[{user: ben, until: 2026-01-06}, {user: cleo, until: 2026-01-06}, {user: dan, since: 2026-01-08}]",
        ["ann 05T09:00", "dan 08T09:00", "ann 09T09:00", "dan 10T09:00"],
        id="who-is-alone-goes-on-until-somebody-joins",
    ),
    pytest.param(
        "[{user: ann, until: 2026-01-06}, {user: ben, until: 2026-01-06}, {user: cleo, until: 2026-01-06}, "
        "{user: dan, since: 2026-01-08T12:00}]",
        ["ann 05T09:00", "- 06T09:00", "dan 08T12:00"],
        id="where-nobody-is-left-the-first-who-joins-begins-at-once",
    ),
    pytest.param(
        "[{user: ann, until: 2026-01-06}, {user: ann, since: 2026-01-08}]",
        ["ann 05T09:00", "ben 06T09:00", "cleo 07T09:00", "dan 08T09:00", "ann 09T09:00", "ben 10T09:00"],
        id="who-comes-back-has-their-old-place",
    ),
]


@pytest.mark.parametrize(("members", "expected"), SITUATIONS)
def test_the_circle_goes_on(members: str, expected: list[str]) -> None:
    schedule = rota(f"layers: [{DAY}, members: {members}}}]")
    row = [
        line.replace("2026-01-", "").removesuffix("+01:00")
        for line in shown(schedule, "2026-01-05T09:00", "2026-01-11T09:00")
    ]
    assert row == expected


def test_of_two_who_hold_a_turn_one_stays() -> None:
    schedule = rota(
        f"layers: [{DAY.replace('ben', '[ben, eve]')}, members: [{{user: ben, until: 2026-01-06T12:00}}]}}]"
    )
    assert shown(schedule, "2026-01-06T09:00", "2026-01-07T09:00") == [
        "ben+eve 2026-01-06T09:00+01:00",
        "eve 2026-01-06T12:00+01:00",
    ]


def test_a_turn_of_nobody_is_no_turn_of_somebody_who_left() -> None:
    schedule = rota(f"layers: [{DAY.replace('ben', '[]')}, members: [{{user: cleo, until: 2026-01-06}}]}}]")
    assert shown(schedule, "2026-01-05T09:00", "2026-01-08T09:00") == [
        "ann 2026-01-05T09:00+01:00",
        "- 2026-01-06T09:00+01:00",
        "dan 2026-01-07T09:00+01:00",
    ]


def test_a_date_that_changes_nothing_for_who_is_on_call_does_not_end_what_is_said() -> None:
    schedule = rota(f"layers: [{DAY}, members: [{{user: dan, since: 2026-01-05T15:00}}]}}]")
    answer = who_is_on_call(schedule, at("2026-01-05T12:00"))
    assert (answer.since, answer.until) == (at("2026-01-05T09:00"), at("2026-01-06T09:00"))
    assert answer.reason == "on call in rota (layer day) until Tue 2026-01-06 09:00 CET"
