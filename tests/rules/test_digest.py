"""When a digest is due, which schedules it is about, what it says."""

from datetime import UTC, datetime, time

import pytest
from msgspec.structs import replace

from tests.rules.postmortems.test_action_rules import item
from tocsin.config.files import load_texts
from tocsin.config.problems import ConfigurationInvalid
from tocsin.insights.digest_model import StoredDigest
from tocsin.insights.digest_rules import chosen, is_due, last_time, message
from tocsin.oncall.model import Layer, Rotation, Schedule
from tocsin.oncall.service import on_call_of

WRITTEN = datetime(2026, 3, 1, tzinfo=UTC)
WEEKLY = StoredDigest(name="week", at=time(8), weekday=0, time_zone="Europe/Berlin", team="payments", since=WRITTEN)
DAILY = replace(WEEKLY, weekday=None)


def at(day: int, hour: int = 7, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("digest", "now", "last"),
    [
        (WEEKLY, at(9), at(9)),
        (WEEKLY, at(9, 6, 59), at(2)),
        (WEEKLY, at(15, 23), at(9)),
        (DAILY, at(10), at(10)),
        (DAILY, at(10, 6, 59), at(9)),
        (WEEKLY, at(31), at(30, 6)),  # in summer eight o'clock there is six o'clock UTC
    ],
)
def test_the_last_time_follows_the_clock_of_its_zone(digest: StoredDigest, now: datetime, last: datetime) -> None:
    assert last_time(digest, now) == last


def test_a_time_that_the_clock_skips_is_not_left_out() -> None:
    skipped = replace(DAILY, at=time(2, 30))
    assert last_time(skipped, at(29, 1, 30)) == at(29, 1)


def test_it_is_sent_once_not_for_the_past_and_not_very_late() -> None:
    assert is_due(WEEKLY, at(9))
    assert not is_due(WEEKLY, at(9, 6, 59))
    assert not is_due(replace(WEEKLY, sent_at=at(9)), at(9, 8))
    assert is_due(replace(WEEKLY, sent_at=at(2)), at(9, 12, 59))
    assert not is_due(WEEKLY, at(9, 13))
    assert not is_due(replace(WEEKLY, since=at(9, 7, 30)), at(9, 8))


def schedule(name: str, *users: str, team: str = "payments") -> Schedule:
    week = Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        starts=datetime.fromisoformat("2026-03-02T09:00"),
        users=tuple((user,) for user in users),
    )
    return Schedule(name=name, team=team, time_zone="Europe/Berlin", layers=(week,))


def test_it_is_about_the_teams_schedules_or_those_it_names() -> None:
    all_of_them = [schedule("primary", "alice"), schedule("search", "carol", team="search")]
    assert [each.name for each in chosen(WEEKLY, all_of_them)] == ["primary"]
    named = replace(WEEKLY, schedules=("search", "gone", "primary"))
    assert [each.name for each in chosen(named, all_of_them)] == ["search", "primary"]


def test_it_says_who_until_when_and_who_then() -> None:
    found = [on_call_of(schedule("primary", "alice", "bob"), at(3)), on_call_of(schedule("later", "dave"), at(1))]
    assert [(line.label, line.value) for line in message(found).lines] == [
        ("primary", "alice until Mon 9 Mar 09:00 CET, then bob"),
        ("later", "nobody until Mon 2 Mar 09:00 CET, then dave"),
    ]


def test_it_names_what_is_overdue() -> None:
    line = message([], [item(n=n) for n in range(1, 8)]).lines[0]
    assert line.label == "Overdue action items"
    assert line.value.startswith("INC-7 1 Add a canary (bob, due 2026-11-02); ")
    assert line.value.endswith("; and 2 more. See /actions.")


@pytest.mark.parametrize(
    ("digest", "path", "said"),
    [
        ('{name: d, at: "08:00"}', "digests[0]", "about a team's schedules"),
        ('{name: d, at: "08:00", schedules: [a]}', "digests[0]", "Nobody gets"),
        ('{name: d, at: "Mondy 08:00", team: a}', "digests[0].at", "no time of a day or week"),
        ('{name: d, at: "Monday 8 o\'clock", team: a}', "digests[0].at", "no time of a day or week"),
        ('{name: d, at: "25:00", team: a}', "digests[0].at", "no time of a day or week"),
        ("{name: d, team: a}", "digests[0]", "'at'"),
        (
            '{name: d, at: "08:00", team: a, webhook: "ftp://x"}',
            "digests[0].webhook",
            "must begin with https:// or http://",
        ),
        ('{name: d, at: "08:00", team: a, when: x}', "digests[0].when", "no key"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(digest: str, path: str, said: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        load_texts({"a.yaml": f"teams: [{{name: a}}]\ndigests:\n  - {digest}\n"}, {})
    assert any(problem.path == path and said in problem.message for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        ("{name: p}", "tries one thing"),
        ('{name: p, url: "https://a.example.com", command: [x]}', "tries one thing"),
        ('{name: p, url: "file:///etc/passwd"}', "no web address"),
        ("{name: p, command: [x], shell: true}", "no key"),
    ],
)
def test_a_probe_that_is_wrong_is_named(probe: str, said: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        load_texts({"a.yaml": f"teams:\n  - name: a\n    access_probes:\n      - {probe}\n"}, {})
    assert any(said in problem.message for problem in refused.value.problems)
