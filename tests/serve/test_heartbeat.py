"""A worker as it is put together for production asks for the heartbeat's address, and looks (REL-3)."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tests.support.sinks import HttpSink
from tocsin.auditor import store
from tocsin.db.database import Database
from tocsin.kernel import ledger_months
from tocsin.main.worker import open_worker
from tocsin.settings import Settings


async def test_a_worker_pings_at_once_where_somebody_has_just_looked(dsn: str, tmp_path: Path) -> None:
    async with Database(dsn) as db, db.transaction() as tx:
        await ledger_months.make_months(tx)
        await store.update_look(tx.conn, tx.now)
    with HttpSink() as sink:
        settings = Settings(data_dir=tmp_path, secret_key=bytes(32), heartbeat_url=f"{sink.url}/ping/me")
        async with open_worker(settings, dsn) as worker:
            running = asyncio.create_task(worker.run())
            request = await sink.inbox.receives()
            assert (request.method, request.path) == ("GET", "/ping/me")
            worker.stop()
            await running
    async with Database(dsn) as db, db.connection() as conn:
        looked_at = await store.find_look(conn)
        assert looked_at is not None
        assert looked_at <= datetime.now(UTC)
        assert await store.list_findings(conn) == []
