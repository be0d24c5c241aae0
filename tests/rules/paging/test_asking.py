from datetime import UTC, datetime, timedelta

import pytest

from tocsin.paging.asking import next_question_at

SINCE = datetime(2026, 11, 21, 3, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked", "again"),
    [(10, 20), (290, 300), (299, 309), (300, 330), (3590, 3600), (3599, 3600), (3600, None), (9000, None)],
)
def test_a_page_that_rings_is_asked_about_often_then_seldom_then_no_more(asked: int, again: int | None) -> None:
    expected = None if again is None else SINCE + timedelta(seconds=again)
    assert next_question_at(SINCE, UNTIL, SINCE + timedelta(seconds=asked)) == expected
