"""A request is bounded in all, and a client that has said its last word is answered."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.support.patience import PATIENCE
from tocsin.kernel.asgi import Receive, Scope, Send, send_answer
from tocsin.serve import protocol
from tocsin.serve.drain import Server

HEAD = b"POST / HTTP/1.1\r\nHost: tocsin\r\nContent-Length: 4\r\n\r\n"


async def read_and_answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Not at once: what has closed its side is seen before the answer is ready."""
    while (await receive()).get("more_body"):
        pass
    for _ in range(50):
        await asyncio.sleep(0)
    await send_answer(send, 200, [], b"read")


async def nothing() -> None:
    pass


@asynccontextmanager
async def connected() -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        started = asyncio.Event()
        server = Server(read_and_answer, limit_concurrency=10, end_streams=nothing, on_started=started.set)
        running = asyncio.create_task(server.serve([listening.dup()]))
        async with asyncio.timeout(PATIENCE):
            await started.wait()
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            try:
                yield reader, writer
            finally:
                writer.close()
                server.should_exit = True
                await running


async def send_for_ever(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """Until the other side has had enough."""
    for _ in range(20_000):
        writer.write(piece)
        await writer.drain()


async def test_what_follows_a_body_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LARGEST_REQUEST", 1_000_000)
    async with connected() as (_, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: tocsin\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        with pytest.raises(ConnectionError):
            await send_for_ever(writer, b"X: " + b"a" * 10_000 + b"\r\n")


async def test_who_has_nothing_more_to_say_is_answered_and_let_go() -> None:
    async with connected() as (reader, writer):
        writer.write(HEAD + b"body" + HEAD + b"body")
        writer.write_eof()
        assert (await reader.read()).count(b"HTTP/1.1 200 OK") == 2


async def test_who_goes_away_in_the_middle_of_a_request_is_not_waited_for() -> None:
    async with connected() as (reader, writer):
        writer.write(HEAD + b"bo")
        writer.write_eof()
        assert await reader.read() == b""
