"""How simulated messages leave: each way of a person at its pace, several in one where production bundles (PAG-9)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from tocsin.delivery.model import Purpose, Urgency
from tocsin.delivery.pacing import NO_PACE, Pace, after_message, decide_pace
from tocsin.simulation.model import Sending
from tocsin.simulation.timers import Timers

FIRST_OF_TOP = timedelta(minutes=10)
"""A page of the worst level is its incident's first by a way when none was asked for in this time before."""

Way = tuple[int, str, str]
"""A person's id, a kind and an address."""


@dataclass(slots=True, eq=False)
class Parcel:
    """One message to a person: what pace asks about a delivery, and the line of the story that it changes. `topic` is
    the incident, `way` that of the person by which it comes: what is paced for itself.
    """

    sending: Sending
    way: Way
    name: str
    topic: str
    purpose: Purpose
    urgency: Urgency
    requested_at: datetime
    is_top_level: bool


class Travelling:
    """`messages` counts those that leave, by person, urgency and quarter of an hour: a bundle is one."""

    def __init__(self, timers: Timers, quarter_of: Callable[[datetime], datetime]) -> None:
        self._timers = timers
        self._quarter_of = quarter_of
        self._paces: dict[Way, Pace] = {}
        self._held: dict[Way, list[Parcel]] = {}
        self._asked: dict[tuple[Way, str], datetime] = {}
        self.messages: Counter[tuple[str, Urgency, datetime]] = Counter()

    def take(self, parcel: Parcel) -> None:
        """It leaves when it is due, unless its sending is dropped until then."""
        is_first_of_top = self._is_first_of_top(parcel)
        if parcel.sending.at <= self._timers.now:
            self._leave(parcel, is_first_of_top=is_first_of_top)
        else:
            self._timers.at(parcel.sending.at, partial(self._leave, parcel, is_first_of_top=is_first_of_top))

    def take_outside(self, sending: Sending, name: str, urgency: Urgency) -> None:
        """To somebody outside, who has no pace: vendors, chats."""
        self._timers.at(sending.at, partial(self._count, sending, name, urgency))

    def _is_first_of_top(self, parcel: Parcel) -> bool:
        if parcel.purpose is not Purpose.PAGE or not parcel.is_top_level:
            return False
        key = parcel.way, parcel.topic
        before = self._asked.get(key)
        self._asked[key] = parcel.requested_at
        return before is None or before <= parcel.requested_at - FIRST_OF_TOP

    def _leave(self, parcel: Parcel, *, is_first_of_top: bool) -> None:
        """Now, with what is held for the same way; or later, with what else comes until then."""
        now, sending, way = self._timers.now, parcel.sending, parcel.way
        if sending.dropped or sending.travels:
            return
        pace = self._paces.get(way, NO_PACE)
        hold = decide_pace(pace, parcel, now, is_first_of_top=is_first_of_top)
        if hold is not None:
            sending.at = hold.until
            self._held.setdefault(way, []).append(parcel)
            self._timers.at(hold.until, partial(self._leave, parcel, is_first_of_top=is_first_of_top))
            return
        self._paces[way] = after_message(pace, parcel, now)
        others = self._take_along(parcel) if way in self._held else []
        is_urgent = any(each.urgency is Urgency.HIGH for each in (parcel, *others))
        self._count(sending, parcel.name, Urgency.HIGH if is_urgent else Urgency.LOW)

    def _take_along(self, leader: Parcel) -> list[Parcel]:
        """What is held for the leader's way, once the leader was held itself: production takes it along only then."""
        held = [each for each in self._held[leader.way] if not each.sending.dropped and not each.sending.travels]
        if leader not in held:
            return []
        del self._held[leader.way]
        others = [each for each in dict.fromkeys(held) if each is not leader]
        for each in others:
            each.sending.at = self._timers.now
            each.sending.travels = f"in one message with {leader.topic}"
        return others

    def _count(self, sending: Sending, name: str, urgency: Urgency) -> None:
        if not sending.dropped:
            self.messages[name, urgency, self._quarter_of(self._timers.now)] += 1
