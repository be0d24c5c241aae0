"""What is known about an incident in the words of a message: the fields of COM-7, as plain text. Pure.

Instants are written `14:05 UTC`, which `delivery` puts on each reader's clock; an address is written `tocsin:/…`, in
front of which the send puts where we are reached.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.catalog.severity import Level, Postmortem
from tocsin.comms.model import UpdateDraft, Values
from tocsin.delivery.wording import BELOW
from tocsin.incidents.model import Incident
from tocsin.incidents.record import RecordEntry
from tocsin.incidents.service import impact_started
from tocsin.kernel.durations import format_duration
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.text import clean, one_line, shorten
from tocsin.paging.messages import duration

UNCLASSIFIED = "severity not set"
LAST_LINES = 3
"""How many lines of the timeline an update shows."""

LOOKED_AT = 100
"""Among how many of the latest entries they are looked for."""

_NO_NEWS = frozenset({"UpdatePosted", "EntryCorrected"})

_LINE, _TEXT = 300, 1_500


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it is spoken of: `level` None: not classified, `commander` and `channel` as people write them."""

    incident: Incident
    level: Level | None
    commander: str
    channel: str
    interval: timedelta
    now: datetime


def of_declaration(scene: Scene) -> Values:
    incident = scene.incident
    return {
        **_of_incident(scene),
        "symptom": _text(incident.summary or incident.title),
        "update_interval": f"every {span(scene.interval)}",
    }


def of_update(
    scene: Scene,
    draft: UpdateDraft,
    *,
    n: int,
    by: str,
    next_update_at: datetime | None,
    timeline: Sequence[RecordEntry],
) -> Values:
    """`by` is an actor, `timeline` its latest entries, oldest first."""
    cause = draft.root_cause or scene.incident.root_cause
    return {
        **_of_incident(scene),
        "number": str(n),
        "at": clock(scene.now, scene.now),
        "by": by.removeprefix("@"),
        "text": _text(draft.text),
        "done": _lines(draft.done),
        "under_way": _lines(draft.under_way),
        "planned": _lines(draft.planned),
        "root_cause": _text(cause) if cause else "still investigating",
        "eta": _eta(draft.eta or scene.incident.eta, scene.now),
        "next_update_at": clock(next_update_at, scene.now) if next_update_at is not None else "none, since it is over",
        "timeline": tuple(_entry(entry, scene.now) for entry in last_deeds(timeline)),
    }


def of_resolution(scene: Scene, *, by: str, reason: str, times: int, thanks: Sequence[str]) -> Values:
    """`times`: how often it has been resolved by now, this one included."""
    incident = scene.incident
    ended = incident.resolved_at or scene.now
    return {
        **_of_incident(scene),
        "resolved_at": clock(ended, scene.now),
        "resolved_by": "" if by == "tocsin" else by,
        "reason": _text(reason),
        "times": f"for the {ordinal(times)} time" if times > 1 else "",
        "duration": duration(impact_started(incident), ended),
        "root_cause": _text(incident.root_cause or ""),
        "resolution": _text(incident.resolution or reason),
        "monitoring": span(scene.level.stability_window) if scene.level is not None else "a while",
        "postmortem": _postmortem(scene.level, ended, scene.now),
        "publish_by": _publish_by(scene.level, ended, scene.now),
        "follow_up": address(incident),
        "thanks": tuple(one_line(name, _LINE) for name in thanks),
    }


def _of_incident(scene: Scene) -> dict[str, str | tuple[str, ...]]:
    incident = scene.incident
    return {
        "ref": incident_ref(incident.number),
        "title": one_line(incident.title, _LINE),
        "severity": incident.severity or UNCLASSIFIED,
        "services": _lines(incident.services),
        "status": incident.status.value,
        "impact": _text(incident.impact or ""),
        "users_affected": one_line(incident.users_affected or "", _LINE),
        "started_at": clock(impact_started(incident), scene.now),
        "commander": one_line(scene.commander, _LINE),
        "channel": one_line(scene.channel, _LINE),
        "war_room": address(incident),
    }


def address(incident: Incident) -> str:
    """Of its room."""
    return f"{BELOW}incidents/{incident_ref(incident.number)}"


def clock(at: datetime, now: datetime) -> str:
    """ "14:05 UTC", with the day unless it is that of `now`."""
    return f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"


def span(length: timedelta) -> str:
    """ "15 minutes", "4 hours", "1 day": a length that a person has set."""
    for unit, size in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if length >= size and length % size == timedelta(0):
            return f"{length // size} {unit}{'' if length == size else 's'}"
    return format_duration(length)


def ordinal(number: int) -> str:
    """ "2nd", "11th"."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def _eta(eta: datetime | None, now: datetime) -> str:
    """One that has passed promises nothing any more."""
    if eta is None:
        return "unknown"
    return clock(eta, now) if eta > now else f"unknown, {clock(eta, now)} has passed"


def _postmortem(level: Level | None, ended: datetime, now: datetime) -> str:
    if level is None or level.postmortem is Postmortem.NONE:
        return "none is asked for"
    scheduled, published = clock(ended + level.schedule_by, now), clock(ended + level.publish_by, now)
    if level.postmortem is Postmortem.OPTIONAL:
        return f"optional, published by {published}"
    return f"is scheduled by {scheduled}, published by {published}"


def _publish_by(level: Level | None, ended: datetime, now: datetime) -> str:
    """Only where one is sure to come: this is what customers are told (PMT-8)."""
    required = level is not None and level.postmortem is Postmortem.REQUIRED
    return clock(ended + level.publish_by, now) if level is not None and required else ""


def last_deeds(timeline: Sequence[RecordEntry]) -> Sequence[RecordEntry]:
    """The last of what people did and wrote; what programs sent and what updates said is no news."""
    by_people = [entry for entry in timeline if entry.who.startswith("@") and entry.kind not in _NO_NEWS]
    return by_people[-LAST_LINES:]


def _entry(entry: RecordEntry, now: datetime) -> str:
    who = entry.who
    by = "" if who == "tocsin" or who in entry.text else f"{who}: "
    return one_line(f"{clock(entry.happened_at, now)} {by}{entry.text}", _LINE)


def _lines(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(one_line(line, _LINE) for line in lines)


def _text(text: str) -> str:
    return shorten(clean(text).strip(), _TEXT)
