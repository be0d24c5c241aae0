"""One cell of a file of incidents: an instant, a text, the services and teams that it names. Pure; knows no format."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, cast

from tocsin.insights.metric_model import Place

_SPACE_BEFORE_OFFSET = re.compile(r" (?=[+-]\d{2}:?\d{2}$)| UTC$")
_MILLISECONDS_FROM = 1e11
"""A number above it is milliseconds since 1970, below it seconds: 1e11 seconds is the year 5138."""


def instant(value: object, name: str) -> datetime | None:
    """ISO 8601, or a number of seconds or milliseconds since 1970; without an offset it is UTC. Raises ValueError."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and value[4:5] == "-":
            found = datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", value) if " " in value else value)
            return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        number = float(cast("str | float", value))
        return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS_FROM else number, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        raise ValueError(f"{name} {str(value)[:40]!r} is no time") from None


def text(value: object) -> str | None:
    """None where nothing is said."""
    return str(value).strip() or None if value is not None else None


def places(services: object, teams: object) -> tuple[Place, ...]:
    """Of services as a list or with commas or semicolons between them; a team alone is a place too."""
    words = ",".join(map(str, cast("list[Any]", services))) if isinstance(services, list) else str(services or "")
    team = text(teams)
    names = dict.fromkeys(name.strip() for name in re.split("[,;]", words))
    return tuple(Place(name, team) for name in names if name) or ((Place("", team),) if team else ())
