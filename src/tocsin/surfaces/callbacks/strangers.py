"""How often an address may call without proof, counted in memory. It never concerns whoever brings one: a provider
that shares its address with a stranger is heard all the same.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.kernel.addresses import caller_of

WINDOW = timedelta(minutes=1)
MOST = 30
"""Calls without proof from one address in a window; a provider with a wrong secret comes a few times a minute."""
MOST_ADDRESSES = 10_000
"""Those that come when so many are counted share what is left."""

_OTHERS = "others"


class TooMany(NamedTuple):
    """`wait` until the address may come again; `is_first`: it was not told so in this window."""

    wait: timedelta
    is_first: bool


class Strangers:
    """One for a process."""

    def __init__(self) -> None:
        self._ends_at: datetime | None = None
        self._calls: Counter[str] = Counter()

    def count(self, client: str, now: datetime) -> TooMany | None:
        """Counts a call without proof; None as long as it is not one too many."""
        if self._ends_at is None or now >= self._ends_at:
            self._ends_at, self._calls = now + WINDOW, Counter()
        caller = caller_of(client)
        counted = caller if caller in self._calls or len(self._calls) < MOST_ADDRESSES else _OTHERS
        self._calls[counted] += 1
        beyond = self._calls[counted] - MOST
        return TooMany(self._ends_at - now, beyond == 1) if beyond > 0 else None
