"""Tries the access probes of a team: addresses behind the guard of all outgoing requests (SEC-4), commands in bounded
children. Nothing of an answer's body or of a command's output is kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tocsin.insights.readiness_model import Probed
from tocsin.kernel.commands import NOT_RUN, run_command
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import SendFailed

COMMAND_TAKES = 10.0
"""Seconds after which a command is killed."""


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
            is_ok, detail = await run_command(probe.command, COMMAND_TAKES)
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
