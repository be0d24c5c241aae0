"""A background loop goes on after whatever interrupts it, and says what did."""

import asyncio
import logging

import psycopg
import pytest

from tocsin.kernel.loops import run_for_ever

PATIENCE = 30.0


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
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO", "ERROR"]
    assert all("ringing the bell" in record.getMessage() for record in caplog.records)
    assert loop.cancelled()
