"""Tests that take real time – processes, browsers, real programs – take turns, beside those that need a processor only.

`make test` runs three at a time: one goes through the pages of the documentation, one through browsers, processes and
real programs, and the third, later all, through the rest. By path, since the marks of xdist's own groups do not reach
pytest 9.2's names of tests.
"""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

GROUPS = {
    "docs": "documents",
    "browser": "programs",
    "channels": "programs",
    "faults": "programs",
    "serve": "programs",
}
"""By folder; a file `test_real_…` is about real programs wherever it is. A test that is in no group goes by itself."""


class Turns(LoadScopeScheduling):
    """A group goes to one process, which goes through it from beginning to end; the largest group begins."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


def group_of(nodeid: str) -> str | None:
    """`tests/docs/test_howto.py::test_x` → "documents"."""
    path = PurePosixPath(nodeid.partition("::")[0])
    return "programs" if path.name.startswith("test_real_") else GROUPS.get(path.parts[1])
