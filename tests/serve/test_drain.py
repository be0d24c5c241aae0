"""A web process that leaves cuts no request off, and its successor on the same socket answers what comes (REL-11)."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.support.patience import PATIENCE
from tests.support.serving import eventually_async
from tocsin.kernel.asgi import Application, Receive, Scope, Send, send_answer
from tocsin.serve import drain
from tocsin.serve.drain import Server

REQUEST = b"GET / HTTP/1.1\r\nHost: tocsin\r\n\r\n"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture(autouse=True)
def quiet_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, a client has the time to ask once more."""
    monkeypatch.setattr(drain, "QUIET_FOR", PATIENCE)


class Leaving:
    """An application that says who it is, once its gate is open, and counts what reached it."""

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.reached = 0
        self.streams_ended = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached += 1
        await self.gate.wait()
        await send_answer(send, 200, [], self.name)

    async def end_streams(self) -> None:
        self.streams_ended += 1


@asynccontextmanager
async def serving(app: Leaving, listening: socket.socket) -> AsyncGenerator[tuple[Server, asyncio.Task[None]]]:
    """On a copy of the socket, as each process has its own."""
    wrapped: Application = app
    started = asyncio.Event()
    server = Server(wrapped, limit_concurrency=100, end_streams=app.end_streams, on_started=started.set)
    running = asyncio.create_task(server.serve([listening.dup()]))
    async with asyncio.timeout(PATIENCE):
        await started.wait()
    try:
        yield server, running
    finally:
        server.begin_drain()
        await running


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def send(self) -> None:
        self._writer.write(REQUEST)

    def close(self) -> None:
        self._writer.close()

    async def read(self) -> tuple[bytes, bool]:
        """What was answered, and whether it says that the connection closes."""
        async with asyncio.timeout(PATIENCE):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await self._reader.readexactly(int(length.partition(b":")[2]))
        return body, b"connection: close" in head.lower()

    async def ask(self) -> tuple[bytes, bool]:
        self.send()
        return await self.read()


@asynccontextmanager
async def client(listening: socket.socket) -> AsyncGenerator[Client]:
    client = Client(*await asyncio.open_connection(*listening.getsockname()))
    try:
        yield client
    finally:
        client.close()


async def test_clients_between_two_requests_are_answered_once_more_and_told_that_their_connection_closes(
    listening: socket.socket,
) -> None:
    app = Leaving(b"before")
    async with (
        serving(app, listening) as (server, running),
        client(listening) as first,
        client(listening) as second,
    ):
        for each in (first, second):
            assert await each.ask() == (b"before", False)
        os.kill(os.getpid(), signal.SIGTERM)
        await eventually_async(lambda: app.streams_ended)
        assert await first.ask() == (b"before", True)
        assert not server.should_exit, "the second has not been told"
        server.begin_drain()
        assert await second.ask() == (b"before", True)
        async with asyncio.timeout(PATIENCE):
            await running
        assert app.streams_ended == 1


async def test_what_runs_when_it_begins_is_ended_and_closes_too(listening: socket.socket) -> None:
    app = Leaving(b"before")
    app.gate.clear()
    async with serving(app, listening) as (server, _), client(listening) as waiting:
        waiting.send()
        await eventually_async(lambda: app.reached)
        server.begin_drain()
        await eventually_async(lambda: app.streams_ended)
        app.gate.set()
        assert await waiting.read() == (b"before", True)


async def test_who_connects_from_then_on_is_the_successors(listening: socket.socket) -> None:
    before, after = Leaving(b"before"), Leaving(b"after")
    async with serving(before, listening) as (server, _), client(listening) as kept:
        await kept.ask()
        server.begin_drain()
        await eventually_async(lambda: before.streams_ended)
        async with client(listening) as new:
            new.send()
            async with serving(after, listening):
                assert await new.read() == (b"after", False)
                new.close()
        assert before.reached == 1


async def test_a_client_that_keeps_its_connection_and_says_nothing_holds_nobody_up(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain, "QUIET_FOR", 0.0)
    app = Leaving(b"before")
    async with client(listening) as kept, serving(app, listening) as (server, running):
        await kept.ask()
        server.begin_drain()
        async with asyncio.timeout(PATIENCE):
            await running
