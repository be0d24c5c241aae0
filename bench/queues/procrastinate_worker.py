"""Procrastinate's worker, in its own environment: `python procrastinate_worker.py DSN`. Finished jobs are deleted, as
the others do."""

import asyncio
import logging
import sys
import time

import procrastinate
import uvloop

CONCURRENCY = 20
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=sys.argv[1], max_size=CONCURRENCY + 4))
done = 0


@app.task(name="noop")
async def noop() -> None:
    global done
    done += 1


async def tell() -> None:
    while True:
        print(time.monotonic(), done, flush=True)
        await asyncio.sleep(0.25)


async def main() -> None:
    logging.disable(logging.INFO)
    async with app.open_async():
        telling = asyncio.create_task(tell())
        await app.run_worker_async(concurrency=CONCURRENCY, delete_jobs="always")
        telling.cancel()


if __name__ == "__main__":
    uvloop.run(main())
