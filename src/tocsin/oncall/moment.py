"""An instant as the clocks of several zones show it, and how long what was found out about it stays true."""

from __future__ import annotations

from datetime import datetime

from tocsin.kernel.localtime import instant_of, reached, zone_of


class Moment:
    """Collects the bounds of every answer that was asked for: what they have in common is when all of them hold."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._since: datetime | None = None
        self._until: datetime | None = None
        self._local: dict[str, datetime] = {}
        self._local_since: dict[str, datetime] = {}
        self._local_until: dict[str, datetime] = {}

    def local(self, zone: str) -> datetime:
        """The latest local time that has happened in a zone."""
        found = self._local.get(zone)
        if found is None:
            found = self._local[zone] = reached(self.at, zone_of(zone))
        return found

    def lasts(self, since: datetime | None, until: datetime | None) -> None:
        """An answer holds between two instants; None: without a bound."""
        if since is not None and (self._since is None or since > self._since):
            self._since = since
        if until is not None and (self._until is None or until < self._until):
            self._until = until

    def lasts_locally(self, zone: str, since: datetime | None, until: datetime | None) -> None:
        """An answer holds between two local times."""
        if since is not None and ((known := self._local_since.get(zone)) is None or since > known):
            self._local_since[zone] = since
        if until is not None and ((known := self._local_until.get(zone)) is None or until < known):
            self._local_until[zone] = until

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """Since when and until when all answers hold, as instants."""
        for zone, since in self._local_since.items():
            self.lasts(instant_of(since, zone_of(zone)), None)
        for zone, until in self._local_until.items():
            self.lasts(None, instant_of(until, zone_of(zone)))
        return self._since, self._until
