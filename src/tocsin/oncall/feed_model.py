"""Calendar feeds as values. No IO, no clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True)
class CalendarFeed:
    """A secret address that `owner` made, about a schedule or about a person: exactly one of the two is given."""

    id: int
    owner: str
    schedule: str | None
    person: str | None
    created_at: datetime
    last_used_at: datetime | None

    @property
    def about(self) -> str:
        """How people name it: a schedule, or "@alice"."""
        return self.schedule or f"@{self.person}"


class NewFeed(NamedTuple):
    """A feed at the moment it is made: the only time its token is known in the clear."""

    feed: CalendarFeed
    token: str
