"""The hot statements walk the index of due jobs in order and stop early – with statistics of an empty table, too."""

from typing import Any

import pytest

from tests.stores.engine import BEGINNING, begin_life, wanted
from tocsin.db.database import Database
from tocsin.kernel import job_store
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.db import Conn, as_jsonb, connect, prefer_index_order
from tocsin.kernel.questions import ask_one

FORBIDDEN = {"Seq Scan", "Sort", "Incremental Sort", "Bitmap Heap Scan", "Hash Join", "Merge Join"}


async def fill(conn: Conn, clock: VirtualClock, *, due: int, armed: int) -> None:
    for count, sign in ((due, -1), (armed, 1)):
        await conn.execute(
            """
            insert into job (kind, lane, prio, run_at, payload)
            select 'kind', 'mail', n %% 3, %s + n * %s * interval '1 second', '{}' from generate_series(1, %s) as n
            """,
            (clock.now(), sign, count),
        )


async def explain(conn: Conn, statement: str, params: dict[str, Any]) -> dict[str, Any]:
    cursor = await conn.execute(f"explain (analyze, format json) {statement}", params)  # pyright: ignore
    row = await cursor.fetchone()
    assert row is not None
    return row[0][0]["Plan"]


def nodes_on_job(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Every node that reads the job table or puts rows of it in order."""
    below = [node for child in plan.get("Plans", []) for node in nodes_on_job(child)]
    mine = plan.get("Relation Name") == "job" or plan["Node Type"].endswith("Sort")
    return [plan, *below] if mine else below


@pytest.fixture
def params(clock: VirtualClock) -> dict[str, Any]:
    return {
        "worker": 1,
        "wanted": as_jsonb([wanted(free=20), wanted("hook", 20, BEGINNING)]),
        "lanes": ["mail", "hook"],
        "kinds": ["kind"],
        "now": clock.now(),
    }


@pytest.mark.parametrize("analyzed_when", ["empty", "full"])
@pytest.mark.parametrize(
    ("statement", "at_most"),
    [
        (job_store.CLAIM, 60),
        (job_store.FIRST_DUE_AFTER, 6),
        (job_store.FIRST_CLAIMABLE, 6),
    ],
    ids=["claim", "first due after", "first claimable"],
)
async def test_index_order_and_early_end(
    db: Database, clock: VirtualClock, params: dict[str, Any], analyzed_when: str, statement: str, at_most: int
) -> None:
    async with await connect(db.conninfo) as conn:
        await begin_life(conn)
        if analyzed_when == "empty":
            await conn.execute("analyze job")
        await fill(conn, clock, due=3000, armed=20_000)
        if analyzed_when == "full":
            await conn.execute("analyze job")
        await prefer_index_order(conn)
        plan = await explain(conn, statement, params)
    reads = nodes_on_job(plan)
    assert {node["Node Type"] for node in reads} & FORBIDDEN == set()
    scans = [node for node in reads if node.get("Index Name") == "job_due"]
    assert scans
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in scans) <= at_most


async def test_claims_touch_no_index(db: Database, clock: VirtualClock) -> None:
    async with await connect(db.conninfo) as conn:
        worker = await begin_life(conn)
        await fill(conn, clock, due=500, armed=0)
        await ask_one(conn, job_store.claiming(worker, [wanted(free=500)], ["kind"], clock.now()))
        await conn.execute("select pg_stat_force_next_flush()")
        row = await (
            await conn.execute("select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'job'")
        ).fetchone()
    assert row == (500, 500)
