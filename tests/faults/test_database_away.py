"""PostgreSQL restarted, sessions ended, wake-ups lost: the same worker processes go on, and nothing is lost."""

import asyncio
import os
import signal

import pytest

from tests.faults.outside import FORGETFUL, Outside
from tests.support import postgres
from tests.support.programs import eventually
from tests.surfaces.alert_app import KEY, alert_app
from tocsin.db import embedded
from tocsin.db.database import Database

pytestmark = pytest.mark.faults

JSON = [("content-type", "application/json")]


def restart_immediately(server: postgres.Server) -> None:
    """SIGQUIT: no farewell, no checkpoint; what was not committed is gone."""
    os.kill(server.embedded.pid, signal.SIGQUIT)
    assert server.embedded.has_ended(within=20)
    server.embedded = embedded.start(server.embedded.folder, settings=FORGETFUL)


def test_the_server_restarts_under_load(outside: Outside, durable_server: postgres.Server) -> None:
    workers = [outside.start_worker(), outside.start_worker()]
    names = [f"job-{n}" for n in range(3000)]
    outside.arm("step", *names)
    eventually("work goes on", lambda: sum(outside.marks().values()) >= 500)
    restart_immediately(durable_server)
    outside.wait_until_idle()
    assert outside.marks() == dict.fromkeys(names, 1)
    places = 8
    assert max(outside.sends().values()) <= 2
    assert sum(outside.sends().values()) - len(names) <= len(workers) * places
    assert [worker.poll() for worker in workers] == [None, None]
    assert outside.query("select 1 from job where crashes > 0") == []


async def test_an_alert_that_was_answered_outlives_a_crash(durable_server: postgres.Server) -> None:
    """200 is said when it is on the disk, not before (REL-1)."""
    dsn = durable_server.clone()
    async with Database(dsn) as db, alert_app(db) as app:
        said = await app.ask("POST", f"/integrations/{KEY}/api/v2/alerts", JSON, b'[{"labels":{"alertname":"Load"}}]')
        assert said.status == 200
        await asyncio.to_thread(restart_immediately, durable_server)
        assert await app.rows("select title from alert") == [("Load",)]
    durable_server.drop(dsn)


def test_all_sessions_of_a_worker_are_ended(outside: Outside) -> None:
    worker = outside.start_worker()
    names = [f"job-{n}" for n in range(1000)]
    outside.arm("step", *names)
    eventually("work goes on", lambda: sum(outside.marks().values()) >= 100)
    outside.query(
        """
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
        """
    )
    outside.wait_until_idle()
    assert outside.marks() == dict.fromkeys(names, 1)
    assert worker.poll() is None


def test_a_lost_wake_up_costs_no_more_than_the_poll_floor(outside: Outside) -> None:
    outside.start_worker()
    outside.arm("step", "warm")
    outside.wait_until_idle()
    outside.arm("step", "unannounced")
    outside.wait_until_idle(within=5)
    assert outside.marks() == {"warm": 1, "unannounced": 1}
