"""What the incident cost, in figures (PMT-3): what people said with its source, the revenue that follows from it, and
the error budgets that it used. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.catalog.facts import Money, read_money
from tocsin.catalog.slo import MONTH, Objective, goals_of, in_window
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.figures import Figure, SaidFigure, shown
from tocsin.postmortems.record import Record
from tocsin.postmortems.spans import span_words
from tocsin.postmortems.statements import Fact


def cost(record: Record) -> list[Fact]:
    """Nothing that nobody has said or that cannot be computed from what was said."""
    return [*_said(record), *_revenue(record), *_budgets(record)]


def transaction_value(record: Record) -> Money | None:
    """What one transaction is worth on average, by the configuration of the services; None: no service says, or they
    say different things."""
    texts = {str(each.more["transaction_value"]) for each in record.services if each.more.get("transaction_value")}
    return read_money("transaction_value", texts.pop()) if len(texts) == 1 else None


def _said(record: Record) -> Iterator[Fact]:
    for figure in record.figures:
        yield Fact(f"{figure.name.heading}: {shown(figure.value)} (source: {figure.source}).", _entry(record, figure))


def _revenue(record: Record) -> Iterator[Fact]:
    """Failed transactions × the average value of one."""
    failed = next((each for each in record.figures if each.name is Figure.FAILED_TRANSACTIONS), None)
    value = transaction_value(record)
    if failed is not None and value is not None:
        lost = Money(int(failed.value) * value.amount, value.currency)
        yield Fact(f"Revenue: {lost} ({shown(failed.value)} failed transactions × {value}).", _entry(record, failed))


def _budgets(record: Record) -> Iterator[Fact]:
    """The share of the error budget of availability that the time until it was mitigated has used, where the level
    counts as downtime."""
    incident = record.incident
    ended_at = incident.mitigated_at or incident.resolved_at
    if not record.is_downtime or ended_at is None or incident.is_drill:
        return
    down = ended_at - (incident.started_at or incident.detected_at)
    for service in record.services:
        if service.slo is None:
            continue
        for goal in goals_of(service.slo):
            if goal.objective is Objective.AVAILABILITY:
                budget = service.slo.window * goal.allowed
                window = "a month" if service.slo.window == MONTH else in_window(service.slo.window)
                share = f"{down / budget:.0%} of the error budget of {service.name}"
                yield Fact(
                    f"{incident_ref(incident.number)} used {share}: {span_words(down)} of {span_words(budget)} in "
                    f"{window} ({goal.words}).",
                    record.entry_of("IncidentResolved"),
                )


def _entry(record: Record, figure: SaidFigure) -> int | None:
    """The entry by which this figure was said, or measured."""
    kind = "ImpactMeasured" if figure.by == "tocsin" else "ImpactSaid"
    said = [
        entry.id
        for entry in record.entries
        if entry.kind == kind and figure.name.value in entry.stored.data.get("figures", {})
    ]
    return said[-1] if said else None
