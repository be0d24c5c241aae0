"""Intake against a real database: one statement, ledger and job with it, and the signals decided again (ALR-2 to
ALR-4)."""

from contextlib import suppress
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from tests.stores.alerting import LEASE, open_desk, signal
from tocsin.alerts.intake import LAST_WORDS, decide_intake
from tocsin.alerts.model import Says
from tocsin.alerts.service import Decided, arrivals_of
from tocsin.alerts.storm import HOT, LOOK_EVERY
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock

STANDING = "select state, occurrence, is_current, ended_by, ended_at from alert order by id"


async def test_a_new_alert_its_ledger_entry_and_its_job_appear_together(db: Database) -> None:
    desk = await open_desk(db, [{"match": ["severity=critical"], "service": "checkout", "severity": "SEV-2"}])
    await desk.receive(signal())
    (alert,) = await desk.rows(
        "select a.id, title, service, severity, disposition, reason, prio, urgency "
        "from alert a join alert_routing r on r.id = a.routing_id"
    )
    assert alert[1:5] == ("HighErrorRate", "checkout", "SEV-2", "routed")
    assert alert[5] == 'route 1 (severity="critical") sends it to checkout'
    assert alert[6:] == (0, "high")
    assert await desk.events("AlertsOpened") == [
        ("AlertsOpened", "integration/prometheus", {"alert_ids": [alert[0]], "integration": "prometheus"})
    ]
    (job,) = await desk.rows("select kind, payload, lane, prio from job where kind = 'alerts.group'")
    assert job == ("alerts.group", {"alert_ids": [alert[0]]}, "alerts", 0)


async def test_one_job_for_each_route_and_priority_of_a_batch(db: Database) -> None:
    desk = await open_desk(
        db, [{"match": ["severity=info"], "drop": "informational"}, {"match": ["job=web"], "service": "web"}]
    )
    batch = [signal(alertname="A", instance=str(n), severity="info") for n in range(3)]
    batch += [signal(alertname="B", instance=str(n), job="web") for n in range(3)]
    batch += [signal(alertname="C", instance=str(n), job="web", severity="critical") for n in range(3)]
    await desk.receive(*batch)
    sizes = "select prio, jsonb_array_length(payload -> 'alert_ids') from job where kind = 'alerts.group' order by prio"
    jobs = await desk.rows(sizes)
    assert jobs == [(0, 3), (1, 3), (2, 3)]


async def test_what_wakes_nobody_takes_no_place_from_what_may(db: Database, clock: VirtualClock) -> None:
    """Alerts that join a group which burns already, and ends: however many, an urgent one stands before them."""
    desk = await open_desk(db)
    lanes = "select lane, prio from job where kind = 'alerts.group' order by id"
    begun = clock.now()
    storm = [signal(alertname="Same", n=str(n), severity="critical", starts_at=begun) for n in range(2 * HOT)]
    await desk.receive(*storm[:HOT])
    assert await desk.rows(lanes) == [("alerts", 0)]
    await desk.work()
    clock.advance(LOOK_EVERY)
    await desk.receive(*storm[HOT:])
    await desk.receive(signal(alertname="Other", severity="critical", starts_at=begun))
    assert await desk.rows(lanes) == [("alerts.bulk", 2), ("alerts", 0)]
    await desk.work()
    clock.advance(timedelta(minutes=1))
    await desk.receive(replace(storm[0], ends_at=clock.now()))
    assert await desk.rows(lanes) == [("alerts.bulk", 2)]


async def test_an_unchanged_resend_writes_nothing_until_half_the_lease_is_used(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db)
    begun = clock.now()
    await desk.receive(signal(starts_at=begun, ends_at=begun + LEASE))
    before = await desk.rows("select xmin::text from alert union all select count(*)::text from ledger")
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        await desk.receive(signal(starts_at=begun, ends_at=clock.now() + LEASE))
    assert await desk.rows("select xmin::text from alert union all select count(*)::text from ledger") == before
    assert await desk.rows("select last_seen_at, lease_until, repeat_count from alert_seen") == [
        (begun + timedelta(minutes=2), begun + timedelta(minutes=2) + LEASE, 2)
    ]


async def test_a_resolve_ends_the_alert_once(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db)
    begun = clock.now()
    await desk.receive(signal(starts_at=begun, ends_at=begun + LEASE))
    clock.advance(timedelta(minutes=2))
    ended = clock.now()
    for _ in range(3):
        await desk.receive(signal(starts_at=begun, ends_at=ended))
    assert await desk.rows(STANDING) == [("resolved", 1, True, "source", ended)]
    assert len(await desk.events("AlertEnded")) == 1


async def test_a_refire_is_a_new_occurrence_and_a_late_resolve_does_not_close_it(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db)
    begun = clock.now()
    await desk.receive(signal(starts_at=begun, ends_at=begun + LEASE))
    ended = begun + timedelta(minutes=1)
    clock.set(ended)
    await desk.receive(signal(starts_at=begun, ends_at=ended))
    clock.advance(timedelta(minutes=5))
    again = clock.now()
    await desk.receive(signal(starts_at=again, ends_at=again + LEASE))
    await desk.receive(signal(starts_at=begun, ends_at=ended))
    assert await desk.rows(STANDING) == [
        ("resolved", 1, False, "source", ended),
        ("firing", 2, True, None, None),
    ]


async def test_a_resolve_that_comes_before_its_firing_calls_nobody(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db)
    begun = clock.now() - timedelta(minutes=3)
    await desk.receive(signal(starts_at=begun, ends_at=clock.now() - timedelta(minutes=1)))
    await desk.receive(signal(starts_at=begun, ends_at=begun + LEASE))
    assert [row[:3] for row in await desk.rows(STANDING)] == [("resolved", 1, True)]
    assert await desk.rows("select count(*) from job") == [(0,)]


async def test_duplicates_within_one_batch_are_one_alert(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db)
    begun = clock.now()
    await desk.receive(*[signal(starts_at=begun, ends_at=begun + LEASE)] * 5)
    assert await desk.rows("select count(*) from alert") == [(1,)]
    (row,) = await desk.rows("select id from alert")
    assert (
        desk.intake.repeats.take(row[0]) == 0
    )  # copies are not decided one after the other: a request may hold 80 000


async def test_a_request_that_contradicts_itself_a_thousand_times_takes_a_few_turns(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db)
    await desk.receive(*[signal(says=Says.RESOLVED if n % 2 else Says.FIRING) for n in range(20_001)])
    assert [row[0] for row in await desk.rows("select state from alert where is_current")] == ["firing"]
    assert (await desk.rows("select count(*) from alert"))[0][0] <= LAST_WORDS


async def test_a_firing_and_its_end_in_one_batch_are_decided_in_their_order(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db)
    begun = clock.now() - timedelta(minutes=1)
    await desk.receive(signal(starts_at=begun, ends_at=begun + LEASE), signal(starts_at=begun, ends_at=clock.now()))
    assert await desk.rows(STANDING) == [("resolved", 1, True, "source", clock.now())]


async def test_a_source_without_times_opens_acknowledges_ends_and_opens_again(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db, type="pagerduty")
    await desk.receive(signal(says=Says.RESOLVED))
    assert await desk.rows("select count(*) from alert") == [(0,)]
    for says in (Says.FIRING, Says.ACKNOWLEDGED, Says.ACKNOWLEDGED, Says.RESOLVED, Says.RESOLVED, Says.FIRING):
        clock.advance(timedelta(seconds=1))
        await desk.receive(signal(says=says))
    assert [row[:3] for row in await desk.rows(STANDING)] == [("resolved", 1, False), ("firing", 2, True)]
    kinds = [kind for kind, _, _ in await desk.events() if kind.startswith("Alert")]
    assert kinds == ["AlertsOpened", "AlertAcknowledged", "AlertEnded", "AlertsOpened"]


async def test_changed_annotations_change_the_row_and_no_history(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db)
    begun = clock.now()
    first = signal(starts_at=begun, ends_at=begun + LEASE)
    await desk.receive(first)
    await desk.receive(msgspec.structs.replace(first, annotations={"summary": "now 9"}, title="now 9"))
    assert await desk.rows("select title, annotations from alert") == [("now 9", {"summary": "now 9"})]
    assert len([kind for kind, _, _ in await desk.events() if kind.startswith("Alert")]) == 1


async def test_the_integrations_timeout_stands_above_the_sources(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, timeout=timedelta(hours=1))
    await desk.receive(signal())
    assert await desk.rows("select lease_until, lease_is_timeout from alert") == [
        (clock.now() + timedelta(hours=1), True)
    ]


@pytest.mark.parametrize("hostile", ["'; drop table alert; --", "%s", "\x7f\u202e", "😀" * 100])
async def test_hostile_text_is_kept_as_it_is(db: Database, hostile: str) -> None:
    desk = await open_desk(db)
    await desk.receive(signal(alertname=hostile, severity="critical"))
    assert await desk.rows("select labels ->> 'alertname', title from alert") == [(hostile, hostile)]


async def test_a_routing_that_the_database_has_lost_is_stored_again(db: Database, clock: VirtualClock) -> None:
    """A standby that took over without the last commits, or a restored backup, under a process that runs on."""
    desk = await open_desk(db, [{"match": ["severity=critical"], "service": "checkout"}])
    await desk.receive(signal(ends_at=clock.now() + LEASE))
    async with db.transaction() as tx:
        await tx.conn.execute("truncate alert, alert_seen, alert_routing, job")
    await desk.receive(signal(ends_at=clock.now() + LEASE))
    await desk.work()
    assert await desk.rows("select title from alert_group") == [("HighErrorRate",)]


async def test_a_routing_that_was_undone_is_not_remembered(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, [{"match": ["severity=critical"], "service": "checkout"}])
    await desk.receive(signal(starts_at=clock.now(), ends_at=clock.now()))
    desk.intake.forget()
    (arrival,) = arrivals_of(desk.integration, [signal(starts_at=clock.now())])
    decision = decide_intake(arrival.signal, None, clock.now())
    assert decision.after is not None
    decided = [Decided(arrival, decision.verdict, decision.after)]
    with suppress(ZeroDivisionError):
        async with db.transaction() as tx:
            await tx.conn.execute("delete from alert_routing")
            await desk.intake.rows_for(tx.conn, decided, tx.now)
            raise ZeroDivisionError
    async with db.connection() as conn:
        (row,) = await desk.intake.rows_for(conn, decided, clock.now())
        cursor = await conn.execute("select count(*) from alert_routing where id = %s", (row.routing_id,))
        assert await cursor.fetchone() == (1,)
