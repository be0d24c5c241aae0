"""How long each part of an incident took: the names and formulas of the field, defined once (MET-1). Pure.

Durations follow from the instants of `instants` and are never typed in. What cannot be said is None – the instant is
not known, has not come yet, or contradicts the other – and each duration depends on its own two instants alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

STARTED, DETECTED = "started", "detected"
"""From where a severity profile's `mttr_from` counts the time to resolve."""


class Instants(NamedTuple):
    """When it happened, aware; None: not known, or not yet. `acknowledged_at` is the first by a person."""

    started_at: datetime | None
    detected_at: datetime | None
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None


class Durations(NamedTuple):
    """Each None: it cannot be said. Never negative."""

    detect: timedelta | None
    acknowledge: timedelta | None
    mitigate: timedelta | None
    detected_to_mitigated: timedelta | None
    resolve: timedelta | None


class Definition(Struct, frozen=True):
    """What one measure is. `from_` and `to` are fields of `Instants`, empty for what is no time between two of them."""

    name: str
    words: str
    formula: str
    left_out: str
    from_: str = ""
    to: str = ""


_LACKS = "incidents that lack one of the two instants, or whose instants contradict each other"

DETECT, ACKNOWLEDGE, MITIGATE = "detect", "acknowledge", "mitigate"
DETECTED_TO_MITIGATED, RESOLVE = "detected_to_mitigated", "resolve"

DEFINITIONS: Mapping[str, Definition] = {
    DETECT: Definition(
        "MTTD",
        "time to detect: how long it hurt before we knew",
        "detected − impact started",
        _LACKS,
        "started_at",
        "detected_at",
    ),
    ACKNOWLEDGE: Definition(
        "MTTA",
        "time to acknowledge: how long before a person took it",
        "first acknowledged by a person − detected",
        _LACKS,
        "detected_at",
        "acknowledged_at",
    ),
    MITIGATE: Definition(
        "MTTM",
        "time to mitigate: from a person taking it to less impact",
        "mitigated − first acknowledged by a person",
        _LACKS,
        "acknowledged_at",
        "mitigated_at",
    ),
    DETECTED_TO_MITIGATED: Definition(
        "detected → mitigated",
        "how long it hurt once we knew",
        "mitigated − detected",
        _LACKS,
        "detected_at",
        "mitigated_at",
    ),
    RESOLVE: Definition(
        "MTTR",
        "time to resolve: from the start of the impact until it was over",
        "resolved − impact started",
        _LACKS,
        "started_at",
        "resolved_at",
    ),
}
"""By field of `Durations`; MTTR is that of `mttr_from: started`, see `definition`."""

_RESOLVE_FROM_DETECTION = Definition(
    "MTTR",
    "time to resolve: from detection until it was over",
    "resolved − detected",
    _LACKS,
    "detected_at",
    "resolved_at",
)


def definition(measure: str, mttr_from: str = STARTED) -> Definition:
    """The definition of a duration as the severity profile counts it; `mttr_from` is `started` or `detected`."""
    return _RESOLVE_FROM_DETECTION if measure == RESOLVE and mttr_from == DETECTED else DEFINITIONS[measure]


def durations(instants: Instants, mttr_from: str = STARTED) -> Durations:
    """How long each part took."""
    started, detected, acknowledged, mitigated, resolved = instants
    return Durations(
        _between(started, detected),
        _between(detected, acknowledged),
        _between(acknowledged, mitigated),
        _between(detected, mitigated),
        _between(detected if mttr_from == DETECTED else started, resolved),
    )


def _between(earlier: datetime | None, later: datetime | None) -> timedelta | None:
    return later - earlier if earlier is not None and later is not None and later >= earlier else None
