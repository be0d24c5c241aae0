"""When the things of an incident's life happened, and what a correction of one must not contradict (LIF-2). Pure.

Durations follow from these and are never typed in.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from tocsin.incidents.model import Incident, Status
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref

WORDS: Mapping[str, str] = {
    "started_at": "impact started",
    "detected_at": "detected",
    "declared_at": "declared",
    "acknowledged_at": "acknowledged",
    "identified_at": "identified",
    "mitigated_at": "mitigated",
    "resolved_at": "resolved",
    "closed_at": "closed",
}

_ORDER = (
    ("started_at", "detected_at"),
    ("started_at", "mitigated_at"),
    ("started_at", "resolved_at"),
    ("detected_at", "acknowledged_at"),
    ("detected_at", "identified_at"),
    ("detected_at", "mitigated_at"),
    ("detected_at", "resolved_at"),
    ("acknowledged_at", "resolved_at"),
    ("identified_at", "resolved_at"),
    ("mitigated_at", "resolved_at"),
    ("declared_at", "closed_at"),
    ("resolved_at", "closed_at"),
)
"""The first is never after the second. Somebody may see to it, and end it, before it is declared an incident."""

_REACHED_WITH: Mapping[str, Status] = {
    "acknowledged_at": Status.ACKNOWLEDGED,
    "identified_at": Status.IDENTIFIED,
    "mitigated_at": Status.MONITORING,
    "resolved_at": Status.RESOLVED,
    "closed_at": Status.CLOSED,
}
"""What has no instant yet gets one by the move, not by a correction."""


def read_name(text: str) -> str:
    """ "mitigated_at", "mitigated" or "impact started"; raises Invalid that lists them."""
    plain = text.strip().casefold().replace(" ", "_").replace("-", "_")
    for name, words in WORDS.items():
        if plain in (name, name.removesuffix("_at"), words.replace(" ", "_")):
            return name
    raise Invalid(f"{text[:40]!r} is no instant of an incident.", f"Use one of {', '.join(WORDS)}.", field="instant")


def corrected(incident: Incident, name: str, at: datetime, now: datetime) -> Incident:
    """The incident with this instant. Raises Invalid for the future and for what contradicts another instant, Refused
    for a stage that it has not reached.
    """
    if at > now:
        raise Invalid(f"{in_words(at)} lies ahead.", f"Say when it was {WORDS[name]}.", field=name)
    _check_reached(incident, name)
    for earlier, later in _ORDER:
        other_name = {earlier: later, later: earlier}.get(name)
        other: datetime | None = getattr(incident, other_name) if other_name else None
        if other_name is not None and other is not None and (at > other if name == earlier else at < other):
            relation = "after" if name == earlier else "before"
            conflict = f"{relation} {WORDS[other_name]}, {in_words(other)}"
            raise Invalid(
                f"{WORDS[name].capitalize()} at {in_words(at)} would be {conflict}.",
                f"Correct {other_name} first, or give another time.",
                field=name,
            )
    return replace(incident, **{name: at})


def _check_reached(incident: Incident, name: str) -> None:
    status = _REACHED_WITH.get(name)
    order = list(Status)
    if status is None or getattr(incident, name) is not None or order.index(incident.status) >= order.index(status):
        return
    ref = incident_ref(incident.number)
    raise Refused(
        f"{ref} is {incident.status}: it has not been {WORDS[name]} yet.",
        f"Move it first: tocsin status {ref} {status}.",
        field=name,
    )


def in_words(at: datetime) -> str:
    """With its day, so that every reader sees it on a clock of their own."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
