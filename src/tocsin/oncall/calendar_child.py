"""Reads a calendar in a process of its own, so that a hostile one takes down nothing but that (SEC-7).

The child asks for its own bounds of processor time and memory before it reads a byte; the parent waits so long and
no longer. Run as `python -m tocsin.oncall.calendar_child SECONDS`.
"""

import asyncio
import resource
import sys

import msgspec

from tocsin.kernel.errors import Invalid
from tocsin.oncall.calendar_model import Question, Reading

CPU_SECONDS = 16
MEMORY = 768 * 1024 * 1024
PATIENCE = 45.0
"""Seconds of the clock: a busy machine gives a process less than a second each."""


class Task(msgspec.Struct):
    text: bytes
    question: Question


class Told(msgspec.Struct):
    """The reading, or why there is none."""

    reading: Reading | None = None
    refused: str = ""
    remedy: str = ""


async def read_apart(text: bytes, question: Question, *, cpu_seconds: int = CPU_SECONDS) -> Reading:
    """What `calendar_reading.read_calendar` reads, in a child. Raises Invalid, also when it takes too much."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tocsin.oncall.calendar_child",
        str(cpu_seconds),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await child.communicate(msgspec.msgpack.encode(Task(text, question)))
    except TimeoutError:
        said = b""
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0 or not said:
        raise Invalid("Its events take too long to work out.", "Take out rules that repeat without need.")
    told = msgspec.msgpack.decode(said, type=Told)
    if told.reading is None:
        raise Invalid(told.refused, told.remedy)
    return told.reading


def main(cpu_seconds: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    if sys.platform == "linux":  # elsewhere an address space cannot be bounded
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from tocsin.oncall.calendar_reading import read_calendar  # noqa: PLC0415  only now it is bounded

    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)
    try:
        told = Told(reading=read_calendar(task.text, task.question))
    except Invalid as error:
        told = Told(refused=error.message, remedy=error.remedy)
    sys.stdout.buffer.write(msgspec.msgpack.encode(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
