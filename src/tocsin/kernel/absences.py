"""Who is dead, of the workers that seem to be away. No IO: the statements are in `worker_store`, the looks `sweep`'s.

A free advisory lock alone proves nothing: a server that goes down ends its sessions one after the other, and whoever
took the work of the first would send it once more, and lose the record of it with its own session. So a lock has to be
found free twice, some time apart and by one session: the server then still lives.
"""

from collections.abc import Iterable

import msgspec

from tocsin.kernel.wakeups import POLL_FLOOR

# Seconds between two looks at the same free lock: longer than a dying server needs to end its last session, and than a
# worker whose connection broke needs to come back.
APART = 0.3
LOOK_AGAIN_AFTER = 0.4
"""With a look each `POLL_FLOOR` a death is noticed well within the two seconds of REL-1."""


class Absent(msgspec.Struct, frozen=True):
    """A worker whose lock is free or whose lease is over; neither ever comes back."""

    id: int
    lease_over: bool


class Absences:
    """What one session has seen; all seconds are monotonic."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}

    def note(self, absent: Iterable[Absent], now: float) -> list[int]:
        """Who is dead for sure. A lease that is over needs no second look: the worker believes that, too."""
        absent = list(absent)
        self._since = {each.id: self._since.get(each.id, now) for each in absent}
        dead = [each.id for each in absent if each.lease_over or now - self._since[each.id] >= APART]
        for each in dead:
            del self._since[each]
        return dead

    def next_look(self, last: float) -> float:
        """When to look after the look at `last`: soon, while somebody was found absent once."""
        return last + (LOOK_AGAIN_AFTER if self._since else POLL_FLOOR.total_seconds())
