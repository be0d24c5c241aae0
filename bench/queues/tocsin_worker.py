"""Our worker with one no-op kind: `python -m bench.queues.tocsin_worker DSN`; prints its count four times a second."""

import asyncio
import sys
import time

import uvloop

from tocsin.db.database import Database
from tocsin.kernel.held import Held, JobKind
from tocsin.worker import Worker

PLACES = 256
done = 0


async def noop(held: Held) -> None:
    global done
    done += 1


async def tell() -> None:
    while True:
        print(time.monotonic(), done, flush=True)
        await asyncio.sleep(0.25)


async def main() -> None:
    async with Database(sys.argv[1]) as db:
        telling = asyncio.create_task(tell())
        await Worker(db, [JobKind("noop", "noop", noop)], places={"noop": PLACES}).run()
        telling.cancel()


if __name__ == "__main__":
    uvloop.run(main())
