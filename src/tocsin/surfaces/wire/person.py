"""One person at one instant, on the wire: what calls them, how, and what has called them around that time."""

from datetime import datetime

import msgspec


class Rung(msgspec.Struct, kw_only=True):
    """`after` is in seconds from the beginning of the climb, when nobody answers."""

    policy: str
    services: list[str]
    label: str
    target: str
    why: str
    after: int


class Page(msgspec.Struct, kw_only=True):
    """What the ledger says of this person within an hour of the instant: paged, or not paged and why."""

    at: datetime
    incident: str
    sentence: str


class PersonExplanation(msgspec.Struct, kw_only=True):
    """`hindrance`: why they cannot be called at all. `ways` by urgency, `not_by` the contacts that are told nothing and
    why. Rungs are those of the configuration of now.
    """

    person: str
    at: datetime
    time_zone: str
    hindrance: str
    on_call: list[str]
    off_call: list[str]
    rungs: list[Rung]
    not_called: list[str]
    ways: dict[str, str]
    not_by: list[str]
    pages: list[Page]
