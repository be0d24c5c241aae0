"""Groups against a real database: join, reopen, clear, stale, mute, release, a storm (ALR-4 to ALR-7)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.stores.alerting import LEASE, Desk, open_desk, signal
from tocsin.accounts.model import Role, Viewer
from tocsin.alerts import groups, silences
from tocsin.alerts.closing import close_alert
from tocsin.alerts.model import Says
from tocsin.alerts.silencing import WantedSilence
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused
from tocsin.kernel.matchers import parse_matcher

ALICE = Viewer(user_id=1, name="alice", role=Role.RESPONDER, scopes=(1,))
ROUTES: list[dict[str, Any]] = [
    {
        "match": ["severity=critical"],
        "service": "checkout",
        "severity": "SEV-2",
        "group_by": ["alertname"],
        "group_window": "10m",
    },
    {"match": ["severity=info"], "drop": "informational"},
    {"match": ["severity=watch"], "hold": "watched by hand"},
]


def grouped(events: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[Any, ...]]:
    return [
        (data["group_id"], data["opened"], data["reopened"], data["relapsed"], len(data["alert_ids"]), data["total"])
        for kind, _, data in events
        if kind == "AlertsGrouped"
    ]


def critical(clock: VirtualClock, instance: str, *, starts_at: datetime | None = None, **more: Any) -> Any:
    begun = starts_at or clock.now()
    fields = {"ends_at": clock.now() + LEASE, "alertname": "HighErrorRate", "severity": "critical"}
    return signal(starts_at=begun, instance=instance, **(fields | more))


async def test_the_first_opens_and_the_later_attach(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    await desk.receive(critical(clock, "a"), critical(clock, "b"))
    await desk.work()
    clock.advance(timedelta(minutes=2))
    await desk.receive(critical(clock, "c"))
    await desk.work()
    (group,) = await desk.rows("select id from alert_group")
    events = await desk.events("AlertsGrouped")
    assert grouped(events) == [(group[0], True, False, False, 2, 2), (group[0], False, False, False, 1, 3)]
    first = events[0][2]
    assert (first["title"], first["service"], first["severity"], first["urgency"]) == (
        "HighErrorRate",
        "checkout",
        "SEV-2",
        "high",
    )
    assert first["labels"] == {"alertname": "HighErrorRate"}
    assert first["reason"] == 'route 1 (severity="critical") sends it to checkout; the first of its group'


async def test_a_closed_group_is_reopened_within_its_window_and_not_after(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    await desk.receive(critical(clock, "a"))
    await desk.work()
    await close_group(desk, 1)
    clock.advance(timedelta(minutes=9))
    await desk.receive(critical(clock, "b"))
    await desk.work()
    await close_group(desk, 1)
    clock.advance(timedelta(minutes=2))
    await desk.receive(critical(clock, "c"))
    await desk.work()
    assert grouped(await desk.events()) == [
        (1, True, False, False, 1, 1),
        (1, False, True, False, 1, 2),
        (2, True, False, False, 1, 1),
    ]


async def close_group(desk: Desk, group_id: int) -> None:
    async with desk.db.transaction() as tx:
        await groups.close_group(tx, group_id)
    await desk.work()


async def test_a_group_clears_when_its_last_alert_ends(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    begun = clock.now()
    await desk.receive(critical(clock, "a"), critical(clock, "b"))
    await desk.work()
    clock.advance(timedelta(minutes=1))
    await desk.receive(critical(clock, "a", starts_at=begun, ends_at=clock.now()))
    await desk.work()
    assert await desk.events("AlertGroupCleared") == []
    clock.advance(timedelta(minutes=1))
    await desk.receive(critical(clock, "b", starts_at=begun, ends_at=clock.now()))
    await desk.work()
    (cleared,) = await desk.events("AlertGroupCleared")
    assert cleared[2]["how"] == "source"
    assert datetime.fromisoformat(cleared[2]["at"]) == clock.now()


async def test_a_refire_relapses_into_the_open_group(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    begun = clock.now()
    await desk.receive(critical(clock, "a"))
    await desk.work()
    clock.advance(timedelta(minutes=1))
    await desk.receive(critical(clock, "a", starts_at=begun, ends_at=clock.now()))
    await desk.work()
    clock.advance(timedelta(minutes=30))
    await desk.receive(critical(clock, "a"))
    await desk.work()
    assert grouped(await desk.events()) == [(1, True, False, False, 1, 1), (1, False, False, True, 1, 2)]


async def test_a_silent_source_makes_alerts_stale_at_the_end_of_their_lease(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    begun = clock.now()
    await desk.receive(critical(clock, "a"))
    await desk.work()
    assert await desk.rows("select run_at from job where key = 'alerts.expire'") == [(begun + LEASE,)]
    clock.set(begun + LEASE)
    await desk.work()
    assert await desk.rows("select state, ended_by, ended_at from alert") == [("stale", "stale", begun + LEASE)]
    (cleared,) = await desk.events("AlertGroupCleared")
    assert cleared[2]["how"] == "stale"
    assert "fell silent" in (await desk.rows("select sentence from ledger where kind = 'AlertGroupCleared'"))[0][0]


async def test_resends_keep_an_alert_fresh_and_its_return_relapses(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    begun = clock.now()
    await desk.receive(critical(clock, "a"))
    await desk.work()
    for _ in range(10):
        clock.advance(timedelta(minutes=1))
        await desk.receive(critical(clock, "a", starts_at=begun))
        await desk.work()
    assert await desk.rows("select state from alert") == [("firing",)]
    clock.advance(timedelta(minutes=5))
    await desk.work()
    assert await desk.rows("select state from alert") == [("stale",)]
    await desk.receive(critical(clock, "a", starts_at=begun))
    await desk.work()
    assert await desk.rows("select state, occurrence, ended_at from alert") == [("firing", 1, None)]
    assert grouped(await desk.events())[-1] == (1, False, False, True, 1, 1)
    assert await desk.rows("select run_at from job where key = 'alerts.expire'") == [(clock.now() + LEASE,)]


async def test_an_alert_that_gets_a_lease_while_it_fires_goes_stale_when_it_runs_out(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db, ROUTES)
    endless = replace(critical(clock, "a"), ends_at=None, timeout=None)
    await desk.receive(endless)
    await desk.work()
    clock.advance(timedelta(minutes=1))
    timed = Desk(db, desk.book, replace(desk.integration, timeout=timedelta(minutes=5)))
    await timed.receive(endless)
    until = clock.now() + timedelta(minutes=5)
    assert await desk.rows("select run_at from job where key = 'alerts.expire'") == [(until,)]
    clock.set(until)
    await desk.work()
    assert await desk.rows("select state, ended_at from alert") == [("stale", until)]


async def test_an_alert_whose_time_out_was_taken_away_fires_until_its_source_ends_it(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db, ROUTES)
    timed = replace(critical(clock, "a"), ends_at=None)
    await desk.receive(timed)
    clock.advance(timedelta(minutes=3))
    await desk.receive(timed)
    await desk.receive(replace(timed, timeout=None))
    await desk.work()
    clock.advance(timedelta(days=1))
    await desk.work()
    assert await desk.rows("select state from alert") == [("firing",)]


async def test_an_alert_that_ended_before_it_was_grouped_calls_nobody_and_says_so(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db, ROUTES)
    begun = clock.now()
    await desk.receive(critical(clock, "a"))
    clock.advance(timedelta(seconds=5))
    await desk.receive(critical(clock, "a", starts_at=begun, ends_at=clock.now()))
    await desk.work()
    assert await desk.events("AlertsGrouped", "AlertGroupCleared") == []
    assert await desk.rows("select muted_reason from alert") == [(groups._UNCALLED,)]


async def test_held_and_dropped_alerts_are_visible_with_their_reason(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    await desk.receive(
        signal(alertname="Info", severity="info"), signal(alertname="Watch", severity="watch"), critical(clock, "a")
    )
    await desk.work()
    told = {kind: data["reason"] for kind, _, data in await desk.events("AlertsHeld", "AlertsDropped")}
    assert told == {
        "AlertsDropped": 'dropped by route 2 (severity="info"): informational',
        "AlertsHeld": 'held by route 3 (severity="watch"): watched by hand',
    }
    assert len(await desk.events("AlertsGrouped")) == 1


async def test_an_acknowledgement_at_the_source_reaches_the_group(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    fields = {"alertname": "HighErrorRate", "severity": "critical"}
    await desk.receive(signal(**fields))
    await desk.receive(signal(says=Says.ACKNOWLEDGED, **fields))
    await desk.work()
    (told,) = await desk.events("AlertAcknowledgedAtSource")
    assert (told[2]["group_id"], told[2]["by"]) == (1, "its source")


async def test_a_person_closes_alerts_and_resends_do_not_bring_them_back(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    begun = clock.now()
    await desk.receive(critical(clock, "a"))
    await desk.work()
    async with db.transaction() as tx:
        await close_alert(tx, ALICE, 1)
    async with db.transaction() as tx:
        with pytest.raises(Refused, match="over already"):
            await close_alert(tx, ALICE, 1)
    clock.advance(timedelta(minutes=1))
    await desk.receive(critical(clock, "a", starts_at=begun))
    await desk.work()
    assert await desk.rows("select state, ended_by from alert") == [("resolved", "person")]
    (cleared,) = await desk.events("AlertGroupCleared")
    assert cleared[2]["how"] == "person"
    await desk.receive(critical(clock, "a", starts_at=clock.now()))
    assert await desk.rows("select state from alert order by id") == [("resolved",), ("firing",)]


async def set_silence(desk: Desk, clock: VirtualClock, *matchers: str, lasts: timedelta, id: str | None = None) -> str:
    wanted = WantedSilence(
        id=id,
        matchers=tuple(parse_matcher(text) for text in matchers),
        starts_at=clock.now(),
        ends_at=clock.now() + lasts,
        created_by="alice",
        comment="deploying",
    )
    async with desk.db.transaction() as tx:
        return await silences.set_silence(tx, wanted)


async def test_a_silence_holds_alerts_and_its_end_releases_those_that_still_fire(
    db: Database, clock: VirtualClock
) -> None:
    desk = await open_desk(db, ROUTES, timeout=timedelta(days=1))
    silence = await set_silence(desk, clock, "instance=~a|b", lasts=timedelta(hours=1))
    begun = clock.now()
    far = begun + timedelta(days=1)
    await desk.receive(*[critical(clock, each, ends_at=far) for each in ("a", "b", "c")])
    await desk.work()
    assert grouped(await desk.events()) == [(1, True, False, False, 1, 1)]
    (held,) = await desk.events("AlertsHeld")
    assert held[2]["reason"] == "silenced by alice until 2026-03-02 11:00 UTC: deploying"
    rows = await desk.rows("select labels ->> 'instance', silenced_by, group_id from alert order by 1")
    assert rows == [("a", [UUID(silence)], None), ("b", [UUID(silence)], None), ("c", [], 1)]
    clock.advance(timedelta(minutes=30))
    await desk.receive(critical(clock, "b", starts_at=begun, ends_at=clock.now()))
    await desk.work()
    clock.set(begun + timedelta(hours=1))
    await desk.work()
    assert grouped(await desk.events())[-1] == (1, False, False, False, 1, 2)
    in_groups = await desk.rows("select labels ->> 'instance' from alert where group_id is not null order by 1")
    assert in_groups == [("a",), ("c",)]


async def test_a_silence_ended_early_releases_at_once_and_a_longer_one_later(db: Database, clock: VirtualClock) -> None:
    desk = await open_desk(db, ROUTES)
    far = clock.now() + timedelta(days=1)
    silence = await set_silence(desk, clock, "instance=a", lasts=timedelta(hours=1))
    await desk.receive(critical(clock, "a", ends_at=far))
    await desk.work()
    again = await set_silence(desk, clock, "instance=a", lasts=timedelta(hours=3), id=silence)
    assert again == silence
    clock.advance(timedelta(hours=2))
    await desk.work()
    assert await desk.events("AlertsGrouped") == []
    async with db.transaction() as tx:
        await silences.expire_silence(tx, UUID(silence))
    await desk.work()
    assert len(await desk.events("AlertsGrouped")) == 1


async def test_a_firing_cause_inhibits_its_effects_until_it_ends(db: Database, clock: VirtualClock) -> None:
    rules = [{"source": ["alertname=ClusterDown"], "target": ["severity=~warning|critical"], "equal": ["cluster"]}]
    desk = await open_desk(db, [{"match": ["severity=~.+"], "service": "checkout"}], inhibitions=rules)
    begun = clock.now()
    far = begun + timedelta(hours=2)
    cause = {"alertname": "ClusterDown", "cluster": "c1", "severity": "critical"}
    await desk.receive(signal(starts_at=begun, ends_at=far, **cause))
    await desk.work()
    effects = [{"alertname": "Slow", "cluster": cluster, "severity": "warning"} for cluster in ("c1", "c2")]
    await desk.receive(*[signal(starts_at=begun, ends_at=far, **labels) for labels in effects])
    await desk.work()
    rows = await desk.rows("select labels ->> 'cluster', muted_reason, inhibited_by from alert where id > 1 order by 1")
    assert rows == [("c1", "inhibited: alert 1 fires and is the cause", [1]), ("c2", None, [])]
    clock.advance(timedelta(minutes=10))
    await desk.receive(signal(starts_at=begun, ends_at=clock.now(), **cause))
    await desk.work()
    freed = "select muted_reason, group_id is not null from alert where labels ->> 'cluster' = 'c1' and id > 1"
    assert await desk.rows(freed) == [(None, True)]


async def test_ten_thousand_alerts_of_one_cause_are_one_group_and_a_critical_one_passes_them(
    db: Database, clock: VirtualClock
) -> None:
    routes = [{"match": ["job=batch"], "service": "batch", "group_by": ["alertname"]}, *ROUTES]
    desk = await open_desk(db, routes)
    for start in range(0, 10_000, 500):
        storm = {"alertname": "Storm", "job": "batch", "ends_at": clock.now() + LEASE}
        await desk.receive(*[signal(instance=str(n), **storm) for n in range(start, start + 500)])
    await desk.receive(critical(clock, "db"))
    (first,) = await desk.rows("select payload from job where lane like 'alerts%%' order by prio, run_at, id limit 1")
    chosen = await desk.rows("select labels ->> 'instance' from alert where id = %s", first[0]["alert_ids"][0])
    assert chosen == [("db",)]
    await desk.work()
    assert await desk.rows("select title, alert_count from alert_group order by id") == [
        ("HighErrorRate", 1),
        ("Storm", 10_000),
    ]
    assert [data["opened"] for _, _, data in await desk.events("AlertsGrouped")].count(True) == 2


async def test_each_alert_of_a_storm_is_muted_by_the_cause_it_shares_its_labels_with(
    db: Database, clock: VirtualClock
) -> None:
    rules = [{"source": ["alertname=HostDown"], "target": ["severity=warning"], "equal": ["instance"]}]
    desk = await open_desk(db, [{"match": ["severity=~.+"], "service": "checkout"}], inhibitions=rules)
    more: dict[str, Any] = {"ends_at": clock.now() + LEASE}
    await desk.receive(
        *[signal(alertname="HostDown", severity="critical", instance=str(n), **more) for n in range(1_500)]
    )
    await desk.work()
    await desk.receive(
        *[signal(alertname="Slow", severity="warning", instance=str(n), **more) for n in range(500, 2_500)]
    )
    await desk.work()
    muted = "select count(*) from alert where labels ->> 'alertname' = 'Slow' and cardinality(inhibited_by) = 1"
    assert await desk.rows(muted) == [(1_000,)]
