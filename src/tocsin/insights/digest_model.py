"""A digest of who is on call now and next: of which schedules, when, and to whom."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

import msgspec
from msgspec import Meta


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """As a file writes it. It falls due at a local time, each day or on one weekday (0 is Monday); `schedules` empty
    means those of the team. The members of `team` are told, and `webhook` is called."""

    name: str
    at: time
    time_zone: str
    weekday: Annotated[int, Meta(ge=0, le=6)] | None = None
    schedules: tuple[str, ...] = ()
    team: str | None = None
    webhook: str | None = None
    managed_by: str | None = None


class StoredDigest(Digest, frozen=True, kw_only=True):
    """With when it was written, and when it was last sent."""

    since: datetime
    sent_at: datetime | None = None
