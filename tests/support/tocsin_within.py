"""The whole of Tocsin inside this process: web and worker in one event loop of a thread, beside a real database.

For tests that want a server to speak to rather than to see one start: it is there in a second, while the programs of
`tocsin_running` first import everything, twice.
"""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.support.tocsin import Installation, environment_of
from tocsin.db.access import running_database_url
from tocsin.main.web import open_web
from tocsin.main.worker import open_worker
from tocsin.serve.drain import Server
from tocsin.serve.welcome import welcome
from tocsin.settings import Settings, load_here, with_secret_key


@contextmanager
def tocsin_within(home: Path, **settings: str) -> Generator[Installation]:
    """Ready to work, on the database that `TOCSIN_DATABASE_URL` names; for that long the environment of this process is
    the server's."""
    home.mkdir(parents=True, exist_ok=True)
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        ThreadPoolExecutor(1, thread_name_prefix="tocsin") as threads,
    ):
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        installation = Installation(address, home, {**environment_of(home, address), **settings})
        with patch.dict(os.environ, installation.environment):
            running = _Running()
            done = threads.submit(asyncio.run, running.run(with_secret_key(load_here()), listening))
            try:
                running.wait_until_ready(done)
                yield installation
            finally:
                running.end()
                done.result(timeout=60)


class _Running:
    """One server's life, seen from two threads."""

    def __init__(self) -> None:
        self._is_ready = threading.Event()
        self._end: Callable[[], None] = lambda: None

    async def run(self, settings: Settings, listening: socket.socket) -> None:
        """Until `end`."""
        dsn = running_database_url(settings)
        loop, asked_to_end = asyncio.get_running_loop(), asyncio.Event()
        self._end = lambda: loop.call_soon_threadsafe(asked_to_end.set) and None
        async with open_web(settings, dsn) as web, open_worker(settings, dsn) as worker, asyncio.TaskGroup() as tasks:
            await welcome(settings, web.db)
            server = Server(web.app, limit_concurrency=100, end_streams=web.end_streams, on_started=self._is_ready.set)
            tasks.create_task(server.serve([listening]))
            tasks.create_task(worker.run())
            await asked_to_end.wait()
            worker.stop()
            await web.end_streams()
            server.should_exit = True

    def wait_until_ready(self, done: Future[None]) -> None:
        done.add_done_callback(lambda _: self._is_ready.set())
        self._is_ready.wait()
        if done.done():
            done.result()

    def end(self) -> None:
        self._end()
