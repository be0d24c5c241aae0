"""Reading alerts: it begins with who may not; then lists, one alert, and the words that explain it (ALR-8, PAG-6)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.stores.alerting import LEASE, Desk, open_desk, signal
from tocsin.accounts.model import Role, Viewer
from tocsin.alerts import reading
from tocsin.alerts.closing import close_alert
from tocsin.alerts.model import Alert, Disposition, State, Urgency
from tocsin.alerts.reading import AlertFilter
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import NotFound

ALICE = Viewer(user_id=1, name="alice", role=Role.RESPONDER, scopes=(1,))
CAROL = Viewer(user_id=2, name="carol", role=Role.ADMIN, scopes=(2,))
ROUTES: list[dict[str, Any]] = [
    {"match": ["severity=critical"], "service": "checkout", "severity": "SEV-2", "group_by": ["alertname"]},
    {"match": ["severity=info"], "drop": "informational"},
]


async def fill(db: Database, clock: VirtualClock) -> Desk:
    """Alert 1 fires and has paged, 2 is dropped, 3 goes to the default route at low urgency."""
    desk = await open_desk(db, ROUTES, {"service": "rest"})
    labels = [
        {"alertname": "HighErrorRate", "severity": "critical"},
        {"alertname": "Info", "severity": "info"},
        {"alertname": "Slow", "severity": "warning"},
    ]
    for each in labels:
        await desk.receive(signal(starts_at=clock.now(), ends_at=clock.now() + LEASE, **each))
    await desk.work()
    return desk


async def listed(db: Database, viewer: Viewer = ALICE, **wanted: Any) -> list[int]:
    async with db.connection() as conn:
        return [alert.id for alert in await reading.list_alerts(conn, viewer, AlertFilter(**wanted))]


async def get(db: Database, alert_id: int, viewer: Viewer = ALICE) -> Alert:
    async with db.connection() as conn:
        return await reading.get_alert(conn, viewer, alert_id)


async def test_another_scope_sees_nothing(db: Database, clock: VirtualClock) -> None:
    await fill(db, clock)
    assert await listed(db, CAROL) == []
    async with db.connection() as conn:
        assert await reading.list_group_alerts(conn, CAROL, 1) == []
        for read in (reading.get_alert, reading.explain_alert):
            with pytest.raises(NotFound):
                await read(conn, CAROL, 1)


LISTS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [3, 2, 1]),
    ({"limit": 2}, [3, 2]),
    ({"before_id": 2}, [1]),
    ({"service": "rest"}, [3]),
    ({"disposition": Disposition.DROPPED}, [2]),
    ({"not_paged": True}, [3, 2]),
    ({"state": State.RESOLVED}, []),
    ({"integration": "prometheus"}, [3, 2, 1]),
    ({"integration": "other"}, []),
    ({"group_id": 1}, [1]),
]


async def test_lists_are_filtered_newest_first(db: Database, clock: VirtualClock) -> None:
    await fill(db, clock)
    for wanted, ids in LISTS:
        assert await listed(db, **wanted) == ids, wanted


async def test_an_alert_says_where_it_went_and_why(db: Database, clock: VirtualClock) -> None:
    await fill(db, clock)
    alert = await get(db, 1)
    assert (alert.integration, alert.service, alert.severity, alert.urgency) == (
        "prometheus",
        "checkout",
        "SEV-2",
        Urgency.HIGH,
    )
    assert alert.reason == 'route 1 (severity="critical") sends it to checkout'
    assert alert.group_labels == {"alertname": "HighErrorRate"}
    assert alert.group_id == 1
    assert len(alert.fingerprint) == 16
    assert len(UUID(alert.identity).hex) == 32
    with pytest.raises(NotFound):
        await get(db, 99)


async def test_an_expired_lease_is_stale_before_anybody_has_noted_it(db: Database, clock: VirtualClock) -> None:
    await fill(db, clock)
    alert = await get(db, 1)
    assert alert.state_at(clock.now()) is State.FIRING
    assert alert.state_at(clock.now() + LEASE) is State.STALE


async def test_an_end_that_its_source_did_not_tell_is_no_word_of_it(db: Database, clock: VirtualClock) -> None:
    desk = await fill(db, clock)
    heard = (await get(db, 1)).last_seen_at
    clock.advance(LEASE * 2)
    await desk.work()
    stale = await get(db, 1)
    assert (stale.state, stale.last_seen_at) == (State.STALE, heard)
    async with db.transaction() as tx:
        await close_alert(tx, ALICE, 1)
    closed = await get(db, 1)
    assert (closed.state, closed.ended_at, closed.last_seen_at) == (State.RESOLVED, clock.now(), heard)


async def test_the_explanation_tells_every_decision(db: Database, clock: VirtualClock) -> None:
    desk = await fill(db, clock)
    begun = clock.now()
    clock.advance(timedelta(minutes=1))
    labels = {"alertname": "HighErrorRate", "severity": "critical"}
    await desk.receive(signal(starts_at=begun, ends_at=clock.now(), **labels))
    clock.advance(timedelta(minutes=2))
    await desk.receive(signal(starts_at=clock.now(), ends_at=clock.now() + LEASE, **labels))
    await desk.work()
    latest = max(await listed(db))
    async with db.connection() as conn:
        first = await reading.explain_alert(conn, ALICE, 1)
        second = await reading.explain_alert(conn, ALICE, latest)
        dropped = await reading.explain_alert(conn, ALICE, 2)
    assert first.words == [
        "HighErrorRate came from prometheus at 2026-03-02 10:00:00 UTC.",
        'Routing: route 1 (severity="critical") sends it to checkout.',
        "Grouping: it is one of 2 alerts of group 1, opened 2026-03-02 10:00:00 UTC.",
        "It ended at 2026-03-02 10:01:00 UTC: its source said so.",
    ]
    assert [entry.kind for entry in first.entries if entry.topic == "alert/1"] == ["AlertEnded"]
    assert [alert.id for alert in second.earlier] == [1]
    assert second.words[0].endswith("UTC; it has fired 2 times so far.")
    assert dropped.words[1] == 'Routing: dropped by route 2 (severity="info"): informational.'
