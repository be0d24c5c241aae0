"""A client that holds back its request loses its connection; one that sends, waits or listens keeps it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from tests.support.serving import eventually_async
from tocsin.kernel.asgi import Receive, Scope, Send, send_answer
from tocsin.serve.patience import Patience

HEAD = b"POST / HTTP/1.1\r\nHost: tocsin\r\nContent-Length: 4\r\n\r\n"


async def read_then_wait(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the whole body, then answers – or, on /slow, never."""
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        await asyncio.Event().wait()
    await send_answer(send, 200, [], b"")


@asynccontextmanager
async def server() -> AsyncIterator[tuple[uvicorn.Server, int]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(read_then_wait, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        running = uvicorn.Server(config)
        task = asyncio.create_task(running.serve([listening]))
        try:
            yield running, listening.getsockname()[1]
        finally:
            running.should_exit = True
            await task


async def slow_after(sent: bytes, *, answered: bool) -> bool:
    """Whether a client that sent this and nothing more is found slow after the time it is given."""
    async with server() as (running, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        if answered:
            await reader.readline()
        await eventually_async(lambda: state_of(running) is not None and (answered or has_seen(running, sent)))
        patience = Patience(within=30.0)
        assert patience.look(running.server_state.connections, 0.0) == []
        assert patience.look(running.server_state.connections, 30.0) == []
        found = patience.look(running.server_state.connections, 30.1)
        writer.close()
        return bool(found)


def state_of(running: uvicorn.Server) -> Any:
    return next(iter(running.server_state.connections), None)


def has_seen(running: uvicorn.Server, sent: bytes) -> bool:
    """The head is complete: its cycle has begun. Before that the parser keeps what came to itself."""
    return b"\r\n\r\n" not in sent or state_of(running).cycle is not None


async def test_a_client_that_says_nothing() -> None:
    assert await slow_after(b"", answered=False)


async def test_a_head_that_does_not_end() -> None:
    assert await slow_after(b"POST / HTTP/1.1\r\nX-Slow: ", answered=False)


async def test_a_body_that_does_not_end() -> None:
    assert await slow_after(HEAD + b"ab", answered=False)


async def test_a_request_that_we_answer_slowly_ourselves() -> None:
    assert not await slow_after(HEAD.replace(b"POST /", b"POST /slow") + b"abcd", answered=False)


async def test_a_kept_connection_between_two_requests() -> None:
    assert not await slow_after(HEAD + b"abcd", answered=True)


async def test_another_request_begins_its_own_time() -> None:
    async with server() as (running, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        patience = Patience(within=30.0)
        for instant in (0.0, 25.0, 50.0):
            writer.write(HEAD + b"ab")
            await eventually_async(lambda: state_of(running) is not None and is_reading_body(running))
            assert patience.look(running.server_state.connections, instant) == []
            writer.write(b"cd")
            await reader.readuntil(b"\r\n\r\n")
        writer.close()


def is_reading_body(running: uvicorn.Server) -> bool:
    cycle = state_of(running).cycle
    return cycle is not None and cycle.more_body
