"""When to try again, and when to stop."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.retry import Retry
from tocsin.kernel.running import draw_of


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10), (7, None), (1000, None)]
)
def test_waits_grow_to_the_longest_and_end(attempt: int, seconds: int | None) -> None:
    retry = Retry(attempts=7, first=timedelta(seconds=1), factor=2, longest=timedelta(seconds=10))
    assert retry.next(attempt) == (None if seconds is None else timedelta(seconds=seconds))


retries = st.builds(
    Retry,
    attempts=st.integers(1, 10_000),
    first=st.timedeltas(timedelta(milliseconds=1), timedelta(hours=1)),
    factor=st.floats(1, 10),
    longest=st.timedeltas(timedelta(hours=1), timedelta(days=1)),
    spread=st.floats(0, 1),
)


@given(retry=retries, attempt=st.integers(1, 10_000), draw=st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_negative_nor_longer_than_the_longest(retry: Retry, attempt: int, draw: float) -> None:
    wait = retry.next(attempt, draw=draw)
    assert (wait is None) == (attempt >= retry.attempts)
    assert wait is None or timedelta() <= wait <= retry.longest


@given(retry=retries, attempt=st.integers(1, 9_998))
def test_waits_do_not_shrink(retry: Retry, attempt: int) -> None:
    earlier, later = retry.next(attempt), retry.next(attempt + 1)
    assert earlier is None or later is None or earlier <= later


@given(st.integers(1, 2**63 - 1))
def test_the_draw_of_a_job_is_a_share(job_id: int) -> None:
    assert 0 <= draw_of(job_id) < 1


def test_draws_of_neighbours_are_spread() -> None:
    tenths = {int(draw_of(job_id) * 10) for job_id in range(1, 41)}
    assert tenths == set(range(10))
