"""A command check: a program that the configuration names ends with status 0. Only where the operator allows it."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.catalog.checks import CommandCheck
from tocsin.kernel.commands import NOT_RUN, run_command
from tocsin.verification.model import Finding, Occasion


@dataclass(frozen=True)
class CommandLook:
    """Serves `verification.ports.Executor`. `may_run` is the setting that allows commands."""

    may_run: bool

    async def look(self, check: CommandCheck, occasion: Occasion) -> Finding:
        if not self.may_run:
            return Finding(False, f"{NOT_RUN} Set it to on where the worker runs, or make this a manual check.")
        is_good, detail = await run_command(check.argv, check.timeout.total_seconds())
        return Finding(is_good, f"{detail}.")
