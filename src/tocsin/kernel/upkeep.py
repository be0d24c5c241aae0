"""What the engine does for itself: ledger months ahead, the audit chain, forgetting dead workers."""

from datetime import timedelta

import msgspec

from tocsin.kernel import ledger_months, ledger_seal, worker_store
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.jobs import NewJob, enqueue

LANE = "upkeep"
_SEAL_EVERY = timedelta(minutes=5)
_LONG_DEAD_DAYS = 7


async def make_ledger_months(held: Held) -> None:
    async with held.finish() as tx:
        await ledger_months.make_months(tx)


async def seal_audit(held: Held) -> None:
    """Two steps, a round apart: note how far the ledger has come, then, when every transaction of that time has
    ended, seal up to there. The horizon travels in the job's payload."""
    async with held.finish() as tx:
        noted = msgspec.convert(held.payload, ledger_seal.Horizon) if held.payload else None
        if noted is not None and await ledger_seal.is_settled(tx.conn, noted):
            await ledger_seal.seal_audit(tx.conn, noted, tx.now)
            noted = None
        horizon = noted or await ledger_seal.read_horizon(tx.conn)
        again = NewJob(
            kind=held.kind,
            payload=msgspec.to_builtins(horizon),
            lane=LANE,
            run_at=tx.now + _SEAL_EVERY,
            key=held.key,
        )
        await enqueue(tx, again)


async def forget_dead_workers(held: Held) -> None:
    async with held.finish() as tx:
        await worker_store.delete_long_dead(tx.conn, _LONG_DEAD_DAYS)


UPKEEP = (
    JobKind("kernel.make_ledger_months", LANE, make_ledger_months, every=timedelta(days=1)),
    JobKind("kernel.seal_audit", LANE, seal_audit, every=_SEAL_EVERY),
    JobKind("kernel.forget_dead_workers", LANE, forget_dead_workers, every=timedelta(days=1)),
)
