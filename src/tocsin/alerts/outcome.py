"""Where an alert went, in one word: the heading under which lists, counts and filters show it (ALR-8). Pure."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from tocsin.alerts.maintenance import IN_MAINTENANCE
from tocsin.alerts.model import Alert, Disposition, State, Urgency


class Outcome(StrEnum):
    """In the order in which a reader wants them: who was called first, then why nobody was."""

    PAGED = "paged"
    LOW_URGENCY = "low-urgency"
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    MAINTENANCE = "maintenance"
    MUTED = "muted"  # kept quiet by something else; its reason says by what
    HELD = "held"
    DROPPED = "dropped"
    UNSEEN = "unseen"  # over before anybody could have been called
    WAITING = "waiting"


def outcome_of(alert: Alert) -> Outcome:
    """What became of it so far. An alert that a group has taken in keeps its incident, whatever mutes it later."""
    if alert.group_id is not None:
        return Outcome.LOW_URGENCY if alert.urgency is Urgency.LOW else Outcome.PAGED
    if alert.disposition is not Disposition.ROUTED:
        return Outcome.DROPPED if alert.disposition is Disposition.DROPPED else Outcome.HELD
    if alert.silenced_by:
        return Outcome.SILENCED
    if alert.inhibited_by:
        return Outcome.INHIBITED
    if alert.muted_reason is not None and IN_MAINTENANCE in alert.muted_reason:
        return Outcome.MAINTENANCE
    if alert.state is not State.FIRING:
        return Outcome.UNSEEN
    return Outcome.MUTED if alert.muted_reason is not None else Outcome.WAITING


def count_outcomes(alerts: Iterable[Alert]) -> dict[Outcome, int]:
    """How many went each way, in the order of `Outcome`; ways that none went are left out."""
    counts = Counter(outcome_of(alert) for alert in alerts)
    return {outcome: counts[outcome] for outcome in Outcome if counts[outcome]}
