"""Dates and times as people write them: instants with an offset or in a zone, and local times without one."""

from __future__ import annotations

from datetime import UTC, datetime, time

from tocsin.config.fields import Fields
from tocsin.kernel.localtime import instant_of, zone_of


def read_instant(fields: Fields, key: str, zone: str) -> datetime | None:
    """An ISO 8601 instant, in a zone unless it carries an offset; None and a problem otherwise."""
    text = fields.text(key)
    moment = _iso(text) if text else None
    if moment is None:
        if text:
            fields.place.key(key).problem(f"{text!r} is no date and time.", "Write it as 2026-12-24T09:00.")
        return None
    return moment.astimezone(UTC) if moment.tzinfo else instant_of(moment, zone_of(zone))


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if 1970 <= moment.year < 9000 else None


def read_local(fields: Fields, key: str, at: time = time(0)) -> datetime | None:
    """A local date, at that time, or a local date and time; it carries no offset."""
    text = fields.text(key)
    moment = _iso(text) if text else None
    if text and (moment is None or moment.tzinfo is not None):
        fields.place.key(key).problem(
            f"{text!r} is no local date.", "Write it as 2026-01-05 or 2026-01-05T09:00, without an offset."
        )
        return None
    if moment is None:
        return None
    return datetime.combine(moment, at) if len(text) <= len("2026-01-05") else moment
