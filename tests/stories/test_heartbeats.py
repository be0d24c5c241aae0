"""Heartbeats in virtual time: a silence pages, a ping ends it, and our own deafness wakes nobody (REL-8)."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.accounts.model import Role, Viewer
from tocsin.alerts import heartbeat_service, heartbeat_store
from tocsin.alerts import service as alerts
from tocsin.alerts.heartbeats import Kind, Pause, Ping, after_ping
from tocsin.alerts.service import Arrival
from tocsin.incidents.model import DetectionSource

ALICE = Viewer(user_id=1, name="alice", role=Role.RESPONDER, scopes=(1,))
BACKUP = """
  - {name: backup, type: heartbeat, key: "heartbeat-key-of-32-characters-a", service: checkout, every: 1h, grace: 5m%s}
routes:
"""


async def watch_backup(world: World, more: str = "") -> None:
    await world.configure(ORGANISATION.replace("\nroutes:\n", BACKUP % more))


async def ping(world: World, kind: Kind = Kind.SUCCESS) -> None:
    async def submit(arrivals: Sequence[Arrival], size: int = 0) -> int:
        async with world.db.connection() as conn:
            await alerts.receive(world.desk, conn, arrivals)
        return 0

    async with world.db.connection() as conn:
        backup = await heartbeat_service.find_heartbeat(conn, "backup")
    assert backup is not None
    await heartbeat_service.ping(world.db, submit, backup, Ping(kind=kind))
    await world.worker.drain()


async def hears(world: World, minutes: float) -> None:
    """Time passes while a web process listens."""
    end = world.clock.now() + timedelta(minutes=minutes)
    while True:
        async with world.db.transaction() as tx:
            await heartbeat_service.listen(tx)
        if world.clock.now() >= end:
            break
        await world.passes(seconds=15)
    await world.worker.drain()


async def alerts_of(world: World) -> list[tuple[Any, ...]]:
    return await world.rows("select title, state from alert order by id")


async def test_what_is_silent_for_too_long_pages_and_a_ping_ends_it(world: World) -> None:
    await watch_backup(world)
    await ping(world)
    await hears(world, 64)
    assert await alerts_of(world) == []
    await hears(world, 1)
    world.phone("alice").receives("page", saying="Heartbeat backup is missing: last heard 2026-11-02 03:00 UTC")
    incident = await world.see()
    assert (incident.services, incident.source) == (("checkout",), DetectionSource.HEARTBEAT_MISSED)
    await hears(world, 2)
    assert len(await alerts_of(world)) == 1
    await ping(world)
    assert await world.rows("select state, ended_by from alert") == [("resolved", "source")]
    world.phone("alice").receives("info", saying="The last alert has cleared")
    await hears(world, 2)
    await world.resolve("alice")
    world.phone("alice").receives("resolved")
    await hears(world, 64)
    world.phone("alice").receives("page")


async def test_nothing_is_waited_for_before_the_first_ping(world: World) -> None:
    await watch_backup(world)
    await hears(world, 70)
    assert await alerts_of(world) == []


async def test_unless_the_configuration_says_at_once(world: World) -> None:
    await watch_backup(world, ", starts: at-once")
    await hears(world, 64)
    assert await alerts_of(world) == []
    await hears(world, 2)
    assert await alerts_of(world) == [("Heartbeat backup is missing: never heard yet", "firing")]
    world.phone("alice").receives("page")


async def test_the_first_ping_in_the_instant_in_which_it_is_first_waited_for_counts(world: World) -> None:
    await watch_backup(world, ", starts: at-once")
    async with world.db.transaction() as tx:
        await heartbeat_service.listen(tx)
    async with world.db.transaction() as tx:
        ((backup,),) = await world.rows("select id from integration where name = 'backup'")
        await heartbeat_store.ensure_heartbeat(tx.conn, backup)
        standing = (await heartbeat_store.lock_heartbeats(tx.conn, [backup]))[backup]
        pinged = after_ping(standing, Ping(kind=Kind.SUCCESS), tx.now)
        await heartbeat_store.update_heartbeat(tx.conn, backup, pinged)
        watching = asyncio.create_task(world.worker.drain())
        await world.until_blocked()
    await watching
    assert await world.rows("select last_ping_at from heartbeat") == [(world.clock.now(),)]


async def test_a_failure_pages_at_once(world: World) -> None:
    await watch_backup(world, ", severity: warning")
    await hears(world, 0)
    await ping(world, Kind.START)
    await ping(world, Kind.FAIL)
    assert await alerts_of(world) == [("Heartbeat backup reports a failure", "firing")]
    await ping(world)
    assert await alerts_of(world) == [("Heartbeat backup reports a failure", "resolved")]
    world.phone("alice").receives("page")
    world.phone("alice").receives("info", saying="The last alert has cleared")


@pytest.mark.parametrize("away", [30, 200])
async def test_while_nobody_could_hear_nothing_is_missed(world: World, away: int) -> None:
    """Down over the time at which the ping was expected: then it is waited for anew, from the moment we hear again."""
    await watch_backup(world)
    await hears(world, 0)
    await ping(world)
    await hears(world, 45)
    await world.passes(minutes=away)
    await hears(world, 64)
    assert await alerts_of(world) == []
    await hears(world, 1)
    assert len(await alerts_of(world)) == 1
    world.phone("alice").receives("page")


async def test_a_short_deafness_long_before_the_ping_delays_nothing(world: World) -> None:
    await watch_backup(world)
    await hears(world, 0)
    await ping(world)
    await hears(world, 10)
    await world.passes(minutes=10)
    await hears(world, 44)
    assert await alerts_of(world) == []
    await hears(world, 1)
    world.phone("alice").receives("page")


async def test_a_change_of_the_configuration_counts_at_once(world: World) -> None:
    await watch_backup(world)
    await hears(world, 0)
    await ping(world)
    await hears(world, 20)
    await world.configure(ORGANISATION.replace("\nroutes:\n", BACKUP.replace("1h", "10m") % ""))
    await hears(world, 0)
    world.phone("alice").receives("page")


async def test_what_is_taken_out_and_put_back_is_waited_for_anew(world: World) -> None:
    await watch_backup(world)
    await hears(world, 0)
    await ping(world)
    await world.configure(ORGANISATION)
    await hears(world, 90)
    await watch_backup(world)
    await hears(world, 1)
    assert await alerts_of(world) == []


async def test_the_alert_of_one_that_is_taken_out_is_over(world: World) -> None:
    await watch_backup(world)
    await hears(world, 0)
    await ping(world)
    await hears(world, 65)
    world.phone("alice").receives("page")
    await world.configure(ORGANISATION)
    assert await world.rows("select state, ended_by from alert") == [("resolved", "source")]
    world.phone("alice").receives("info", saying="The last alert has cleared")


async def test_a_ping_at_the_last_moment_and_the_watch_agree(world: World) -> None:
    """Whoever holds the row first decides; the alert never outlives a ping."""
    await watch_backup(world)
    await hears(world, 0)
    await ping(world)
    await hears(world, 64.75)
    world.clock.advance(timedelta(seconds=15))
    async with world.db.transaction() as tx:
        await heartbeat_service.listen(tx)
    await ping(world)
    assert {state for _, state in await alerts_of(world)} <= {"resolved"}


async def test_one_that_cannot_be_read_keeps_no_other_from_being_watched(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as after a return to an older version."""
    second = "\n  - {name: other, type: heartbeat, key: heartbeat-key-of-32-characters-b, every: 1h}\nroutes:\n"
    await world.configure(ORGANISATION.replace("\nroutes:\n", (BACKUP % "").replace("\nroutes:\n", second)))
    await hears(world, 0)
    await ping(world)
    async with world.db.transaction() as tx:
        await tx.conn.execute("update integration set options = '{\"every\": \"often\"}' where name = 'other'")
    await hears(world, 65)
    world.phone("alice").receives("page", saying="Heartbeat backup is missing")
    assert "heartbeat other is left out" in caplog.text


async def pause(world: World, minutes: float) -> None:
    async with world.db.transaction() as tx:
        wanted = Pause(ends_at=tx.now + timedelta(minutes=minutes), reason="new disks")
        await heartbeat_service.pause(tx, ALICE, "backup", wanted)
    await world.worker.drain()


async def test_a_pause_makes_no_alert_of_a_silence_and_waits_anew_afterwards(world: World) -> None:
    await watch_backup(world)
    await hears(world, 0)
    await ping(world)
    await pause(world, 180)
    await hears(world, 180 + 64)
    assert await alerts_of(world) == []
    await hears(world, 2)
    assert len(await alerts_of(world)) == 1
    world.phone("alice").receives("page")
    said = await world.rows("select sentence from ledger where kind = 'HeartbeatPaused'")
    assert said == [("@alice paused the heartbeat backup until 2026-11-02 06:00 UTC: new disks",)]


async def test_a_pause_ends_what_its_silence_has_raised(world: World) -> None:
    await watch_backup(world)
    await hears(world, 0)
    await ping(world)
    await hears(world, 66)
    world.phone("alice").receives("page")
    await pause(world, 60)
    assert [state for _, state in await alerts_of(world)] == ["resolved"]
    world.phone("alice").receives("info", saying="The last alert has cleared")
    await world.resolve("alice")
    world.phone("alice").receives("resolved")
    await hears(world, 60 + 64)
    assert len(await alerts_of(world)) == 1


async def test_a_failure_is_an_alert_in_a_pause_too(world: World) -> None:
    await watch_backup(world)
    await hears(world, 0)
    await pause(world, 60)
    await ping(world, Kind.FAIL)
    assert await alerts_of(world) == [("Heartbeat backup reports a failure", "firing")]
    world.phone("alice").receives("page")


async def test_one_that_is_resumed_is_waited_for_from_then_on(world: World) -> None:
    await watch_backup(world, ", starts: at-once")
    await pause(world, 600)
    await hears(world, 120)
    async with world.db.transaction() as tx:
        await heartbeat_service.resume(tx, ALICE, "backup")
    await hears(world, 64)
    assert await alerts_of(world) == []
    await hears(world, 2)
    assert len(await alerts_of(world)) == 1
    world.phone("alice").receives("page")
