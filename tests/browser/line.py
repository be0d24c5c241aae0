"""A line to a server that can be cut and mended, as a phone's is in a tunnel."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Line:
    """A port of this machine that leads to another, until it is cut: then every connection is closed and none made."""

    def __init__(self, address: str) -> None:
        host, _, port = address.partition(":")
        self._there = (host, int(port))
        self._here: int = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._here}"

    async def mend(self) -> None:
        """At the same port as before."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._here)
        self._here = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        self._server = None

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._there)
        self._open |= {writer, back}
        try:
            await asyncio.gather(_pour(reader, back), _pour(there, writer))
        finally:
            for end in (writer, back):
                end.transport.abort()
                self._open.discard(end)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
        writer.write_eof()
    except ConnectionError:
        return  # it was cut


@asynccontextmanager
async def line_to(address: str) -> AsyncGenerator[Line]:
    """`address` is host:port; the line is whole at first."""
    line = Line(address)
    await line.mend()
    yield line
    await line.cut()
