"""Running one claimed job and deciding what becomes of it: finished, tried again, given up, given back."""

import asyncio
import logging
from datetime import datetime, timedelta

import psycopg
from psycopg_pool import PoolClosed

from tocsin.kernel import job_store, tracing
from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.held import Held, JobKind, next_round
from tocsin.kernel.lease import Lease
from tocsin.kernel.ledger import Event

_DATABASE_AWAY = 0.5

_log = logging.getLogger(__name__)


class JobParked(Event, frozen=True):
    """Nobody tries this job again without a person's word."""

    job_id: int
    key: str | None
    kind: str
    attempts: int
    trouble: str


async def run_job(held: Held, kind: JobKind) -> BaseException | None:
    """Runs the handler; returns what it failed with. Cancellation comes back as a value too, so that the caller can
    give the job back."""
    with tracing.job_span(kind.name, held.payload, held.trace) as span:
        try:
            async with asyncio.timeout(kind.timeout.total_seconds()) as held.time_limit:
                await kind.handler(held)
                if kind.every is not None and not held.settled:
                    async with held.finish():
                        pass
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the loop's edge: every failure is a verdict
            span.fail(type(error).__name__)
            return error
    return None


async def settle_failed(held: Held, kind: JobKind, lease: Lease, error: BaseException) -> None:
    """Puts a failed job back or parks it, as often as it takes while the database is away.

    One that cannot be parked, because of what reacts to it, comes back: a job that is neither would be held for ever.
    """
    may_park = True
    while not held.settled:
        try:
            await _settle_once(held, kind, lease, error, may_park=may_park)
        except LeaseLost as lost:
            _log.info("%s", lost)
            return
        except PoolClosed:
            return  # the process ends: whoever finds this worker dead takes the job
        except psycopg.Error as away:
            _log.warning("job %d (%s) cannot be put back for the moment: %s", held.id, held.kind, away)
            await asyncio.sleep(_DATABASE_AWAY)
        except Exception:  # noqa: BLE001 - whatever it is, the job must not stay held
            _log.exception("job %d (%s) cannot be parked and is tried again", held.id, held.kind)
            may_park = False
            await asyncio.sleep(_DATABASE_AWAY)


async def _settle_once(held: Held, kind: JobKind, lease: Lease, error: BaseException, *, may_park: bool) -> None:
    now = held.now()
    if isinstance(error, asyncio.CancelledError):
        async with held.db.transaction() as tx:
            await held.put_back(tx, held.run_at, "given back by a worker that stopped", counted=False)
        held.settled = True
        return
    trouble = describe_trouble(error, kind)
    again = decide_again(held, kind, error, now)
    if again is None and may_park:
        await park(held, lease, trouble)
        return
    if isinstance(error, LeaseLost | psycopg.OperationalError):
        _log.info("job %d (%s) is tried again: %s", held.id, held.kind, trouble)
    else:
        _log.error("job %d (%s) failed and is tried again: %s", held.id, held.kind, trouble, exc_info=error)
    async with held.retry(again or now + kind.retry.longest, trouble):
        pass


def describe_trouble(error: BaseException, kind: JobKind) -> str:
    """One line for whoever looks at the queue."""
    if isinstance(error, TimeoutError) and not str(error):
        return f"took longer than {kind.timeout.total_seconds():g} s"
    text = f"{type(error).__name__}: {error}"[:500]
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def decide_again(held: Held, kind: JobKind, error: BaseException, now: datetime) -> datetime | None:
    """When to try again after a failure; None: give up. The database's absence and a change of hands never give up."""
    wait = kind.retry.next(held.attempts, draw=draw_of(held.id))
    if wait is not None:
        return now + wait
    if kind.every is not None:
        return next_round(held.run_at, kind.every, now)
    if isinstance(error, LeaseLost | psycopg.OperationalError):
        return now + min(kind.retry.longest, timedelta(seconds=5))
    return None


def draw_of(job_id: int) -> float:
    """A number in [0, 1) that spreads jobs evenly and is the same in every run (Knuth's multiplicative hash)."""
    return (job_id * 2_654_435_761 % 2**32) / 2**32


async def park(held: Held, lease: Lease, trouble: str) -> None:
    """Moves the job out of the way, loudly."""
    sentence = f"Job {held.id} ({held.kind}) is parked after {held.attempts} attempts: {trouble}."
    async with held.db.transaction() as tx:
        if not await job_store.park(tx.conn, lease.worker_id, held.id, held.attempts, trouble=trouble, at=tx.now):
            raise LeaseLost(f"Job {held.id} ({held.kind}) is no longer this worker's.", "Whoever has it decides.")
        await tx.emit(
            JobParked(
                topic="jobs",
                sentence=sentence,
                job_id=held.id,
                key=held.key,
                kind=held.kind,
                attempts=held.attempts,
                trouble=trouble,
            )
        )
    held.settled = True
    _log.error("%s", sentence)
