"""`tocsin web`: one process that answers requests; start as many as you like on as many nodes."""

import asyncio
import logging
import resource
import socket
from argparse import Namespace
from collections.abc import Sequence

import uvloop

from tocsin.db.access import running_database_url
from tocsin.db.keyring import check_keyring, keyring_of
from tocsin.main.web import open_web
from tocsin.serve.drain import Server
from tocsin.serve.lifeline import read_options, say_ready, when_parent_is_gone
from tocsin.serve.listen import inherit_socket, open_socket
from tocsin.serve.logs import set_up_logs
from tocsin.serve.memory import settle_memory
from tocsin.serve.patience import close_slow
from tocsin.serve.welcome import welcome
from tocsin.settings import Settings, load_here, with_secret_key

log = logging.getLogger(__name__)

LIMIT_CONCURRENCY = 4000  # open connections, streams included; beyond them a request gets 503 at once


def main(argv: Sequence[str]) -> int:
    options = read_options(argv, "web", "Answer requests: alerts in, pages, API.")
    settings = load_here()
    set_up_logs(settings, "web")
    settings = with_secret_key(settings)
    dsn = running_database_url(settings)
    check_keyring(dsn, keyring_of(settings))
    allow_many_connections()
    listening = inherit_socket(options.socket) if options.socket is not None else open_socket(settings)
    uvloop.run(serve(settings, dsn, listening, options))
    return 0


def allow_many_connections() -> None:
    """Each is a file to the kernel, and the usual soft limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * LIMIT_CONCURRENCY
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


async def serve(settings: Settings, dsn: str, listening: socket.socket, options: Namespace) -> None:
    """Until SIGTERM, SIGINT or the parent's end."""
    async with open_web(settings, dsn) as web:
        lines: Sequence[str] = await welcome(settings, web.db) if options.welcome else ()
        server = Server(
            web.app,
            limit_concurrency=LIMIT_CONCURRENCY,
            end_streams=web.end_streams,
            on_started=lambda: say_ready(options.ready, lines),
            trusted_proxies=settings.trusted_proxies,
        )
        when_parent_is_gone(options.lifeline, server.begin_drain)
        slow = asyncio.create_task(close_slow(server.server_state.connections), name="patience")
        settle_memory()
        await server.serve([listening])
        slow.cancel()
