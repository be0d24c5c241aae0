"""The hot statements of alerting find their rows by index – also when they were planned while the tables were
empty."""

from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import pytest

from tests.stores.alerting import open_desk, signal
from tocsin.alerts import group_store, store
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.db import Conn, as_jsonb

MANY = 20_000


async def fill(conn: Conn, clock: VirtualClock) -> None:
    """Many ended alerts, a thousand that fire, each of these in one of ten groups."""
    await conn.execute(
        """
        insert into alert_group (key, is_latest, title, labels, urgency, opened_at, last_alert_at, alert_count,
        scope_id)
        select gen_random_uuid(), true, 'g', '{}', 'high', %(now)s, %(now)s, 1, 1 from generate_series(1, 10)
        """,
        {"now": clock.now()},
    )
    await conn.execute(
        """
        insert into alert (integration_id, routing_id, identity, occurrence, is_current, state, labels, annotations,
            title, summary, url, severity_hint, starts_at, received_at, updated_at, lease_until, lease_is_timeout,
            ended_at, ended_by, group_key, group_id, silenced_by, inhibited_by, scope_id, changed_at, flaps_told)
        select 1, 1, gen_random_uuid(), 1, true, case when n <= 1000 then 'firing' else 'resolved' end, '{}', '{}',
            'a', '', '', '', %(now)s, %(now)s, %(now)s, %(now)s + n * interval '1 second', false,
            case when n > 1000 then %(now)s end, case when n > 1000 then 'source' end, gen_random_uuid(),
            case when n <= 1000 then n %% 10 + 1 end, '{}', '{}', 1, '{}', false
        from generate_series(1, %(many)s) as n
        """,
        {"now": clock.now(), "many": MANY},
    )


async def explain(conn: Conn, statement: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Every node of the plan that reads `alert`, with what it really read."""
    cursor = await conn.execute(f"explain (analyze, format json) {statement}", params)  # type: ignore[arg-type]
    row = await cursor.fetchone()
    assert row is not None
    return _reads(row[0][0]["Plan"])


def _reads(plan: dict[str, Any]) -> list[dict[str, Any]]:
    below = [node for child in plan.get("Plans", []) for node in _reads(child)]
    is_read = plan.get("Relation Name") == "alert" and plan["Node Type"] != "ModifyTable"
    return [plan, *below] if is_read or "Index Name" in plan else below


@pytest.mark.parametrize("planned_when", ["empty", "full"])
async def test_known_alerts_are_found_by_identity(db: Database, clock: VirtualClock, planned_when: str) -> None:
    async with db.connection() as conn:
        if planned_when == "empty":
            await conn.execute("analyze alert")
        await fill(conn, clock)
        if planned_when == "full":
            await conn.execute("analyze alert")
        cursor = await conn.execute("select integration_id, identity from alert order by id limit 64")
        keys = [{"i": row[0], "d": str(row[1])} for row in await cursor.fetchall()]
        reads = await explain(conn, store.FIND_CURRENT, {"keys": as_jsonb(keys)})
    assert {node["Index Name"] for node in reads if node.get("Relation Name") == "alert"} == {"alert_current"}


async def test_a_plan_kept_from_the_empty_table_still_uses_the_index(db: Database, clock: VirtualClock) -> None:
    async with db.connection() as conn:
        for _ in range(8):
            await store.list_current_alerts(conn, [(1, "0" * 32)])
        await fill(conn, clock)
        before = await _scanned(conn)
        for _ in range(4):
            await store.list_current_alerts(conn, [(1, "0" * 32)])
        assert await _scanned(conn) == before


async def _scanned(conn: Conn) -> int:
    await conn.execute("select pg_stat_force_next_flush()")
    cursor = await conn.execute("select seq_scan from pg_stat_user_tables where relname = 'alert'")
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def test_expiry_and_clearing_read_what_fires_and_no_more(db: Database, clock: VirtualClock) -> None:
    async with db.connection() as conn:
        await fill(conn, clock)
        await conn.execute("analyze alert")
        due = await explain(conn, group_store.EXPIRE, {"now": clock.now() + timedelta(seconds=5), "ids": None})
        first = [node for node in due if node.get("Index Name") == "alert_firing"]
        assert sum(node["Actual Rows"] for node in first) == 5
        following = await explain(conn, group_store.NEXT_EXPIRY, {})
        assert {node["Index Name"] for node in following if "Index Name" in node} >= {"alert_firing"}
        firing = await explain(conn, group_store.IS_ANY_FIRING, {"group": 3})
        assert [node["Index Name"] for node in firing] == ["alert_group_members", "alert_flapping"]
        assert firing[0]["Actual Rows"] == 1


async def test_unchanged_resends_grow_no_table(db: Database, clock: VirtualClock) -> None:
    """PERF-3: what half-used leases cost is one narrow row each, rewritten in place."""
    desk = await open_desk(db)
    begun = clock.now()
    labels = [{"alertname": "A", "n": str(n)} for n in range(300)]

    async def resend() -> None:
        ends_at = clock.now() + timedelta(minutes=4)
        await desk.receive(*[signal(starts_at=begun, ends_at=ends_at, **each) for each in labels])

    await resend()
    for _ in range(4):
        clock.advance(timedelta(minutes=2))
        await resend()
    sizes = """
        select sum(pg_relation_size(oid)) from pg_class
        where relname in ('alert', 'alert_seen', 'ledger_default', 'job')
    """
    rows = "select (select count(*) from alert), (select count(*) from ledger), (select count(*) from job)"
    before = await desk.rows(sizes), await desk.rows(rows)
    for _ in range(20):
        clock.advance(timedelta(minutes=2))
        await resend()
    assert (await desk.rows(sizes), await desk.rows(rows)) == before
    assert await desk.rows("select min(repeat_count), max(repeat_count) from alert_seen") == [(24, 24)]


@pytest.mark.parametrize(
    ("statement", "parameters", "index"),
    [
        (group_store.INHIBITED_BY, {"causes": [7, 8]}, "alert_inhibited"),
        (group_store.SILENCED_BY, {"silences": [UUID(int=7)]}, "alert_silenced"),
    ],
)
async def test_what_was_muted_is_found_by_what_muted_it(
    db: Database, clock: VirtualClock, statement: LiteralString, parameters: dict[str, Any], index: str
) -> None:
    async with db.connection() as conn:
        await fill(conn, clock)
        await conn.execute(
            "update alert set group_id = null, inhibited_by = array[id + 1], "
            "silenced_by = array[lpad(to_hex(id), 32, '0')::uuid] where state = 'firing'"
        )
        await conn.execute("analyze alert")
        reads = await explain(conn, statement, parameters)
    assert {node["Index Name"] for node in reads if "Index Name" in node} == {index}
