"""Tests that drive real programs run where the programs are; elsewhere the run says which tests it could not do."""

import os
import shutil

import pytest

NEEDS = {
    "browser": ("chromium-headless-shell", "chromium"),
    "peers": ("prometheus", "prometheus-alertmanager", "amtool"),
    "curl": ("curl",),
}


def missing_programs(item: pytest.Item) -> list[str]:
    wanted = [program for mark, programs in NEEDS.items() if item.get_closest_marker(mark) for program in programs]
    return [each for each in wanted if shutil.which(each) is None]


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what cannot run here. Under CI=true nothing is taken out, so that it fails."""
    if os.environ.get("CI") == "true":
        return
    left_out = [item for item in items if missing_programs(item)]
    if left_out:
        lines = (f"{item.nodeid} (needs {', '.join(missing_programs(item))})" for item in left_out)
        config.stash[LEFT_OUT] = sorted(lines)
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


LEFT_OUT = pytest.StashKey[list[str]]()


def say_what_was_left_out(config: pytest.Config, terminal: pytest.TerminalReporter) -> None:
    for line in config.stash.get(LEFT_OUT, []):
        terminal.write_line(f"could not run: {line}", yellow=True)
