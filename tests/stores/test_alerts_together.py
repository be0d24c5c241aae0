"""Several processes at once: the same alert, the same group, an end and a grouping in the same instant."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.stores.alerting import LEASE, Desk, open_desk, signal
from tocsin.alerts import groups, silences
from tocsin.alerts.silencing import WantedSilence
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.matchers import parse_matcher

WAITS_FOR_A_LOCK = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
ROUTES: list[dict[str, Any]] = [{"match": [], "service": "checkout", "group_by": ["alertname"]}]


def another(desk: Desk) -> Desk:
    """A second web process: its own connections to the database, its own memory."""
    return Desk(desk.db, desk.book, desk.integration)


async def group_all(desk: Desk) -> None:
    """Every waiting grouping job at once, each in a transaction of its own, as several workers would."""
    payloads = [row[0] for row in await desk.rows("delete from job where kind = 'alerts.group' returning payload")]

    async def one(payload: dict[str, Any]) -> None:
        async with desk.db.transaction() as tx:
            await groups.group_alerts(tx, payload["alert_ids"])

    await asyncio.gather(*[one(payload) for payload in payloads])


async def test_two_processes_that_receive_the_same_alerts_keep_each_once(db: Database, clock: VirtualClock) -> None:
    first = await open_desk(db, ROUTES)
    second = another(first)
    begun = clock.now()
    batch = [signal(starts_at=begun, ends_at=begun + LEASE, alertname="A", n=str(n)) for n in range(50)]
    await asyncio.gather(*[desk.receive(*batch[::step]) for desk in (first, second) for step in (1, -1)])
    assert await first.rows("select count(*) from alert") == [(50,)]
    payloads = await first.rows("select payload from job where kind = 'alerts.group'")
    assert len([id for (payload,) in payloads for id in payload["alert_ids"]]) == 50


async def test_a_refire_seen_by_two_processes_is_one_new_occurrence(db: Database, clock: VirtualClock) -> None:
    first = await open_desk(db, ROUTES)
    second = another(first)
    begun = clock.now()
    await first.receive(signal(starts_at=begun, ends_at=begun + LEASE))
    clock.advance(timedelta(minutes=1))
    await first.receive(signal(starts_at=begun, ends_at=clock.now()))
    clock.advance(timedelta(minutes=5))
    again = signal(starts_at=clock.now(), ends_at=clock.now() + LEASE)
    await asyncio.gather(*[desk.receive(again) for desk in (first, second, another(first))])
    assert await first.rows("select occurrence, is_current, state from alert order by id") == [
        (1, False, "resolved"),
        (2, True, "firing"),
    ]


async def test_an_end_seen_by_two_processes_is_told_once(db: Database, clock: VirtualClock) -> None:
    first = await open_desk(db, ROUTES)
    begun = clock.now()
    await first.receive(signal(starts_at=begun, ends_at=begun + LEASE))
    clock.advance(timedelta(minutes=1))
    end = signal(starts_at=begun, ends_at=clock.now())
    await asyncio.gather(*[another(first).receive(end) for _ in range(4)])
    assert len(await first.events("AlertEnded")) == 1


async def test_workers_that_group_one_cause_at_once_open_one_group(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    for start in range(0, 40, 5):
        await desk.receive(*[signal(alertname="Storm", n=str(n)) for n in range(start, start + 5)])
    await group_all(desk)
    assert await desk.rows("select alert_count from alert_group") == [(40,)]
    opened = [data["opened"] for _, _, data in await desk.events("AlertsGrouped")]
    assert (len(opened), opened.count(True)) == (8, 1)
    assert await desk.rows("select count(*) from alert where group_id is null") == [(0,)]


async def test_grouping_and_intake_of_the_same_alerts_do_not_block_each_other_for_good(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db, ROUTES)
    begun = clock.now()
    names = [{"alertname": f"A{n % 7}", "n": str(n)} for n in range(60)]
    for part in (names[:20], names[20:40], names[40:]):
        await desk.receive(*[signal(starts_at=begun, ends_at=begun + LEASE, **each) for each in part])
    clock.advance(timedelta(seconds=30))
    ends = [signal(starts_at=begun, ends_at=clock.now(), **each) for each in reversed(names)]
    await asyncio.gather(group_all(desk), desk.receive(*ends), another(desk).receive(*ends[::-1]))
    await desk.work()
    assert await desk.rows("select distinct state from alert") == [("resolved",)]
    burning = "select count(*) from alert_group where cleared_at is null"
    assert await desk.rows(burning) == [(0,)]
    told = await desk.rows("select count(*) from ledger where kind = 'AlertEnded'")
    assert told == [(60,)]


async def test_the_routing_of_a_storm_is_stored_once_whoever_sees_it_first(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    desks = [another(desk) for _ in range(4)]
    await asyncio.gather(*[each.receive(signal(alertname="A", n=str(n))) for n, each in enumerate(desks)])
    assert await desk.rows("select count(*) from alert_routing") == [(1,)]


async def test_a_silence_ended_while_alerts_are_muted_by_it_does_not_keep_them_muted(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db, ROUTES)
    wanted = WantedSilence(
        matchers=(parse_matcher("alertname=A"),),
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(hours=8),
        created_by="alice",
        comment="deploying",
    )
    async with db.transaction() as tx:
        silence = await silences.set_silence(tx, wanted)
    await desk.receive(signal(alertname="A", starts_at=clock.now(), ends_at=clock.now() + timedelta(hours=9)))

    async def end() -> None:
        async with db.transaction() as tx:
            await silences.expire_silence(tx, UUID(silence))

    async with db.transaction() as muting:
        await muting.conn.execute("delete from job where kind = 'alerts.group'")
        await groups.group_alerts(muting, [1])
        ending = asyncio.create_task(end())
        while not (ending.done() or await desk.rows(WAITS_FOR_A_LOCK)):
            await asyncio.wait({ending}, timeout=0.01)
    await ending
    await desk.work()
    assert await desk.rows("select muted_reason, group_id is not null from alert") == [(None, True)]
