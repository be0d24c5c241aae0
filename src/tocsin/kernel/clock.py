"""Business time (REL-10): one instant for the whole installation, the database's, or a test's own.

Lease time and monotonic time are other clocks and do not pass through here (DESIGN, *Four clocks*).
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

_SLEW = 0.5


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware UTC instant that never goes backwards."""
        ...


class VirtualClock:
    """Stands still until it is moved; only forward."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self.set(self._now + by)

    def set(self, to: datetime) -> None:
        if to < self._now:
            raise ValueError(f"time does not go back from {self._now} to {to}")
        self._now = to.astimezone(UTC)


class DatabaseClock:
    """The database's time, sampled about each second and carried on by the monotonic clock in between.

    A sample ahead of us is adopted at once. When the database's clock was set back, ours neither jumps back
    (timers would fire twice) nor stands still (they would not fire at all): it runs at half speed until the
    two agree.
    """

    def __init__(self, start: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._shown = start.astimezone(UTC)
        self._shown_at = monotonic()
        self._ahead = timedelta()

    def now(self) -> datetime:
        moment = self._monotonic()
        passed = timedelta(seconds=moment - self._shown_at)
        if self._ahead:
            slewed = min(self._ahead, passed * _SLEW)
            self._ahead -= slewed
            passed -= slewed
        self._shown += passed
        self._shown_at = moment
        return self._shown

    def sample(self, database_time: datetime, *, age: float = 0.0) -> timedelta:
        """Takes in what the database said `age` seconds ago; returns how far ahead of it we were (negative: behind)."""
        ahead = self.now() - database_time.astimezone(UTC) - timedelta(seconds=age)
        if ahead < timedelta():
            self._shown -= ahead
            self._ahead = timedelta()
        else:
            self._ahead = ahead
        return ahead
