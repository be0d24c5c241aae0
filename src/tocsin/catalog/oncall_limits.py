"""What an organisation or a schedule asks of those on call: how long in a row, how much rest. Pure values.

The checker of on-call reads them; what they mean exactly is said there, rule by rule.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

Count = Annotated[int, Meta(ge=1, le=10_000)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was said of each limit. None: it is off; UNSET: nothing was said, what is above counts.

    Days and nights are counted, hours are those of the wall clock; `gaps`: nobody on call is allowed and no finding.
    """

    days_in_a_row: Count | UnsetType | None = UNSET
    days_between: Count | UnsetType | None = UNSET
    nights_in_a_row: Count | UnsetType | None = UNSET
    hours_a_week: Count | UnsetType | None = UNSET
    rest_after_night_page: Count | UnsetType | None = UNSET
    gaps: bool | UnsetType = UNSET


DEFAULTS = Limits(
    days_in_a_row=7,
    days_between=7,
    nights_in_a_row=None,
    hours_a_week=None,
    rest_after_night_page=None,
    gaps=False,
)
"""What holds where nobody has said anything: a week at most, then a week off (Google's and PagerDuty's advice, ONC-3);
the rest rules are a matter of local law and contract, so they are off until somebody sets them."""

COUNTS = ("days_in_a_row", "days_between", "nights_in_a_row", "hours_a_week", "rest_after_night_page")
"""The limits that are numbers, in the order in which they are told."""


def in_force(*said: Limits) -> Limits:
    """Every limit as it holds: the last word on each counts, beginning with `DEFAULTS`."""
    found = DEFAULTS
    for one in said:
        spoken = {key: value for key in Limits.__struct_fields__ if (value := getattr(one, key)) is not UNSET}
        found = msgspec.structs.replace(found, **spoken)
    return found
