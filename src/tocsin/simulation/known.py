"""What a simulation knows of alerts and groups while it plays: small mutable records, a million of them."""

from dataclasses import dataclass

from tocsin.alerts.grouping import GroupStanding
from tocsin.alerts.intake import Standing
from tocsin.alerts.model import Integration, Routed, Signal
from tocsin.simulation.climbing import Case


@dataclass(slots=True)
class Known:
    """The latest firing period of one identity; in no group while it is muted."""

    id: int
    integration: Integration
    signal: Signal
    standing: Standing
    routed: Routed
    group: "Group | None" = None


@dataclass(slots=True)
class Group:
    """The alerts of one cause: how grouping sees it, how many are in it and fire, and its incident."""

    standing: GroupStanding
    firing: int = 0
    total: int = 0
    case: Case | None = None
