"""A worker process for faults to happen to: `python -m tests.faults.worker_process DSN SINK LEASE`.

Its handlers do what real ones do – read, send, then record in one transaction – and, where the payload says so, kill
their own process at a named point of their first attempt. A send is a line in the file SINK; what is recorded is a
row in `done`. Neither refuses doubles, so that tests can count them.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

from tocsin.db.database import Database
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.jobs import NewJob, enqueue
from tocsin.kernel.keeping import record_while_held
from tocsin.kernel.retry import Retry
from tocsin.worker import Worker

SINK = Path(sys.argv[2])


def send(held: Held) -> None:
    """The network, from where nothing comes back: one line, whole, in the order of sending."""
    with SINK.open("ab", buffering=0) as sink:
        sink.write(f"{held.payload['name']} {os.getpid()}\n".encode())


def die_here(held: Held, point: str) -> None:
    if held.payload.get("die_at") == point and held.attempts == 1:
        os.kill(os.getpid(), signal.SIGKILL)


async def step(held: Held) -> None:
    """A send, then one transaction, as deliveries do it."""
    die_here(held, "after claim")
    send(held)
    die_here(held, "after send, before mark")
    await record_while_held(held, partial(mark_and_go_on, held))
    die_here(held, "after the commit")


async def mark_and_go_on(held: Held) -> None:
    """The state's change and the next timer."""
    async with held.finish() as tx:
        await tx.conn.execute("insert into done values (%s, %s)", (held.payload["name"], os.getpid()))
        die_here(held, "between state change and next timer")
        if "then" in held.payload:
            payload = {"name": held.payload["then"]}
            await enqueue(tx, NewJob(kind="step", payload=payload, lane="mail", run_at=tx.now))


def wait_for_file(path: Path) -> None:
    while not path.exists():
        time.sleep(0.02)


async def slow(held: Held) -> None:
    """Takes its time between the send and the mark: until this process's file in the payload's folder is there."""
    send(held)
    await asyncio.to_thread(wait_for_file, Path(held.payload["gates"]) / str(os.getpid()))
    async with held.finish() as tx:
        await tx.conn.execute("insert into done values (%s, %s)", (held.payload["name"], os.getpid()))


async def stuck(held: Held) -> None:
    """The first attempt blocks the whole event loop for as long as its payload says."""
    send(held)
    if held.attempts == 1:
        time.sleep(held.payload["seconds"])  # noqa: ASYNC251 - the fault itself
    async with held.finish() as tx:
        await tx.conn.execute("insert into done values (%s, %s)", (held.payload["name"], os.getpid()))


async def poison(held: Held) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


KINDS = [
    JobKind("step", "mail", step, retry=Retry(first=timedelta(milliseconds=50))),
    JobKind("slow", "mail", slow, timeout=timedelta(minutes=5)),
    JobKind("stuck", "mail", stuck, timeout=timedelta(minutes=5)),
    JobKind("poison", "mail", poison),
]


async def main() -> None:
    async with Database(sys.argv[1]) as db:
        worker = Worker(db, KINDS, places={"mail": 8}, lease=timedelta(seconds=float(sys.argv[3])))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
        await worker.run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
