"""How long a worker believes in its lease."""

import time

import pytest

from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.lease import Lease


def lease(length: float, remaining: float) -> Lease:
    return Lease(1, length, deadline=time.monotonic() + remaining, pulse=0.0)


async def test_a_send_may_begin_while_the_lease_outlasts_it() -> None:
    await lease(12, 9).wait_for(8)


async def test_a_send_waits_for_the_renewal_and_is_refused_without_one() -> None:
    with pytest.raises(LeaseLost):
        await lease(12, 0.1).wait_for(8)


async def test_a_time_out_that_no_lease_covers_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="no lease lasts 9 s"):
        await lease(12, 12).wait_for(9)


def test_nothing_is_left_of_a_lease_that_is_over() -> None:
    assert lease(12, -3).remaining() == 0.0
