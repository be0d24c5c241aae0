"""Which refused credentials are worth a line of the audit log, decided in memory: a flood of them costs no statement.

One meter a process; what it swallows it counts, and the next line tells (SEC-8).
"""

from collections import Counter
from datetime import datetime, timedelta

from tocsin.accounts.service import audit
from tocsin.kernel.addresses import caller_of
from tocsin.kernel.text import one_line
from tocsin.kernel.tx import Tx

WINDOW = timedelta(minutes=15)
LINES_PER_CLIENT = 5
LINES_IN_ALL = 100
LONGEST_PATH = 200


class RefusalMeter:
    """A few lines an address and a bounded number in all, in each window."""

    def __init__(self) -> None:
        self._ends_at: datetime | None = None
        self._lines: Counter[str] = Counter()
        self._swallowed = 0

    def admit(self, client: str, now: datetime) -> int | None:
        """How many were swallowed since the line before, when this one is to be written; None: it is swallowed."""
        caller = caller_of(client)
        if self._ends_at is None or now >= self._ends_at:
            self._ends_at, self._lines = now + WINDOW, Counter()
        if self._lines[caller] >= LINES_PER_CLIENT or self._lines.total() >= LINES_IN_ALL:
            self._swallowed += 1
            return None
        self._lines[caller] += 1
        swallowed, self._swallowed = self._swallowed, 0
        return swallowed


def deed(method: str, path: str) -> str:
    """What somebody tried, for the audit log: they chose the path, which may be long or no text at all."""
    return f"{method} {one_line(path, LONGEST_PATH)}"


async def note_forged_token(tx: Tx, where: str, client: str, swallowed: int) -> None:
    """Somebody came with a token that opens nothing. The token itself is told nowhere: it may be a typing error."""
    more = f", after {swallowed} others that are not listed" if swallowed else ""
    await audit(
        tx, "somebody", "came with an API token that is not in force to", where + more, outcome="refused", client=client
    )
