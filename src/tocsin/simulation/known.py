"""What a simulation knows of alerts and groups while it plays: small mutable records, a million of them."""

from dataclasses import dataclass, field

from tocsin.alerts.grouping import GroupStanding
from tocsin.alerts.intake import Standing
from tocsin.alerts.model import Integration, Routed, Signal
from tocsin.simulation.climbing import Case


@dataclass(slots=True)
class Known:
    """The latest firing period of one identity; in no group while it is muted. `muted` says why it is, or was."""

    id: int
    integration: Integration
    signal: Signal
    standing: Standing
    routed: Routed
    group: "Group | None" = None
    muted: str = ""


@dataclass(slots=True)
class Group:
    """The alerts of one cause: how grouping sees it, how many are in it and fire, those that flap, and its incident."""

    standing: GroupStanding
    firing: int = 0
    total: int = 0
    case: Case | None = None
    flapping: set[str] = field(default_factory=set[str])
