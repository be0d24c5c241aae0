"""Error budgets on the wire (MET-5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from tocsin.catalog.slo import WORDS, SloPolicy, in_window
from tocsin.kernel.ids import incident_ref

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.insights.slo_model import Budget as Found
    from tocsin.insights.slo_model import Gate as Decided
    from tocsin.insights.slo_model import ServiceSlo


class Burn(msgspec.Struct, kw_only=True):
    """How fast the budget was used over the last `over`: 1 uses it up in just the window."""

    over: str
    rate: float


class Budget(msgspec.Struct, kw_only=True):
    """Minutes of a service that is wholly bad; `used_percent` is more than 100 when the budget is overdrawn.

    `measured_percent` of the window is known from Prometheus, null: nobody asks it. `until`: from when on there is
    budget again if nothing more happens, null: there is some, or a downtime goes on.
    """

    objective: str
    promise: str
    budget_minutes: float
    used_minutes: float
    left_minutes: float
    used_percent: float
    burn: list[Burn]
    measured_percent: float | None
    is_exhausted: bool
    until: datetime | None


class Downtime(msgspec.Struct, kw_only=True):
    """One incident that counts; `minutes` of it lie within the window. `ends_at` null: it goes on."""

    incident: str
    title: str
    severity: str
    begins_at: datetime
    ends_at: datetime | None
    minutes: float


class Slo(msgspec.Struct, kw_only=True):
    """One service. `hidden_minutes`: downtime of incidents that are not the caller's to see; it counts all the same.
    `consequences` are those that hold now.
    """

    service: str
    team: str | None
    window: str
    is_exhausted: bool
    budgets: list[Budget]
    downtimes: list[Downtime]
    hidden_minutes: float
    consequences: list[str]


class SloList(msgspec.Struct, kw_only=True):
    """By how much of its budget is used, most first. `downtime_levels`: incidents of these levels are downtime."""

    slos: list[Slo]
    downtime_levels: list[str]


class Gate(msgspec.Struct, kw_only=True):
    """Whether a deployment may go out. `until`: from when on again, null: it may, or nobody knows."""

    service: str
    allowed: bool
    reason: str
    until: datetime | None


def slo(found: ServiceSlo, policy: SloPolicy) -> Slo:
    return Slo(
        service=found.service,
        team=found.team,
        window=in_window(found.slo.window),
        is_exhausted=found.is_exhausted,
        budgets=[_budget(each) for each in found.budgets],
        downtimes=[
            Downtime(
                incident=incident_ref(each.number),
                title=each.title,
                severity=each.severity,
                begins_at=each.begins_at,
                ends_at=each.ends_at,
                minutes=_minutes(each.length),
            )
            for each in found.downtimes
        ],
        hidden_minutes=_minutes(found.hidden),
        consequences=[WORDS[each] for each in policy.exhausted] if found.is_exhausted else [],
    )


def slo_list(found: Sequence[ServiceSlo], policy: SloPolicy, levels: Sequence[str]) -> SloList:
    return SloList(slos=[slo(each, policy) for each in found], downtime_levels=list(levels))


def gate(decided: Decided) -> Gate:
    return Gate(service=decided.service, allowed=decided.allowed, reason=decided.reason, until=decided.until)


def _budget(found: Found) -> Budget:
    measured = found.measured_percent
    return Budget(
        objective=found.objective,
        promise=found.words,
        budget_minutes=_minutes(found.budget),
        used_minutes=_minutes(found.used),
        left_minutes=_minutes(found.left),
        used_percent=round(found.percent, 1),
        burn=[Burn(over=over, rate=round(rate, 2)) for over, rate in found.burn],
        measured_percent=round(measured, 1) if measured is not None else None,
        is_exhausted=found.is_exhausted,
        until=found.until,
    )


def _minutes(span: timedelta) -> float:
    return round(span / timedelta(minutes=1), 2)
