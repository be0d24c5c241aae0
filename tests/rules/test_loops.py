"""A background loop goes on after whatever interrupts it, and says what did."""

import asyncio
import logging

import psycopg
import pytest

from tests.support.patience import PATIENCE
from tocsin.kernel.loops import end, run_for_ever


async def test_it_goes_on_after_anything_and_only_a_defect_is_loud(caplog: pytest.LogCaptureFixture) -> None:
    troubles: list[Exception] = [KeyError("no such lane"), psycopg.OperationalError("gone"), ValueError("bad")]
    done = asyncio.Event()

    async def life() -> None:
        if troubles:
            raise troubles.pop(0)
        done.set()
        await asyncio.Event().wait()

    with caplog.at_level(logging.INFO):
        loop = asyncio.create_task(run_for_ever(life, doing="ringing the bell", pause=0.001))
        await asyncio.wait_for(done.wait(), PATIENCE)
        await end(loop)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO", "ERROR"]
    assert all("ringing the bell" in record.getMessage() for record in caplog.records)
    assert loop.cancelled()


async def test_a_loop_that_forgets_a_cancellation_is_ended_all_the_same() -> None:
    turns = 0

    async def deaf_once() -> None:
        nonlocal turns
        while True:
            turns += 1
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if turns > 1:
                    raise

    loop = asyncio.create_task(deaf_once())
    await asyncio.sleep(0)
    await asyncio.wait_for(end(loop), PATIENCE)
    assert turns == 2
    assert loop.cancelled()


async def test_what_a_task_ended_with_is_its_owners() -> None:
    async def fails() -> None:
        raise KeyError("no such lane")

    failed = asyncio.create_task(fails())
    await asyncio.wait([failed])
    await end(failed)
    assert isinstance(failed.exception(), KeyError)
