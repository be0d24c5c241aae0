"""Pings: it begins with who may not; then what each path says, by each method."""

import asyncio
from typing import Any

import pytest

from tests.surfaces.alert_app import alert_app, integration
from tocsin.accounts.model import Role, Viewer
from tocsin.alerts.heartbeat_service import Ear, list_heartbeats
from tocsin.alerts.heartbeat_store import get_heard_at
from tocsin.db.database import Database

EVERYBODY = Viewer(user_id=1, name="alice", role=Role.ADMIN, scopes=(1,))
KEY = "heartbeat-key-of-32-characters-a"
EVERY = [
    integration("backup", "heartbeat", KEY, options={"every": "1h", "grace": "5m"}),
    integration("prometheus", "prometheus", "prometheus-key-0123"),
]


async def state(db: Database) -> str:
    async with db.connection() as conn:
        (found,) = await list_heartbeats(conn, EVERYBODY, db.clock.now())
    return found.state.value


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("key", ["unknown-key", "prometheus-key-0123", ""])
async def test_an_unknown_key_is_refused(db: Database, method: str, key: str) -> None:
    async with alert_app(db, EVERY) as app:
        assert (await app.ask(method, f"/heartbeat/{key}")).status == 401
        assert await state(db) == "waiting"


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT"])
@pytest.mark.parametrize(
    "path", [f"/heartbeat/{KEY}", f"/heartbeat/{KEY}/", f"/integrations/{KEY}", f"/heartbeat/{KEY}/0"]
)
async def test_a_ping_is_heard(db: Database, method: str, path: str) -> None:
    async with alert_app(db, EVERY) as app:
        said = await app.ask(method, path)
        assert (said.status, said.body) == (200, b"" if method == "HEAD" else b"OK")
        assert await state(db) == "up"


async def test_prometheus_and_alertmanager_may_be_the_ones_who_ping(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        watchdog = b'[{"labels": {"alertname": "Watchdog"}}]'
        assert (await app.ask("POST", f"/heartbeat/{KEY}/api/v2/alerts", {}, watchdog)).status == 200
        assert await state(db) == "up"
        assert await app.rows("select count(*) from alert") == [(0,)]


async def test_a_run_begins_fails_and_succeeds(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        await app.ask("GET", f"/heartbeat/{KEY}/start")
        assert await state(db) == "running"
        log = b"\xff" + b"x" * 100_000 + b"\nrsync: disk full\0"
        assert (await app.ask("POST", f"/heartbeat/{KEY}/23", {}, log)).status == 200
        assert await state(db) == "failed"
        ((title, words),) = await app.rows("select title, annotations ->> 'description' from alert")
        assert title == "Heartbeat backup reports a failure"
        assert words.startswith("exit status 23\nx")
        assert words.endswith("rsync: disk full")
        await app.ask("POST", f"/heartbeat/{KEY}/start")
        assert await app.rows("select state from alert") == [("firing",)]
        await app.ask("POST", f"/heartbeat/{KEY}")
        assert await app.rows("select state, ended_by from alert") == [("resolved", "source")]
        assert await state(db) == "up"


@pytest.mark.parametrize("rest", ["stop", "1000", "²", "-1", "start/again", "api/v2/silences"])
async def test_what_is_no_ping_is_not_found_and_changes_nothing(db: Database, rest: str) -> None:
    async with alert_app(db, EVERY) as app:
        said = await app.ask("POST", f"/heartbeat/{KEY}/{rest}")
        assert said.status == 404
        assert "exit status" in said.json()["error"]
        assert await state(db) == "waiting"


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_are_passed_on(db: Database, method: str) -> None:
    async with alert_app(db, EVERY) as app:
        assert "x-rest" in (await app.ask(method, f"/heartbeat/{KEY}")).headers
        assert await state(db) == "waiting"


async def test_one_that_this_version_cannot_read_is_told_to_come_back(db: Database) -> None:
    async with alert_app(db, [integration("backup", "heartbeat", KEY, options={"every": "often"})]) as app:
        said = await app.ask("GET", f"/heartbeat/{KEY}")
        assert said.status == 503
        assert "cannot be read" in said.json()["error"]


async def test_without_a_database_the_sender_is_told_to_come_back(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        app.book.find_integration(KEY)
        await db.close()
        said: Any = await app.ask("GET", f"/heartbeat/{KEY}")
        assert said.status == 503
        assert said.headers["retry-after"]


async def test_a_web_process_listens_as_long_as_it_lives(db: Database) -> None:
    ear = Ear(db)
    await ear.open()
    try:
        async with db.connection() as conn:
            for _ in range(1000):
                if await get_heard_at(conn) is not None:
                    break
                await asyncio.sleep(0.01)
            assert await get_heard_at(conn) == db.clock.now()
    finally:
        await ear.close()
