"""Action items (PMT-6): defaults, reminders, what may change, how many are counted as done, what is alike."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.checks import ManualCheck
from tocsin.incidents.model import Status
from tocsin.incidents.task_model import Task, TaskState
from tocsin.kernel.errors import Invalid, Refused
from tocsin.postmortems import action_rules, action_words, learning, recurrence
from tocsin.postmortems.action_model import ActionChange, ActionDraft, ActionItem, ActionState, Category, Priority
from tocsin.postmortems.record import Record
from tocsin.postmortems.statements import Action

TODAY = date(2026, 11, 2)
BERLIN = ZoneInfo("Europe/Berlin")


def item(**changes: Any) -> ActionItem:
    known: dict[str, Any] = {
        "id": 9,
        "incident_id": 7,
        "incident_number": 7,
        "incident_title": "Checkout fails",
        "services": ("checkout",),
        "teams": ("payments",),
        "cause_category": "deployment",
        "scope_id": 1,
        "n": 3,
        "text": "Add a canary.",
        "category": Category.PREVENT,
        "priority": Priority.HIGH,
        "owner": "bob",
        "due_on": TODAY,
        "state": ActionState.OPEN,
        "check": None,
        "check_detail": "",
        "check_asked_by": None,
        "task_n": None,
        "recurred_in": (),
        "added_by": "@alice",
        "added_at": T0,
        "changed_at": T0,
        "done_at": None,
    }
    return ActionItem(**known | changes)


@pytest.mark.parametrize(
    ("category", "priority", "days"),
    [("prevent", "high", 14), ("detect", "medium", 30), ("respond", "medium", 30), ("process", "low", 60)],
)
def test_the_category_says_how_soon(category: str, priority: str, days: int) -> None:
    made = action_rules.completed_draft(ActionDraft(text=" Add  it. ", category=Category(category)), TODAY)
    assert (made.text, made.priority, made.due_on) == ("Add it.", priority, TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": "x", "due_on": date(2040, 1, 1)}, "due_on"),
        ({"text": "x", "check": ManualCheck(name="done", asks="Is it?")}, "check"),
    ],
)
def test_a_wrong_draft_is_refused_by_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        action_rules.completed_draft(ActionDraft(**said), TODAY)
    assert (refused.value.field, bool(refused.value.remedy)) == (field, True)


def test_giving_up_and_taking_up_again_are_said_with_why() -> None:
    for before, state in ((ActionState.OPEN, ActionState.DROPPED), (ActionState.DONE, ActionState.OPEN)):
        done_at = T0 if before is ActionState.DONE else None
        with pytest.raises(Invalid) as refused:
            action_rules.changed(item(state=before, done_at=done_at), ActionChange(state=state), TODAY, T0)
        assert refused.value.field == "reason"
        after = action_rules.changed(item(state=before), ActionChange(state=state, reason="so"), TODAY, T0)
        assert (after.state, after.done_at) == (state, None)
    with pytest.raises(Refused):
        action_rules.changed(item(), ActionChange(owner="bob", reason="so"), TODAY, T0)


def test_what_is_changed_is_said_first() -> None:
    before = item()
    change = ActionChange(owner="carol", due_on=date(2026, 12, 1), state=ActionState.UNDER_WAY)
    after = action_rules.changed(before, change, TODAY, T0)
    assert action_words.changed(before, after, "") == (
        "Action item 3 is under way and is @carol's and is due 2026-12-01 (was 2026-11-02): Add a canary."
    )


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-10-20T12:00", "2026-10-30T08:00"),  # three days before, at nine in Berlin
        ("2026-10-30T08:00", "2026-11-02T08:00"),  # on the day
        ("2026-11-02T08:00", "2026-11-09T08:00"),  # a week after
        ("2026-12-24T12:00", "2026-12-28T08:00"),
    ],
)
def test_reminders(after: str, expected: str) -> None:
    at = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert action_rules.next_reminder_at(TODAY, at, BERLIN) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(-4000, 40_000))
def test_the_next_reminder_is_later_in_the_morning_and_within_a_week_once_it_is_due(due: date, hours: int) -> None:
    after = datetime.combine(due, time(), UTC) + timedelta(hours=hours)
    found = action_rules.next_reminder_at(due, after, BERLIN)
    assert found > after
    assert found.astimezone(BERLIN).time() == time(9)
    if hours > 0:
        assert found - after <= timedelta(days=7, hours=1)


def test_completion_counts_what_was_due() -> None:
    done = item(state=ActionState.DONE, done_at=T0, due_on=date(2027, 1, 1))
    items = [done, item(), item(due_on=date(2026, 11, 3)), item(state=ActionState.DROPPED)]
    assert action_rules.completion(items, TODAY) == (1, 2)
    assert action_rules.completion(items, TODAY).percent == 50
    assert action_rules.completion([], TODAY).percent is None


def test_a_room_reads_what_is_still_open_of_its_cause() -> None:
    now = incident(number=12, cause_category="deployment", services=("checkout",))
    detect = item(n=4, category=Category.DETECT, owner=None, due_on=date(2026, 12, 1))
    done = item(n=5, state=ActionState.DONE, done_at=T0)
    said = recurrence.reminded(now, [item(due_on=date(2026, 10, 1)), detect, done], TODAY)
    assert [each.text for each in said] == [
        "Same cause as INC-7 (deployment, checkout), whose item 3 (@bob, overdue since 2026-10-01): Add a canary.",
        "Same cause as INC-7 (deployment, checkout), whose item 4 (nobody's, due 2026-12-01): Add a canary.",
    ]
    unknown = incident(number=12, cause_category=None, services=("checkout",))
    assert len(recurrence.reminded(unknown, [item(), detect], TODAY)) == 1, "only what was to prevent"
    over = incident(number=12, cause_category="deployment", status=Status.RESOLVED)
    assert recurrence.reminded(over, [item()], TODAY) == []


def test_a_draft_lists_what_was_agreed_and_no_task_twice() -> None:
    agreed, given_up = item(task_n=1), item(n=4, state=ActionState.DROPPED)
    tasks = tuple(
        Task(
            incident_id=7,
            n=n,
            text=f"task {n}",
            owner=None,
            state=TaskState.PLANNED,
            added_by="@alice",
            added_at=T0,
            changed_at=T0,
        )
        for n in (1, 2)
    )
    said = learning.actions(Record(incident=incident(), actions=(agreed, given_up), tasks=tasks))
    assert [each.text for each in said if isinstance(each, Action)] == ["Add a canary.", "task 2"]
    assert said[0] == Action(
        text="Add a canary.", owner="bob", due="2026-11-02", priority="high", category="prevent", state="open"
    )


def test_what_was_to_prevent_it_failed_when_it_was_done_before() -> None:
    before, after = T0 - timedelta(days=1), T0 + timedelta(days=1)
    now = incident(number=12, cause_category="deployment", declared_at=T0)
    done = item(state=ActionState.DONE, done_at=before)
    assert recurrence.failed(now, [done]) == [done]
    for other in (
        item(),
        item(state=ActionState.DONE, done_at=before, category=Category.DETECT),
        item(state=ActionState.DONE, done_at=before, recurred_in=(12,)),
        item(state=ActionState.DONE, done_at=after),
    ):
        assert recurrence.failed(now, [other]) == []
    assert recurrence.failed(incident(number=12, cause_category=None), [done]) == []
    opened = recurrence.reopened(done, 12, TODAY, T0)
    assert (opened.state, opened.recurred_in, opened.due_on) == (ActionState.OPEN, (12,), TODAY + timedelta(days=14))
