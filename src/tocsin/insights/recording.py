"""Keeping what schedules said, at each change of them and, for what changes without a word, every ten minutes."""

from datetime import timedelta

from tocsin.insights import store
from tocsin.insights.versions import new_versions
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.ledger import Event
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall

EVERY = timedelta(minutes=10)


async def note_schedules(tx: Tx) -> None:
    """Records each schedule that differs from its last version, as from now; nothing where nothing does."""
    await store.lock_versions(tx.conn)
    latest = {version.schedule: version for version in await store.list_latest_versions(tx.conn)}
    changed = new_versions(latest, await oncall.list_schedules(tx.conn, tx.now), tx.now)
    if changed:
        await store.insert_versions(tx.conn, changed)


async def note_change(tx: Tx, event: Event) -> None:
    """Something has happened that may have changed who is on call."""
    await note_schedules(tx)


async def _look(held: Held) -> None:
    async with held.finish() as tx:
        await note_schedules(tx)


NOTE_SCHEDULES = JobKind("insights.note_schedules", "insights", _look, every=EVERY)
