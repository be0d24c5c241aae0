"""Virtual time: an instant that only moves forward, from due timer to due timer. Nothing is jumped over."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count


class Timers:
    """Timers of one instant go in the order in which they were set."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()

    def at(self, due: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (max(due, self.now), next(self._numbers), do))

    def run_until(self, instant: datetime) -> None:
        """Runs what is due by then, and stands at that instant."""
        heap = self._heap
        while heap and heap[0][0] <= instant:
            due, _, do = heapq.heappop(heap)
            self.now = due
            do()
        self.now = max(self.now, instant)

    def run_out(self, limit: datetime) -> None:
        """Runs until nothing more is set, or until the limit."""
        while self._heap and self._heap[0][0] <= limit:
            self.run_until(self._heap[0][0])
