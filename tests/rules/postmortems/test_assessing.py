"""What went well and poorly is what was measured, against the targets of the level (PMT-1)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.postmortems.examples import after, entry, record
from tests.rules.room.examples import mitigation, update
from tocsin.incidents.model import DetectionSource
from tocsin.mitigation.model import Result
from tocsin.postmortems.assessing import POORLY, WELL, judge
from tocsin.postmortems.spans import span_words

DECLARED = entry(1, 0, "IncidentDeclared", "INC-7 declared.")
ACKNOWLEDGED = entry(2, 5, "IncidentAcknowledged", "@alice acknowledged.")


def told(*entries: Any, **said: Any) -> dict[str, str]:
    """What was judged, by what it says."""
    return {each.fact.text: each.verdict for each in judge(record(DECLARED, *entries, **said))}


@given(st.integers(0, 60))
def test_a_goal_is_kept_up_to_its_last_minute(minutes: int) -> None:
    said = told(ACKNOWLEDGED, of={"severity": "SEV-1", "acknowledged_at": after(minutes), "acknowledged_by": "@alice"})
    how = "in" if minutes <= 5 else "after"
    took = span_words(timedelta(minutes=minutes))
    verdict = WELL if minutes <= 5 else POORLY
    assert said[f"Acknowledged {how} {took}; the goal of a SEV-1 is 5 min."] == verdict


def test_without_a_level_there_is_no_goal_and_no_judgement() -> None:
    assert told(ACKNOWLEDGED, of={"acknowledged_at": after(90), "acknowledged_by": "@alice"}) == {
        "An alert found it.": WELL
    }


def test_an_acknowledgement_by_a_program_says_nothing_of_people() -> None:
    about = {"severity": "SEV-1", "acknowledged_at": after(90), "acknowledged_by": "integration:prometheus"}
    assert told(ACKNOWLEDGED, of=about) == {"An alert found it.": WELL}


@pytest.mark.parametrize(
    ("source", "text", "verdict"),
    [
        (DetectionSource.HEALTH_CHECK, "A health check found it.", WELL),
        (DetectionSource.CUSTOMER_REPORT, "A customer told us; no alert found it.", POORLY),
    ],
)
def test_how_it_was_found(source: DetectionSource, text: str, verdict: str) -> None:
    assert told(of={"source": source}) == {text: verdict}


def test_who_noticed_it_inside_is_no_judgement() -> None:
    assert told(of={"source": DetectionSource.TEAM_MEMBER}) == {}


@pytest.mark.parametrize(
    ("result", "text", "verdict"),
    [
        (Result.HELPED, "“roll back v2” helped, 10 min after it was begun.", WELL),
        (Result.NO_EFFECT, "“roll back v2” had no effect, and took 10 min.", POORLY),
        (Result.WORSE, "“roll back v2” made it worse, and took 10 min.", POORLY),
    ],
)
def test_what_a_mitigation_did(result: Result, text: str, verdict: str) -> None:
    made = mitigation(5, ended=15, result=result)
    assert told(mitigations=(made,))[text] == verdict
    assert text not in told(mitigations=(mitigation(5),))


def test_updates_in_time_and_late_and_never() -> None:
    assert told(updates=(update(9), update(20)))["All 2 updates came in time."] == WELL
    late = entry(3, 15, "UpdateOverdue", "No update.", due_at=after(15).isoformat())
    never = entry(4, 40, "UpdateOverdue", "No update.", due_at=after(40).isoformat())
    said = told(late, never, updates=(update(35),))
    assert said["The update that was due at 2026-11-02 03:15 UTC came 20 min late."] == POORLY
    assert said["The update that was due at 2026-11-02 03:40 UTC never came."] == POORLY
    assert not any("in time" in text for text in said)


def test_many_updates_that_never_came_are_one_sentence() -> None:
    due = [entry(n, 10 * n, "UpdateOverdue", "No update.", due_at=after(10 * n).isoformat()) for n in range(2, 6)]
    said = [text for text in told(*due, updates=(update(25),)) if "update" in text]
    assert said == [
        "The update that was due at 2026-11-02 03:20 UTC came 5 min late.",
        "3 updates never came: the first was due at 2026-11-02 03:30 UTC, the last at 2026-11-02 03:50 UTC.",
    ]


def test_a_relapse_is_told_in_the_words_of_the_record() -> None:
    back = entry(3, 30, "IncidentReopened", "Reopened by @alice: it is back.")
    assert told(back)["Reopened by a responder: it is back."] == POORLY


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=3, seconds=59), "3 min"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=1, minutes=1), "1 d 1 min"),
    ],
)
def test_spans_in_words(span: timedelta, words: str) -> None:
    assert span_words(span) == words
