"""The agenda is always an hour, follows the text, and the guide answers blame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.postmortems.meeting import GROUND_RULES, TURNS, agenda, agenda_lines


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 9))
def test_it_takes_an_hour_and_every_part_has_time(questions: int, rows: int, actions: int) -> None:
    body = "\n".join(["**Question:** x"] * questions + ["| 2026-11-21 10:00 | y |"] * rows)
    items = agenda(body, actions)
    assert sum(item.minutes for item in items) == 60
    assert all(item.minutes >= 3 for item in items)


@pytest.mark.parametrize(("questions", "hint"), [(1, "The open question of"), (3, "The 3 open questions of")])
def test_open_questions_have_their_time(questions: int, hint: str) -> None:
    items = agenda("**Question:** x\n" * questions, 0)
    assert [item.title for item in items][2] == "Open questions"
    assert items[2].hint.startswith(hint)
    assert items[2].minutes == 3 * questions


def test_as_lines_each_part_has_the_minute_at_which_it_begins() -> None:
    assert agenda_lines(agenda("All is said.", 2)) == [
        "0:00 Begin (5 min)",
        "0:05 What happened (10 min)",
        "0:15 Why it could happen (25 min)",
        "0:40 What we change (15 min)",
        "0:55 End (5 min)",
    ]
    assert "2 are written down." in agenda("", 2)[3].hint


def test_the_guide_has_an_answer_to_blame_and_says_why() -> None:
    assert len(GROUND_RULES) == 5
    assert len({turn.heard for turn in TURNS}) == len(TURNS) >= 10
    assert all(turn.say and turn.why for turn in TURNS)
