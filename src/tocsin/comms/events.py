"""What was said about an incident, and what was not said in time."""

from datetime import datetime

from tocsin.incidents.events import IncidentEvent


class UpdatePosted(IncidentEvent, frozen=True, kw_only=True):
    """Somebody wrote the `n`th update; `audience` is to whom it goes besides the room."""

    n: int
    text: str
    by: str
    audience: tuple[str, ...]
    next_update_at: datetime | None


class UpdateOverdue(IncidentEvent, frozen=True, kw_only=True):
    """An update was due at `due_at` and nobody has written one (COM-2); once for each due time."""

    due_at: datetime
    reminded: str | None


class UpdateReminded(IncidentEvent, frozen=True, kw_only=True):
    """Nobody wrote it after the communicator had been reminded, so the commander was told (COM-2)."""

    reminded: str


class WordingBroken(IncidentEvent, frozen=True, kw_only=True):
    """A message went out as it ships, since the template that was to word it cannot be used any more."""

    template: str
    problem: str
