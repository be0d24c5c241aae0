"""An alert as one line of a list, and where it went in a word: shared by the list and the page of one alert."""

from datetime import datetime

import msgspec

from tocsin.alerts.model import Alert, State
from tocsin.alerts.outcome import Outcome, outcome_of
from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.web.incident_lines import incident_path

_LABELS_SHOWN = 4

STATES = {State.FIRING: "firing", State.STALE: "stale", State.RESOLVED: "over"}
"""What a state is called here; stale: its source is not heard of any more."""

HEADINGS = {
    Outcome.PAGED: "Paged",
    Outcome.LOW_URGENCY: "Low urgency",
    Outcome.SILENCED: "Silenced",
    Outcome.INHIBITED: "Inhibited",
    Outcome.MAINTENANCE: "Maintenance",
    Outcome.MUTED: "Muted",
    Outcome.HELD: "Held",
    Outcome.DROPPED: "Dropped",
    Outcome.UNSEEN: "Over at once",
    Outcome.WAITING: "Waiting",
}


class Went(msgspec.Struct, frozen=True, kw_only=True):
    """Where it went: `words`, and the page that it leads to, empty where there is none."""

    words: str
    path: str = ""
    note: str = ""


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    path: str
    title: str
    source: str
    labels: str
    state: str
    went: Went
    reason: str
    since: datetime


def alert_path(alert_id: int) -> str:
    return f"/alerts/{alert_id}"


def silence_path(silence_id: str) -> str:
    return f"/silences/{silence_id}"


def alert_row(alert: Alert, incident: Incident | None, now: datetime) -> AlertRow:
    named = [f"{name}={value}" for name, value in sorted(alert.labels.items()) if name != "alertname"]
    more = f", {len(named) - _LABELS_SHOWN} more" if len(named) > _LABELS_SHOWN else ""
    return AlertRow(
        id=alert.id,
        path=alert_path(alert.id),
        title=alert.title,
        source=alert.integration,
        labels=", ".join(named[:_LABELS_SHOWN]) + more,
        state=state_words(alert, now),
        went=went(alert, incident),
        reason=reason_of(alert),
        since=alert.starts_at,
    )


def state_words(alert: Alert, now: datetime) -> str:
    """One that flaps counts as firing, whatever its source said last (ALR-7)."""
    return "flapping" if alert.flaps_since is not None else STATES[alert.state_at(now)]


def reason_of(alert: Alert) -> str:
    """Why nobody was called, where that is so; else why it went where it went."""
    return alert.muted_reason if alert.muted_reason and alert.group_id is None else alert.reason


def went(alert: Alert, incident: Incident | None) -> Went:
    """To an incident, if this viewer may see it; else by what it was kept from one."""
    outcome = outcome_of(alert)
    if incident is not None:
        note = "low urgency" if outcome is Outcome.LOW_URGENCY else ""
        return Went(words=incident_ref(incident.number), path=incident_path(incident.number), note=note)
    match outcome:
        case Outcome.PAGED | Outcome.LOW_URGENCY:
            return Went(words="not for you to see")
        case Outcome.SILENCED:
            return Went(words="silenced", path=silence_path(alert.silenced_by[0]))
        case Outcome.INHIBITED:
            return Went(words="inhibited", path=alert_path(alert.inhibited_by[0]))
        case Outcome.MAINTENANCE:
            return Went(words="in maintenance", path="/maintenance")
        case Outcome.WAITING:
            return Went(words="waits to be grouped")
        case _:
            return Went(words=HEADINGS[outcome].lower())
