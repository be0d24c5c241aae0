"""A worker of the product itself, for tests that kill it in the middle of a send: DSN and data folder as arguments."""

import asyncio
import sys
from pathlib import Path

from tocsin.main.worker import open_worker
from tocsin.settings import Settings


def settings_in(folder: Path) -> Settings:
    return Settings(data_dir=folder, allowed_networks=("127.0.0.0/8",), secret_key=bytes(32))


async def work(dsn: str, folder: str) -> None:
    async with open_worker(settings_in(Path(folder)), dsn) as worker:
        await worker.run()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
