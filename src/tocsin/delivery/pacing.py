"""How fast messages come to one person by one way: at once, or held to travel in one message with others (PAG-9). Pure.

Pace is kept for each way of a person, so that mail and telephone about one thing do not hold each other up. What is
held is an ordinary delivery that waits; `bundling` makes the one message of it.
"""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from tocsin.delivery.model import Delivery, Purpose, Urgency

BUNDLE_FOR = timedelta(seconds=10)
"""After a message, what comes about something else waits this long and goes out together."""

PAGE_WAITS = timedelta(seconds=4)
"""A page waits no longer than this to be bundled: an unrelated critical alert pages within five seconds (ALR-6)."""

CAP, CAP_SPAN = 10, timedelta(minutes=10)
"""At most so many messages in such a time."""


class Pace(msgspec.Struct, frozen=True):
    """What one way has carried lately: instants of its last messages, oldest first, what the latest was about, and
    whether that was a page of high urgency, so that its reader is awake.
    """

    sent: tuple[datetime, ...] = ()
    topic: str = ""
    is_urgent: bool = False


NO_PACE = Pace()
"""Of a way that has carried nothing yet."""


class Paced(Protocol):
    """What pace asks about a message: a delivery, or one that a simulation plays."""

    @property
    def topic(self) -> str: ...
    @property
    def purpose(self) -> Purpose: ...
    @property
    def urgency(self) -> Urgency: ...
    @property
    def requested_at(self) -> datetime: ...


class Hold(msgspec.Struct, frozen=True):
    """Not now: at `until`, together with what else is held then. `why` ends the sentence "It is held: "."""

    until: datetime
    why: str


def is_paced(delivery: Delivery) -> bool:
    """Tests and codes are asked for, somebody outside is nobody's burden, what was let through once is not held again,
    and an invitation or pictures cannot travel with another message."""
    message = delivery.message
    is_asked_for = delivery.purpose is Purpose.TEST or message.gives_code
    is_by_itself = is_asked_for or message.invitation is not None or bool(message.pictures)
    return delivery.user_id is not None and not is_by_itself and delivery.attempts == 0


def decide_pace(pace: Pace, delivery: Paced, now: datetime, *, is_first_of_top: bool) -> Hold | None:
    """None: it goes at once. `is_first_of_top`: the first page of an incident of the worst level, which never waits.

    An urgent page is held only behind another urgent page, never behind what may be read in the morning.
    """
    if is_first_of_top:
        return None
    lately = _lately(pace, now)
    if len(lately) >= CAP:
        until = lately[-CAP] + CAP_SPAN
        return Hold(until, f"bundled with what else comes until then, after {CAP} messages in {_minutes(CAP_SPAN)}")
    if not lately or pace.topic == delivery.topic or (_is_urgent(delivery) and not pace.is_urgent):
        return None
    until = lately[-1] + BUNDLE_FOR
    if delivery.purpose is Purpose.PAGE:
        until = min(until, delivery.requested_at + PAGE_WAITS)
    if until <= now:
        return None
    ago = (now - lately[-1]).total_seconds()
    return Hold(until, f"bundled with what else comes until then, since another message left {ago:.0f} s before")


def after_message(pace: Pace, delivery: Paced, now: datetime) -> Pace:
    """The pace when a message leaves at this moment; no more is remembered than the cap needs."""
    return Pace((*_lately(pace, now), now)[-CAP:], delivery.topic, _is_urgent(delivery))


def _is_urgent(delivery: Paced) -> bool:
    return delivery.purpose is Purpose.PAGE and delivery.urgency is Urgency.HIGH


def _lately(pace: Pace, now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in pace.sent if at > now - CAP_SPAN)


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} minutes"
