"""Which alerts belong together, and whether a group takes another one: pure (ALR-6)."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from tocsin.alerts.model import Routed, Signal, Urgency

ALL_LABELS = "..."


class GroupKey(NamedTuple):
    """`digest` is 32 hexadecimal digits; `labels` is what a person reads of it."""

    digest: str
    labels: dict[str, str]


class Joining(StrEnum):
    NEW = "new"
    ATTACH = "attach"
    REOPEN = "reopen"


class GroupStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How the latest group of a key stands: what grouping reads of its row."""

    id: int
    opened_at: datetime
    closed_at: datetime | None
    cleared_at: datetime | None


class JoinDecision(NamedTuple):
    joining: Joining
    reason: str


def group_key(signal: Signal, routed: Routed, integration_id: int) -> GroupKey:
    """The cause an alert is counted to: the route's `group_by`, else what the source itself groups by, else the
    alert alone.

    Where it goes is part of it, so that an alert that may wake somebody never joins a group that may not. The
    route's position is not:
    moving a route in the file must not split an incident that is under way.
    """
    labels = signal.labels
    if routed.group_by is None:
        own = signal.group_hint or signal.identity
        chosen = {"alertname": labels["alertname"]} if labels.get("alertname") == own else {}
        parts = [str(integration_id), own]
    else:
        names = sorted(labels) if ALL_LABELS in routed.group_by else routed.group_by
        chosen = {name: labels.get(name, "") for name in names}
        parts = [part for pair in chosen.items() for part in pair]
    scope = [routed.service or "", routed.policy or "", routed.severity or "", routed.urgency]
    digest = hashlib.blake2b("\0".join([*scope, *parts]).encode(), digest_size=16).hexdigest()
    return GroupKey(digest, chosen)


def decide_joining(latest: GroupStanding | None, window: timedelta, now: datetime) -> JoinDecision:
    """Whether an alert joins the latest group of its key, reopens it, or begins a new one."""
    if latest is None:
        return JoinDecision(Joining.NEW, "the first of its group")
    if latest.closed_at is None:
        return JoinDecision(Joining.ATTACH, "its group's incident is open")
    if now < latest.opened_at + window:
        return JoinDecision(Joining.REOPEN, "its group was closed, but its window still runs")
    return JoinDecision(Joining.NEW, "its last group is closed and its window is over")


def highest_urgency(urgencies: list[Urgency]) -> Urgency:
    return Urgency.HIGH if Urgency.HIGH in urgencies else Urgency.LOW
