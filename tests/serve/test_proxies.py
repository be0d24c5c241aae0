"""Whose word counts about where a request comes from (SEC-2): the proxies that the settings name, and nobody else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tocsin.kernel.asgi import Receive, Scope, Send, send_answer
from tocsin.serve.drain import Server

SAYS = {"X-Forwarded-For": "192.0.2.7, 198.51.100.9"}
"""The first was typed by the client itself, the last was added by the proxy."""


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    await send_answer(send, 200, [], scope["client"][0].encode())


async def _nothing() -> None:
    return


@asynccontextmanager
async def server(*trusted: str) -> AsyncIterator[str]:
    started = asyncio.Event()
    serving = Server(who, limit_concurrency=10, end_streams=_nothing, on_started=started.set, trusted_proxies=trusted)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(serving.serve([listening]))
        await started.wait()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        serving.begin_drain()
        await running


@pytest.mark.parametrize(
    ("trusted", "client"),
    [
        ((), "127.0.0.1"),
        (("10.0.0.5",), "127.0.0.1"),
        (("127.0.0.1",), "198.51.100.9"),
        (("127.0.0.0/8",), "198.51.100.9"),
        (("127.0.0.1", "198.51.100.0/24"), "192.0.2.7"),
    ],
)
async def test_a_proxy_is_believed_when_it_is_named(trusted: tuple[str, ...], client: str) -> None:
    async with server(*trusted) as url, httpx.AsyncClient() as caller:
        assert (await caller.get(url, headers=SAYS)).text == client
