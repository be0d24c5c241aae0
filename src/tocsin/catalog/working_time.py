"""When it is night for those who are on call, and when a night that was broken is spoken of; values only.

All of it is meant on each person's own clock. What an hour on call is worth is `compensation`'s.
"""

from __future__ import annotations

from datetime import time

import msgspec


class DailyHours(msgspec.Struct, frozen=True, kw_only=True):
    """The same hours of every day. `to` at or before `begin` is on the next day; equal ones make 24 hours."""

    begin: time = msgspec.field(name="from")
    to: time

    def contains(self, at: time) -> bool:
        """Whether a local time of a day lies in them."""
        if self.begin < self.to:
            return self.begin <= at < self.to
        return at >= self.begin or at < self.to

    @property
    def words(self) -> str:
        """`22:00–07:00`."""
        return f"{self.begin:%H:%M}–{self.to:%H:%M}"


class OnCallTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What the organisation calls a night on call, which pages count as broken sleep, and when rest is spoken of.

    `night` is what hours, nights and night pages are counted by; who is paged within `woken` is told at `rest_notice`
    of the same morning that they should rest (ONC-7).
    """

    night: DailyHours = DailyHours(begin=time(22), to=time(7))
    woken: DailyHours = DailyHours(begin=time(22), to=time(6))
    rest_notice: time = time(7)
