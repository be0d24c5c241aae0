"""Has charts drawn by a child process: started when the first is asked for, kept for the next, ended with its parent.

What was drawn is kept for a while: the same chart is the same drawing, byte for byte.
"""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict
from types import TracebackType
from typing import Literal
from xml.sax.saxutils import escape

import msgspec

from tocsin.kernel.chart_child import Drawn, Task, framed
from tocsin.kernel.chart_spec import spec_of
from tocsin.kernel.charts import Chart, Theme
from tocsin.kernel.errors import Unavailable

PATIENCE = 15.0
"""Seconds of the clock for one chart, waiting for its turn and for the engine's start included."""
MOST_KEPT = 128
CHILD = ("-m", "tocsin.kernel.chart_child")

_Form = Literal["svg", "png"]


class Renderer:
    """Draws for one event loop, one chart at a time. Use it as a context, or `close` it: that ends the child."""

    def __init__(self, command: tuple[str, ...] = (sys.executable, *CHILD), patience: float = PATIENCE) -> None:
        self.command = command
        self._patience = patience
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    async def __aenter__(self) -> Renderer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def child_pid(self) -> int | None:
        """The child that draws, if one runs or did when it was last asked."""
        return None if self._child is None else self._child.pid

    async def svg(self, chart: Chart, theme: Theme = "light") -> str:
        """A drawing with its title and its alternative in words. Raises Unavailable."""
        return described((await self._drawn(chart, theme, "svg")).decode(), chart)

    async def png(self, chart: Chart, theme: Theme = "light") -> bytes:
        """Dots, for what shows no SVG (mail programs). Raises Unavailable."""
        return await self._drawn(chart, theme, "png")

    async def close(self) -> None:
        """Ends the child; the next chart would start another."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        await child.wait()
        if child.stdin is not None:
            child.stdin.close()

    async def _drawn(self, chart: Chart, theme: Theme, form: _Form) -> bytes:
        task = msgspec.msgpack.encode(Task(spec_of(chart, theme), form), order="deterministic")
        kept = self._kept.get(task)
        if kept is not None:
            self._kept.move_to_end(task)
            return kept
        try:
            async with asyncio.timeout(self._patience), self._turn:
                drawn = await self._ask(task)
        except TimeoutError:
            raise _failed("it took too long") from None
        if drawn.refused:
            raise _failed(drawn.refused)
        self._kept[task] = drawn.drawing
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return drawn.drawing

    async def _ask(self, task: bytes) -> Drawn:
        """One task and its answer; a child that has ended meanwhile (idle, or after its share) is replaced."""
        for _ in range(2):
            try:
                return await self._exchange(task, self._child or await self._start())
            except (OSError, asyncio.IncompleteReadError):
                await self.close()
            except asyncio.CancelledError:  # out of time: what it would still say would answer the next task
                await self.close()
                raise
        raise _failed("the program that draws ended")

    async def _exchange(self, task: bytes, child: asyncio.subprocess.Process) -> Drawn:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(framed(task))
        await child.stdin.drain()
        size = int.from_bytes(await child.stdout.readexactly(4), "big")
        return msgspec.msgpack.decode(await child.stdout.readexactly(size), type=Drawn)

    async def _start(self) -> asyncio.subprocess.Process:
        self._child = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return self._child


async def render_svg(chart: Chart, theme: Theme = "light") -> str:
    """One drawing by a child of its own, for commands. Raises Unavailable."""
    async with Renderer() as renderer:
        return await renderer.svg(chart, theme)


async def render_png(chart: Chart, theme: Theme = "light") -> bytes:
    """The same as dots."""
    async with Renderer() as renderer:
        return await renderer.png(chart, theme)


def described(svg: str, chart: Chart) -> str:
    """An SVG that a screen reader reads as one picture: its title, and what is to be seen; nothing of its marks."""
    head, marks = svg.removesuffix("</svg>").split(">", 1)
    words = f"<title>{escape(chart.title)}</title><desc>{escape(chart.alt)}</desc>"
    return f'{head} role="img">{words}<g aria-hidden="true">{marks}</g></svg>'


def _failed(why: str) -> Unavailable:
    return Unavailable(f"The chart cannot be drawn: {why}.", "Its numbers stand in the table; try again in a minute.")
