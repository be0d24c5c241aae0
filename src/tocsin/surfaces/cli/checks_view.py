"""How the checks of an incident are waited for and shown: shared by `check` and `resolve`."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.wire.verification import Check, Checks

PATIENCE = 120.0
"""Seconds to wait for a run; each check has its own time, and the longest is half a minute."""

_ASK_EVERY = 0.3
_MARKS = {
    "passing": ("✓", "green"),
    "ticked": ("✓", "green"),
    "failing": ("✗", "bold red"),
    "unknown": ("?", "yellow"),
    "to-tick": ("☐", "yellow"),
}


def path_of(incident: str) -> str:
    return f"/incidents/{segment(incident)}/checks"


def wait_while(client: Client, incident: str, is_going_on: Callable[[Checks], bool]) -> bytes:
    """The first answer of which that is not true any more, or the last one when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while True:
        raw = client.get(path_of(incident))
        if not is_going_on(output.read(raw, Checks)) or time.monotonic() > deadline:
            return raw
        time.sleep(_ASK_EVERY)


def print_checks(told: Checks) -> None:
    """One line a check, what is not met with what to do."""
    for check in told.checks:
        mark, style = _MARKS.get(check.state, ("?", ""))
        by = f" ({output.line(check.by)})" if check.by else ""
        output.say((mark, style), "  ", (output.line(_label(check)), "bold"), f"  {output.line(check.detail)}{by}")
        if not check.is_met and check.remedy:
            output.say(Text(f"   {output.line(_remedy(check, told.incident))}", style="dim"))


def _label(check: Check) -> str:
    return f"{check.service}/{check.name}" if check.service else check.name


def _remedy(check: Check, incident: str) -> str:
    what = f"Look, then: tocsin check {incident} --tick {_label(check)}" if check.state == "to-tick" else check.remedy
    away = f", or take it away: tocsin check {incident} remove {check.name}" if check.is_own else ""
    return f"{what.removesuffix('.')}{away}" if away else what
