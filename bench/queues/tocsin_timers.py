"""Our worker with one kind of timer: `python -m bench.queues.tocsin_timers DSN SECONDS`. Prints, as one JSON document,
how late each timer was (milliseconds) and the processor seconds of this process."""

import asyncio
import json
import sys
import time

import uvloop

from tocsin.db.database import Database
from tocsin.kernel.held import Held, JobKind
from tocsin.worker import Worker

late: list[float] = []


async def fire(held: Held) -> None:
    late.append((held.now() - held.run_at).total_seconds() * 1000)


async def main() -> None:
    async with Database(sys.argv[1]) as db:
        worker = Worker(db, [JobKind("timer", "timers", fire)])
        running = asyncio.create_task(worker.run())
        await asyncio.sleep(float(sys.argv[2]))
        worker.stop()
        await running
    print(json.dumps({"late": late, "cpu": time.process_time()}))


if __name__ == "__main__":
    uvloop.run(main())
