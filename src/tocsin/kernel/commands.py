"""Runs a program that the configuration names: no shell, no input, no secret in its environment, and an end.

What it writes goes nowhere: a program's output is not ours to keep or to show.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

NOT_RUN = "Commands are not run here: TOCSIN_ALLOW_COMMANDS is off."
_PATH = "/usr/local/bin:/usr/bin:/bin"
"""All that a command is given of an environment: no secret of the worker's own."""


async def run_command(command: tuple[str, ...], takes: float) -> tuple[bool, str]:
    """Whether it ends with status 0 in so many seconds, and what became of it in words. It leads a process group of
    its own, which is killed when the time is over."""
    try:
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": _PATH},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return False, f"It could not be started ({getattr(error, 'strerror', None) or 'no such command'})"
    try:
        async with asyncio.timeout(takes):
            status = await child.wait()
    except TimeoutError:
        return False, f"It did not end within {takes:g} seconds"
    finally:
        if child.returncode is None:
            _kill_group(child.pid)
            await child.wait()
    return status == 0, f"Ended with status {status}"


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
