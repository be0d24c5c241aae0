"""What has happened in the whole installation since this process began to count, read from the ledger when asked.

Counting costs nothing while nobody asks, and any process can do it for all of them. As with every counter of a process,
it begins at nothing when the process does.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tocsin.auditor import figure_store
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import find_last_id

SETTLED_AFTER = timedelta(seconds=10)
"""Entries become visible in another order than that of their ids: what is counted is older than this."""

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds; the upper bounds of the buckets of delivery times."""

KINDS = (
    "DeliveryEnded",
    "PersonPaged",
    "PageAcknowledged",
    "EscalationExhausted",
    "EscalationHeld",
    "IncidentDeclared",
    "JobParked",
)

OF_EVERYTHING = ("DeliveryEnded", "JobParked")
"""How Tocsin itself does its work, by channel and reason: counted for private incidents too, since it names none."""


@dataclass
class Tallies:
    """Ask one at a time."""

    events: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter[tuple[str, str, str, str, str]])
    """By kind, channel, state, reason and urgency; what an event does not have is ""."""
    times: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """Channel → how many fell into each bucket, the last without a bound."""
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    _up_to: int | None = None

    async def catch_up(self, conn: Conn, now: datetime) -> None:
        """Count what has happened since the last time; the first time there is nothing to count from."""
        up_to = await find_last_id(conn, before=now - SETTLED_AFTER)
        after, self._up_to = self._up_to, max(up_to, self._up_to or 0)
        if after is None or up_to <= after:
            return
        for *what, count in await figure_store.count_events(conn, after, up_to, KINDS, OF_EVERYTHING):
            kind, channel, state, reason, urgency = (str(each) for each in what)
            self.events[kind, channel, state, reason, urgency] += int(count)
        for channel, bucket, count, seconds in await figure_store.list_delivery_times(conn, after, up_to, BOUNDS):
            self.times.setdefault(channel, [0] * (len(BOUNDS) + 1))[bucket] += count
            self.seconds[channel] = self.seconds.get(channel, 0.0) + seconds

    def count(self, kind: str) -> int:
        """How often it happened, whatever the rest."""
        return sum(count for key, count in self.events.items() if key[0] == kind)
