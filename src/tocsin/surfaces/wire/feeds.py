"""Calendar feeds on the wire (ONC-4). An address is in the answer that makes it and nowhere else."""

from datetime import datetime

import msgspec

from tocsin.oncall.feed_model import CalendarFeed, NewFeed
from tocsin.surfaces.wire.body import Body


class FeedRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """About one schedule or one person. `again`: a new address instead of the one you have, which stops working."""

    schedule: str | None = None
    person: str | None = None
    again: bool = False


class CalendarAddress(msgspec.Struct, kw_only=True):
    """A secret address that you made; what it is, was shown once. `last_used_at` is exact to the hour."""

    id: int
    schedule: str | None
    person: str | None
    created_at: datetime
    last_used_at: datetime | None


class NewCalendarAddress(CalendarAddress, kw_only=True):
    """`url` is for your calendar, and it is a secret: whoever has it reads this feed, until you revoke it."""

    url: str


class CalendarAddressList(msgspec.Struct, kw_only=True):
    feeds: list[CalendarAddress]


def address(feed: CalendarFeed) -> CalendarAddress:
    return msgspec.convert(feed, CalendarAddress, from_attributes=True)


def new_address(made: NewFeed, site: str) -> NewCalendarAddress:
    return NewCalendarAddress(**msgspec.structs.asdict(address(made.feed)), url=url_of(site, made.token))


def url_of(site: str, token: str) -> str:
    """Where a feed answers."""
    return f"{site}/calendar/{token}.ics"
