"""The values of proof: what is kept of each way of a person, and how it stands (PAG-3, ONC-6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

PROVEN_FOR = timedelta(days=30)
"""A way that nobody has answered by for longer may have gone silent (ONC-6)."""


class ProofState(StrEnum):
    PROVEN = "proven"  # answered within `PROVEN_FOR`, and nothing was missed since
    DUE = "due"  # the last answer is older than that
    ASKED = "asked"  # a test waits for its answer
    MISSED = "missed"  # a test was not answered in time, and nothing was since
    NEVER = "never"  # nobody has ever answered by it


class WayKey(NamedTuple):
    """Which way of whom; `contact_id` None: the account's own e-mail address, by its digest."""

    user_id: int
    contact_id: int | None
    email_digest: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one way, `begun_at` since when; None: nothing yet.

    `asked_at` and `answer_by` belong to the last question, while it is open or has run out; `reminded_at` is when its
    receiver was reminded of it. `missed_at` is when the first question since the last answer ran out, `misses` counts
    those that did before the last one.
    """

    user_id: int
    contact_id: int | None
    email_digest: str = ""
    begun_at: datetime | None = None
    answered_at: datetime | None = None
    asked_at: datetime | None = None
    answer_by: datetime | None = None
    reminded_at: datetime | None = None
    missed_at: datetime | None = None
    misses: int = 0

    @property
    def key(self) -> WayKey:
        return WayKey(self.user_id, self.contact_id, self.email_digest)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How one way stands. `since`: when it came to this, None for a way that was never answered by. `is_proven`: a page
    by it arrives, as far as anybody can know: a question under way takes nothing away from the answer before it.
    """

    state: ProofState
    since: datetime | None
    answered_at: datetime | None
    is_proven: bool
