"""Ready for the shift: which contact counts, which test page, which probe, and what a reminder says (ONC-6)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.rules.postmortems.test_action_rules import item
from tocsin.insights.handoff_model import Entry, EntryKind, IncidentLine
from tocsin.insights.readiness_jobs import is_to_be_told
from tocsin.insights.readiness_messages import not_ready, reminder
from tocsin.insights.readiness_model import Facts, LastTest, Probed, Proof, Readiness, State
from tocsin.insights.readiness_rules import check
from tocsin.insights.readiness_store import Notice
from tocsin.postmortems.model import Unread

NOW = datetime(2026, 3, 8, 8, tzinfo=UTC)
DAY = timedelta(days=1)
PROVEN = Proof(number=1, kind="email", proven_at=NOW - DAY)
ANSWERED = LastTest(sent_at=NOW - DAY, answered_at=NOW - DAY)


def found(**given: object) -> Readiness:
    fields = {
        "schedule": "primary",
        "time_zone": "Europe/Berlin",
        "person": "alice",
        "starts_at": NOW + DAY,
        "proofs": (PROVEN,),
        "test": ANSWERED,
        "probes": (),
        "incidents": (),
        "issues": (),
    }
    return check(Facts(**{**fields, **given}), NOW)  # type: ignore[arg-type]


def missing(told: Readiness) -> list[str]:
    return [item.name for item in told.items if item.state is State.MISSING]


def test_a_proven_contact_and_an_answered_page_are_enough() -> None:
    told = found()
    assert told.is_ready
    assert [item.state for item in told.items] == [State.READY, State.READY]


def test_a_test_that_was_missed_takes_the_earlier_answer_away() -> None:
    told = found(proofs=(Proof(number=1, kind="sms", proven_at=NOW - DAY, is_missed=True),))
    assert missing(told) == ["contact 1, sms"]
    assert told.items[0].sentence == "The last test of it was not answered."


@pytest.mark.parametrize(
    ("proven_at", "is_ready", "said"),
    [
        (NOW, True, "just now"),
        (NOW - timedelta(hours=5), True, "5 h ago"),
        (NOW - 29 * DAY, True, "29 days ago"),
        (NOW - 30 * DAY, False, "30 days ago, more than 30 days"),
        (None, False, "Nobody has ever answered"),
    ],
)
def test_a_contact_counts_for_thirty_days(proven_at: datetime | None, is_ready: bool, said: str) -> None:
    told = found(proofs=(PROVEN, Proof(number=2, kind="ntfy", proven_at=proven_at)))
    assert told.is_ready is is_ready
    assert said in told.items[1].sentence
    assert (told.items[1].remedy.endswith("tocsin contact test 2")) is not is_ready


def test_nobody_is_ready_without_a_contact() -> None:
    assert missing(found(proofs=())) == ["contacts"]


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (None, "None was answered"),
        (LastTest(sent_at=NOW - DAY, answered_at=None), "Sent 24 h ago and not answered"),
        (LastTest(sent_at=NOW - 8 * DAY, answered_at=NOW - 7 * DAY), "None was answered within 7 days"),
    ],
)
def test_a_test_page_has_to_be_answered_within_a_week(test: LastTest | None, said: str) -> None:
    told = found(test=test)
    assert missing(told) == ["test page"]
    assert said in told.items[1].sentence


def probed(**given: object) -> Probed:
    return Probed(**{"name": "grafana", "url": "https://grafana.example.com", **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("probe", "state"),
    [
        (probed(), State.MISSING),
        (probed(checked_at=NOW - DAY, is_ok=True, detail="Answered with HTTP 200"), State.MISSING),
        (probed(checked_at=NOW - DAY / 2, is_ok=True, detail="Answered with HTTP 200"), State.READY),
        (probed(checked_at=NOW - DAY / 2, is_ok=False, detail="Answered with HTTP 403"), State.MISSING),
        (probed(checked_at=NOW - DAY / 2, is_ok=None, detail="Commands are not run here."), State.NOTE),
    ],
)
def test_access_is_what_was_found_within_a_day(probe: Probed, state: State) -> None:
    item = found(probes=(probe,)).items[2]
    assert (item.name, item.state) == ("access to grafana", state)
    assert ("tocsin oncall ready primary --probe" in item.remedy) is (state is State.MISSING)


def test_what_there_is_to_read_makes_nobody_unready() -> None:
    incidents = tuple(
        IncidentLine(
            ref=f"INC-{n}", title="Checkout", status="resolved", severity="", services=(), owner="", declared_at=NOW
        )
        for n in range(7)
    )
    issue = Entry(
        id=1,
        kind=EntryKind.ISSUE,
        text="Slow disk",
        owner="bob",
        link="https://t.example.com",
        added_by="@bob",
        added_at=NOW,
    )
    told = found(incidents=incidents, issues=(issue,))
    assert told.is_ready
    assert [item.sentence for item in told.items[2:]] == [
        "; ".join(f"INC-{n} Checkout (resolved)" for n in range(5)) + "; and 2 more.",
        "Slow disk (owner: bob).",
    ]


def test_the_messages_name_the_shift_and_what_is_missing() -> None:
    message = reminder(found(proofs=()))
    assert message.title == "You are on call for primary from Mon 9 Mar 09:00 CET"
    assert "You are not ready yet" in message.what
    assert [line.label for line in message.lines] == ["Contacts"]
    assert "You are ready." in reminder(found()).what
    late = not_ready(found(test=None))
    assert late.title == "alice is not ready for primary"
    assert "tocsin oncall ready --test" in late.lines[0].value


def test_a_reminder_once_and_a_second_look_in_the_last_two_hours() -> None:
    hour = timedelta(hours=1)
    assert is_to_be_told(None, NOW + 24 * hour, NOW)
    reminded = Notice(reminded_at=NOW)
    assert not is_to_be_told(reminded, NOW + 3 * hour, NOW)
    assert is_to_be_told(reminded, NOW + 2 * hour, NOW)
    assert not is_to_be_told(Notice(reminded_at=NOW, looked_at=NOW), NOW + hour, NOW)


def test_what_was_learnt_and_what_is_overdue_is_to_be_read() -> None:
    told = found(unread=tuple(Unread(number=n, title="Checkout fails") for n in range(1, 8)), overdue=(item(),))
    assert told.is_ready, "to be read, not missing"
    notes = [each for each in told.items if each.state is State.NOTE]
    assert [each.name for each in notes] == ["unread postmortem"] * 5 + ["unread postmortems", "overdue action items"]
    assert (notes[0].url, notes[0].remedy) == (
        "/postmortems/INC-1",
        "Read it, and say so: tocsin postmortem read INC-1",
    )
    assert notes[5].sentence == "And 2 more."
    assert notes[6].sentence == "INC-7 3 Add a canary (bob, due 2026-11-02)."
