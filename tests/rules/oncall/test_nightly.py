"""What the nightly look tells: once, to those who can mend it, in the morning."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tocsin.oncall.check_messages import broken
from tocsin.oncall.findings import Finding, Rule
from tocsin.oncall.nightly import LastLook, addressees, find_untold, is_due

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def finding(starts: float, ends: float, *people: str, rule: Rule = Rule.GAP, schedule: str = "primary") -> Finding:
    """In days from now."""
    return Finding(
        rule=rule,
        schedule=schedule,
        starts_at=NOW + starts * DAY,
        ends_at=NOW + ends * DAY,
        people=people,
        sentence=f"{rule} in {schedule} from day {starts}",
        remedy="Mend it.",
    )


@pytest.mark.parametrize(
    ("looked_at", "now", "due"),
    [
        ("2026-03-01T05:00", "2026-03-02T04:59", False),  # 05:59 in Berlin
        ("2026-03-01T05:00", "2026-03-02T05:00", True),
        ("2026-03-02T05:00", "2026-03-02T23:00", False),
        ("2026-03-01T05:10", "2026-03-05T01:00", True),  # days without a worker are one look
        ("2026-03-28T05:00", "2026-03-29T04:00", True),  # the clocks went forward
    ],
)
def test_a_look_is_due_each_morning_of_the_organisation(looked_at: str, now: str, due: bool) -> None:
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    last = LastLook(looked_at=instant(looked_at), until=instant(looked_at) + 90 * DAY)
    assert is_due(last, instant(now), BERLIN) is due


LAST = LastLook(looked_at=NOW - DAY, until=NOW + 89 * DAY, findings=(finding(10, 11), finding(50, 89)))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (finding(10, 11), False),
        (finding(10.5, 12), False),  # it moved a little
        (finding(50, 90), False),  # the look reaches one day further
        (finding(20, 21), True),
        (finding(10, 11, rule=Rule.UNREACHABLE), True),
        (finding(10, 11, schedule="other"), True),
        (finding(89, 90), False),  # more of the same, come into view
        (finding(89, 90, schedule="other"), True),
    ],
)
def test_the_same_is_told_once(now: Finding, told: bool) -> None:
    assert bool(find_untold([now], LAST)) is told


def test_leads_are_told_and_of_silence_the_administrators_too() -> None:
    gap, long = finding(1, 2), finding(3, 12, "alice", rule=Rule.DAYS_IN_A_ROW)
    orphan = finding(5, 6, "bob", rule=Rule.LEAVE, schedule="orphan")
    told = addressees([gap, long, orphan], {"primary": ["carol"], "orphan": []}, ["root"])
    assert told == {"carol": [gap, long], "root": [gap, orphan]}


def test_a_message_names_each_matter_once_with_what_to_do() -> None:
    view = broken([finding(day, day + 0.5) for day in range(5)])
    assert view.title == "On-call, coming weeks: nobody is on call"
    assert [(line.label, line.value) for line in view.lines] == [
        ("Nobody is on call", "gap in primary from day 0 – and 4 more times"),
        ("To do", "Mend it."),
    ]
    many = broken([finding(day, day + 1, f"user{day}", rule=Rule.LEAVE) for day in range(9)])
    assert many.title == "On-call, coming weeks: 9 things do not hold"
    assert many.lines[-1].value == "3; tocsin oncall check lists them all"
