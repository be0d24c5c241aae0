"""`tocsin worker`: one process that runs jobs; start as many as you like on as many nodes."""

import asyncio
import logging
import signal
from argparse import Namespace
from collections.abc import Sequence

import uvloop

from tocsin.db.access import running_database_url
from tocsin.db.keyring import check_keyring, keyring_of
from tocsin.main.worker import open_worker
from tocsin.serve.lifeline import read_options, say_ready, when_parent_is_gone
from tocsin.serve.logs import set_up_logs
from tocsin.serve.memory import settle_memory
from tocsin.settings import Settings, load_here, with_secret_key

log = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    options = read_options(argv, "worker", "Run jobs: page people, send messages, resolve what has gone quiet.")
    settings = load_here()
    set_up_logs(settings, "worker")
    settings = with_secret_key(settings)
    dsn = running_database_url(settings)
    check_keyring(dsn, keyring_of(settings))
    uvloop.run(work(settings, dsn, options))
    return 0


async def work(settings: Settings, dsn: str, options: Namespace) -> None:
    """Until SIGTERM, SIGINT or the parent's end."""
    async with open_worker(settings, dsn) as worker:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.stop)
        when_parent_is_gone(options.lifeline, worker.stop)
        settle_memory()
        say_ready(options.ready)
        await worker.run()
