"""Draws charts, in a process of its own: the drawing engine is a browser's, large, and no part of the server.

It reads tasks and writes answers, each a MessagePack with its length (4 bytes, big-endian) before it. It ends when its
parent does, when nothing was asked for some time, or after many charts. Run as `python -m tocsin.kernel.chart_child`.
"""

from __future__ import annotations

import resource
import select
import sys
from typing import Any, BinaryIO, Literal

import msgspec

PROCESSOR_SECONDS = 120
MEMORY = 2 * 1024 * 1024 * 1024
IDLE_SECONDS = 300.0
MOST_CHARTS = 1000
GRAMMAR = "5.21"
SHARPNESS = 2.0
"""Dots of a PNG for each of the drawing's own: screens of phones have two or three."""


class Task(msgspec.Struct):
    spec: dict[str, Any]
    form: Literal["svg", "png"]


class Drawn(msgspec.Struct):
    """The drawing, or why there is none."""

    drawing: bytes = b""
    refused: str = ""


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(4, "big") + message


def draw(task: Task) -> Drawn:
    """Fetches nothing: no address is allowed to the engine."""
    import vl_convert  # noqa: PLC0415  only now it is bounded, and the parent never loads it

    try:
        if task.form == "png":
            png = vl_convert.vegalite_to_png(task.spec, vl_version=GRAMMAR, scale=SHARPNESS, allowed_base_urls=[])
            return Drawn(png)
        return Drawn(vl_convert.vegalite_to_svg(task.spec, vl_version=GRAMMAR, allowed_base_urls=[]).encode())
    except ValueError as error:
        return Drawn(refused=str(error)[:400])


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    for _ in range(MOST_CHARTS):
        if not select.select([tasks], [], [], IDLE_SECONDS)[0]:  # nothing is left in the buffer: one task at a time
            return
        head = tasks.read(4)
        if len(head) < 4:
            return
        task = msgspec.msgpack.decode(tasks.read(int.from_bytes(head, "big")), type=Task)
        answers.write(framed(msgspec.msgpack.encode(draw(task))))
        answers.flush()


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    if sys.platform == "linux":  # of addresses the engine reserves far more than it uses; this bounds what it writes to
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    serve(sys.stdin.buffer, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
