"""When to try again: a value, decided without a clock and tested as a table."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Retry:
    """Waits grow from `first` by `factor` up to `longest`; after `attempts` tries in all, give up.

    `spread` is the share of a wait that is drawn evenly, so that a thousand failed sends do not return together.
    """

    attempts: int = 8
    first: timedelta = timedelta(seconds=1)
    factor: float = 2.0
    longest: timedelta = timedelta(minutes=5)
    spread: float = 0.2

    def next(self, attempt: int, *, draw: float = 0.0) -> timedelta | None:
        """The wait after try number `attempt` (1 is the first); None: give up. `draw` in [0, 1) is the caller's."""
        if attempt >= self.attempts:
            return None
        longest = self.longest.total_seconds()
        try:
            grown = self.first.total_seconds() * self.factor ** max(attempt - 1, 0)
        except OverflowError:
            grown = longest
        return timedelta(seconds=min(grown, longest) * (1 - self.spread * draw))
