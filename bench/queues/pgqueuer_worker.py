"""PgQueuer's worker on asyncpg, in its own environment: `python pgqueuer_worker.py DSN`."""

import asyncio
import shlex
import sys
import time

import asyncpg
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job

BATCH = 100  # the best of 10, 50, 100, 250 and 500 on two cores
done = 0


async def tell() -> None:
    while True:
        print(time.monotonic(), done, flush=True)
        await asyncio.sleep(0.25)


async def main() -> None:
    known = dict(part.split("=", 1) for part in shlex.split(sys.argv[1]))
    connection = await asyncpg.connect(host=known["host"], user=known["user"], database=known["dbname"])
    queue = PgQueuer(AsyncpgDriver(connection))

    @queue.entrypoint("noop")
    async def noop(job: Job) -> None:
        global done
        done += 1

    telling = asyncio.create_task(tell())
    await queue.run(batch_size=BATCH)
    telling.cancel()


if __name__ == "__main__":
    uvloop.run(main())
