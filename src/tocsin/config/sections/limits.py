"""`oncall_limits:` of the organisation and `limits:` of a schedule: how long somebody may be on call."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from tocsin.catalog.oncall_limits import COUNTS, Limits
from tocsin.config.fields import Fields, Place
from tocsin.config.yaml_text import Plain

OFF = "off"
MOST = {"hours_a_week": 168, "rest_after_night_page": 168}
"""The hours of a week; days and nights are limited by the year."""


def read_limits(value: Any, place: Place, what: str, *, of_schedule: bool) -> Limits:
    """Each a number, or `off`; a limit that is not there is left to what is above. None: nothing is said. `gaps` is a
    schedule's own matter."""
    if value is None:
        return Limits()
    fields = Fields(value, place, what=what)
    counts = {key: _read_count(fields, key) for key in COUNTS}
    gaps = fields.flag("gaps") if of_schedule and "gaps" in fields else UNSET
    fields.done()
    return Limits(gaps=gaps, **counts)


def _read_count(fields: Fields, key: str) -> int | UnsetType | None:
    value = fields.raw(key)
    if value is None:
        return UNSET
    if isinstance(value, Plain) and value.lower() == OFF:
        return None
    most = MOST.get(key, 366)
    number = int(value) if isinstance(value, Plain) and value.isascii() and value.isdigit() else 0
    if not 1 <= number <= most:
        fields.place.key(key).problem(f"{key} must be a whole number from 1 to {most}, or `{OFF}`.")
        return UNSET
    return number
