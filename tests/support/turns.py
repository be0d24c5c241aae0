"""Tests that take real time – processes, browsers, real programs – take turns, beside those that need a processor only.

`make test` runs three at a time: one goes through these, one after the other, while the others do the rest.
"""

from pathlib import Path

import pytest

FOLDERS = frozenset({"browser", "channels", "docs", "faults", "serve"})
MARKS = ("browser", "curl", "faults", "peers")
TESTS = Path(__file__).parent.parent


def take_turns(items: list[pytest.Item]) -> None:
    for item in items:
        if takes_real_time(item):
            item.add_marker(pytest.mark.xdist_group("real time"))


def takes_real_time(item: pytest.Item) -> bool:
    folder = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
    return folder in FOLDERS or any(item.get_closest_marker(mark) for mark in MARKS)
