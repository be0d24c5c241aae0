"""Where an alert went, in one word: the heading under which lists, counts and filters show it (ALR-8). Pure."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

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


class Whereabouts(NamedTuple):
    """What the outcome depends on: of one alert, or of many that share it."""

    is_grouped: bool
    urgency: Urgency
    disposition: Disposition
    is_silenced: bool
    is_inhibited: bool
    muted_reason: str | None
    is_firing: bool


def outcome_of(alert: Alert) -> Outcome:
    return decide_outcome(
        Whereabouts(
            is_grouped=alert.group_id is not None,
            urgency=alert.urgency,
            disposition=alert.disposition,
            is_silenced=bool(alert.silenced_by),
            is_inhibited=bool(alert.inhibited_by),
            muted_reason=alert.muted_reason,
            is_firing=alert.state is State.FIRING,
        )
    )


def decide_outcome(at: Whereabouts) -> Outcome:
    """What became of it so far. An alert that a group has taken in keeps its incident, whatever mutes it later."""
    if at.is_grouped:
        return Outcome.LOW_URGENCY if at.urgency is Urgency.LOW else Outcome.PAGED
    if at.disposition is not Disposition.ROUTED:
        return Outcome.DROPPED if at.disposition is Disposition.DROPPED else Outcome.HELD
    if at.is_silenced:
        return Outcome.SILENCED
    if at.is_inhibited:
        return Outcome.INHIBITED
    if at.muted_reason is not None and IN_MAINTENANCE in at.muted_reason:
        return Outcome.MAINTENANCE
    if not at.is_firing:
        return Outcome.UNSEEN
    return Outcome.MUTED if at.muted_reason is not None else Outcome.WAITING


def count_outcomes(alerts: Iterable[Alert]) -> dict[Outcome, int]:
    """How many went each way, in the order of `Outcome`; ways that none went are left out."""
    counts = Counter(outcome_of(alert) for alert in alerts)
    return {outcome: counts[outcome] for outcome in Outcome if counts[outcome]}


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why alerts called nobody, and how many; `latest_id` is the newest of them."""

    outcome: Outcome
    reason: str
    alerts: int
    firing: int
    latest_id: int
