"""Which alerts belong together, and whether a group takes another one: pure (ALR-6)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec

from tocsin.alerts.model import Routed, Signal

ALL_LABELS = "..."


LATE_AFTER = timedelta(minutes=1)
"""An alert that is worked on so long after it came was kept waiting by an outage of ours: then its page says so."""


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


def group_key(signal: Signal, routed: Routed, integration_id: int) -> str:
    """The cause an alert is counted to, as 32 hexadecimal digits: the route's `group_by`, else what the source itself
    groups by, else the alert alone.

    Where it goes is part of it, so that an alert that may wake somebody never joins a group that may not. The route's
    position is not: moving a route in the file must not split an incident that is under way.
    """
    labels = signal.labels
    if routed.group_by is None:
        parts = (str(integration_id), signal.group_hint or signal.identity)
    elif ALL_LABELS in routed.group_by:
        parts = (*routed.group_by, signal.identity)
    else:
        parts = (*routed.group_by, *[labels.get(name, "") for name in routed.group_by])
    parts = (routed.service or "", routed.policy or "", routed.severity or "", routed.urgency, *parts)
    return _remembered_digest(parts) if sum(map(len, parts)) <= _REMEMBERED else _digest(parts)


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


_REMEMBERED = 1024
"""Characters of the longest cause that is remembered."""
_remembered_digest = lru_cache(maxsize=10_000)(_digest)
"""The alerts of a storm share it."""


def group_labels(labels: Mapping[str, str], group_by: Sequence[str] | None) -> dict[str, str]:
    """What a person reads of a group's key: the labels all its alerts share."""
    if group_by is None:
        return {"alertname": labels["alertname"]} if labels.get("alertname") else {}
    names = sorted(labels) if ALL_LABELS in group_by else group_by
    return {name: labels.get(name, "") for name in names}


def decide_joining(latest: GroupStanding | None, window: timedelta, now: datetime) -> JoinDecision:
    """Whether an alert joins the latest group of its key, reopens it, or begins a new one."""
    if latest is None:
        return JoinDecision(Joining.NEW, "the first of its group")
    if latest.closed_at is None:
        return JoinDecision(Joining.ATTACH, "its group's incident is open")
    if now < latest.opened_at + window:
        return JoinDecision(Joining.REOPEN, "its group was closed, but its window still runs")
    return JoinDecision(Joining.NEW, "its last group is closed and its window is over")


def is_late(came_at: datetime, now: datetime) -> bool:
    """Whether what came then has waited for longer than the program may keep it (REL-8)."""
    return now - came_at >= LATE_AFTER


def lateness(came_at: datetime, now: datetime) -> str:
    """What a page says of an alert that nobody could be called for in time; "" when it is in time."""
    if not is_late(came_at, now):
        return ""
    minutes = (now - came_at) // timedelta(minutes=1)
    waited = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
    return f"Late by {waited}: it came at {came_at:%Y-%m-%d %H:%M} UTC and could not be worked on before"


def until_now(muted_reason: str | None) -> str:
    """Why an alert calls only now; empty: nothing has muted it."""
    return f"it calls only now, until now it was {muted_reason}" if muted_reason else ""
