"""When a postmortem is due by its level, and when its owner is reminded (PMT-8)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.incidents.examples import T0
from tests.rules.postmortems.examples import SRE
from tocsin.catalog.severity import Level, Postmortem
from tocsin.postmortems.due import Due, Reminder, due_of, due_reminder, next_reminder_at, reminders

HOUR = timedelta(hours=1)


def level(asks: Postmortem) -> Level:
    return SRE.level("SEV-1")._replace(postmortem=asks)


def hours(*counts: float) -> list[datetime]:
    return [T0 + count * HOUR for count in counts]


REQUIRED = Due(T0 + 48 * HOUR, T0 + 72 * HOUR, is_required=True)


@pytest.mark.parametrize(
    ("asks", "due"),
    [
        (Postmortem.REQUIRED, REQUIRED),
        (Postmortem.OPTIONAL, REQUIRED._replace(is_required=False)),
        (Postmortem.NONE, None),
    ],
)
def test_the_level_says_until_when(asks: Postmortem, due: Due | None) -> None:
    assert due_of(level(asks), T0) == due


def test_nothing_is_due_while_it_lasts_or_nobody_has_graded_it() -> None:
    assert due_of(level(Postmortem.REQUIRED), None) is None
    assert due_of(None, T0) is None


def test_the_reminders_of_two_days_to_the_meeting_and_three_to_the_publication() -> None:
    told = reminders(REQUIRED, T0)
    assert [at for at, what in told if what is Reminder.DRAFT] == hours(24, 48)
    assert [at for at, what in told if what is Reminder.PUBLISH] == hours(60)
    assert [at for at, what in told if what is Reminder.OVERDUE] == hours(*range(72, 72 + 8 * 24, 24))


@given(st.timedeltas(timedelta(0), timedelta(days=30)), st.integers(1, 90), st.integers(0, 90))
def test_each_reminder_leads_to_the_next_and_there_is_an_end(at: timedelta, meeting: int, more: int) -> None:
    due = Due(T0 + meeting * HOUR, T0 + (meeting + more) * HOUR, is_required=True)
    now, seen = T0 + at, 0
    while (following := next_reminder_at(due, T0, now)) is not None:
        assert following > now
        now, seen = following, seen + 1
        assert due_reminder(due, T0, now, is_drafted=False) is not None
    assert seen <= 11
    assert now >= due.publish_by + timedelta(days=7)


def test_nobody_is_reminded_of_what_is_only_welcome() -> None:
    assert next_reminder_at(REQUIRED._replace(is_required=False), T0, T0) is None
    assert next_reminder_at(None, None, T0) is None


@pytest.mark.parametrize(
    ("hour", "is_drafted", "what"),
    [
        (24, False, Reminder.DRAFT),
        (24, True, None),
        (60, True, Reminder.PUBLISH),
        (72, False, Reminder.OVERDUE),
        (25, False, None),
    ],
)
def test_what_the_timer_of_an_instant_says(hour: int, is_drafted: bool, what: Reminder | None) -> None:
    assert due_reminder(REQUIRED, T0, T0 + hour * HOUR, is_drafted=is_drafted) is what
