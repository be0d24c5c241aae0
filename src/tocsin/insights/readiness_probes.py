"""Tries the access probes of a team: addresses behind the guard of all outgoing requests (SEC-4), commands in bounded
children. Nothing of an answer's body or of a command's output is kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tocsin.insights.readiness_model import Probed
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import SendFailed

COMMAND_TAKES = 10.0
"""Seconds after which a command is killed."""

NOT_RUN = "Commands are not run here: TOCSIN_ALLOW_COMMANDS is off."
_PATH = "/usr/local/bin:/usr/bin:/bin"
"""All that a command is given of an environment: no secret of the worker's own."""


@dataclass(frozen=True)
class Prober:
    """`may_run` is the setting that allows commands."""

    http: GuardedHttp
    may_run: bool = False

    async def probe_all(self, probes: list[Probed], now: datetime) -> list[Probed]:
        """All at once, each within its own time-out."""
        return list(await asyncio.gather(*(self.probe(probe, now) for probe in probes)))

    async def probe(self, probe: Probed, now: datetime) -> Probed:
        """The probe with what was found."""
        if probe.url is not None:
            is_ok, detail = await self._ask(probe.url)
        elif self.may_run:
            is_ok, detail = await run_command(probe.command)
        else:
            is_ok, detail = None, NOT_RUN
        return msgspec.structs.replace(probe, checked_at=now, is_ok=is_ok, detail=detail)

    async def _ask(self, url: str) -> tuple[bool, str]:
        """Below 400 is good: a page that asks for a sign-in answers 401 or 403, and then there is no access."""
        try:
            answer = await self.http.request("GET", url, redirects=3)
        except SendFailed as failure:
            return False, f"No answer ({failure.detail})"
        return answer.status < 400, f"Answered with HTTP {answer.status}"


async def run_command(command: tuple[str, ...], takes: float = COMMAND_TAKES) -> tuple[bool, str]:
    """Whether it ends with status 0 in so many seconds; no shell, no input, and its output goes nowhere."""
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
            child.kill()
            await child.wait()
    return status == 0, f"Ended with status {status}"
