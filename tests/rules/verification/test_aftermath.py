"""What follows a resolution (RES-3): the follow-ups of three kinds, and when the postmortem is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.profiles import PRESETS
from tocsin.incidents.model import DetectionSource
from tocsin.kernel.localtime import Hours
from tocsin.mitigation.model import Mitigation, Result
from tocsin.verification import aftermath

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(18))
DAY = timedelta(days=1)
WORST = PRESETS["sre"].of_rank(1)


def mitigation(n: int, *, is_temporary: bool, result: Result | None = Result.HELPED) -> Mitigation:
    return Mitigation(
        id=n,
        incident_id=42,
        n=n,
        what=f"restart {n}",
        strategy=None,
        way_back=None,
        dry_run=None,
        is_temporary=is_temporary,
        by="@alice",
        recorded_by="@alice",
        started_at=T0,
        ended_at=T0,
        result=result,
        note="",
    )


def test_a_temporary_mitigation_that_holds_asks_for_a_permanent_fix_at_every_level() -> None:
    done = [
        mitigation(1, is_temporary=True),
        mitigation(2, is_temporary=False),
        mitigation(3, is_temporary=True, result=Result.WORSE),
        mitigation(4, is_temporary=True, result=None),
    ]
    found = list(aftermath.follow_ups(incident(), None, done))
    assert found == [
        "Permanent fix in place of the temporary mitigation 1: restart 1.",
        "Permanent fix in place of the temporary mitigation 4: restart 4.",
    ]
    assert list(aftermath.follow_ups(incident(is_drill=True), WORST, done)) == []


def test_levels_with_a_postmortem_ask_for_documentation_and_for_the_alert_that_was_missing() -> None:
    by_alert = list(aftermath.follow_ups(incident(), WORST, []))
    assert by_alert == ["Documentation: write what helped into the runbooks of checkout."]
    by_people = list(aftermath.follow_ups(incident(source=DetectionSource.CUSTOMER_REPORT), WORST, []))
    assert by_people[0] == "Monitoring gap: let an alert find this, since a customer reported it."
    lowest = PRESETS["sre"].levels[-1]
    assert list(aftermath.follow_ups(incident(source=DetectionSource.CUSTOMER_REPORT), lowest, [])) == []


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026 in Berlin; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("over_at", "within", "hours", "expected"),
    [
        (at(2, 3, 20), 2 * DAY, OFFICE, at(2, 16)),  # the same day, after a rest
        (at(2, 14), 2 * DAY, OFFICE, at(3, 9)),  # the next morning
        (at(6, 16), 5 * DAY, OFFICE, at(9, 9)),  # over the weekend
        (at(2, 8, 30), timedelta(hours=10), OFFICE, at(2, 9)),  # no time to rest
        (at(7, 10), DAY, OFFICE, at(8, 9)),  # a weekend: the last hour in time
        (at(2, 3, 20), 2 * DAY, None, at(2, 16)),
    ],
)
def test_when_the_postmortem_is(over_at: datetime, within: timedelta, hours: Hours | None, expected: datetime) -> None:
    assert aftermath.meeting_at(over_at, within, hours, BERLIN) == expected


@given(
    st.datetimes(T0.replace(tzinfo=None), (T0 + 365 * DAY).replace(tzinfo=None), timezones=st.just(UTC)),
    st.integers(1, 14 * 24).map(lambda hours: timedelta(hours=hours)),
)
def test_it_is_always_in_time(over_at: datetime, within: timedelta) -> None:
    found = aftermath.meeting_at(over_at, within, OFFICE, BERLIN)
    assert over_at <= found
    assert found + aftermath.LENGTH <= over_at + within
