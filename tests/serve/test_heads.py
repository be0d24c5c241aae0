"""A head without end is not kept: whoever sends one is told how large it may be, and loses the connection."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.patience import PATIENCE
from tests.support.serving import eventually_async
from tocsin.kernel.asgi import Receive, Scope, Send, send_answer
from tocsin.serve.drain import Server
from tocsin.serve.heads import LARGEST_HEAD


async def how_much(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the bytes of the body."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message["more_body"]
    await send_answer(send, 200, [], str(size).encode())


async def _nothing() -> None:
    return


@asynccontextmanager
async def connected() -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter, Server]]:
    started = asyncio.Event()
    serving = Server(how_much, limit_concurrency=10, end_streams=_nothing, on_started=started.set)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(serving.serve([listening]))
        await started.wait()
        reader, writer = await asyncio.open_connection("127.0.0.1", listening.getsockname()[1])
        yield reader, writer, serving
        writer.close()
        serving.begin_drain()
        await running


@pytest.mark.parametrize("begun", [b"GET /", b"GET / HTTP/1.1\r\nX-Long: "], ids=["address", "header"])
async def test_a_head_without_end_is_refused(begun: bytes) -> None:
    async with connected() as (reader, writer, serving), asyncio.timeout(PATIENCE):
        writer.write(begun)
        await eventually_async(lambda: any(has_begun(each) for each in serving.server_state.connections))
        writer.write(b"a" * (LARGEST_HEAD + 1))
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 400")
        assert f"at most {LARGEST_HEAD // 1024} KiB".encode() in answer


def has_begun(connection: Any) -> bool:
    """Its parser has seen the first byte of a head."""
    return connection.scope is not None


async def test_a_body_that_is_larger_is_none_of_its_business() -> None:
    async with connected() as (reader, writer, _), asyncio.timeout(PATIENCE):
        size = 4 * LARGEST_HEAD
        request = b"POST / HTTP/1.1\r\nHost: tocsin\r\nContent-Length: %d\r\n\r\n" % size + b"b" * size
        for _ in range(2):
            writer.write(request)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            assert b"HTTP/1.1 200" in head
            assert await reader.readexactly(len(str(size))) == str(size).encode()
