"""Which groups take so many alerts at this moment that they must not stand before anything urgent (ALR-6)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tocsin.alerts import store
from tocsin.alerts.store import NewAlert
from tocsin.kernel.db import Conn

HOT = 32
"""From so many alerts of one group within `WINDOW` on it is worth a look whether the group burns already."""

WINDOW = timedelta(seconds=1)

LOOK_EVERY = timedelta(milliseconds=100)
"""A group that takes many and does not burn yet is looked at again after so long, not with every batch."""


class StormWatch:
    """What one process has seen of the present second. That a group burns is believed for the rest of it: the worst
    that comes of it is that an alert which would have been urgent waits its turn among the others."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._counts: Counter[str] = Counter()
        self._burning: set[str] = set()
        self._looked_at: dict[str, datetime] = {}

    async def find_burning(self, conn: Conn, rows: Sequence[NewAlert], now: datetime) -> list[UUID]:
        """Of the groups that these alerts will join those that are hot and burn: nobody is woken by one more."""
        if self._since is None or not self._since <= now < self._since + WINDOW:
            self._since = now
            self._counts.clear()
            self._burning.clear()
            self._looked_at.clear()
        keys = [row.group_key for row in rows]
        self._counts.update(keys)
        hot = {key for key in keys if self._counts[key] >= HOT}
        unknown = [key for key in sorted(hot - self._burning) if self._is_worth_a_look(key, now)]
        if unknown:
            self._looked_at |= dict.fromkeys(unknown, now)
            self._burning |= await store.list_burning(conn, [UUID(key) for key in unknown])
        return [UUID(key) for key in sorted(hot & self._burning)]

    def _is_worth_a_look(self, key: str, now: datetime) -> bool:
        looked_at = self._looked_at.get(key)
        return looked_at is None or now >= looked_at + LOOK_EVERY
