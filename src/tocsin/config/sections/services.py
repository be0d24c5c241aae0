"""`services:` – who owns what, whose ladder is climbed, what depends on what, what shows that it works, what it
promises, what a transaction is worth; the rest is kept for later parts."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.facts import read_money
from tocsin.catalog.model import Service
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.checks import read_checks
from tocsin.config.sections.slo import MOST_QUERY, read_slo
from tocsin.postmortems.measuring import IMPACT, MEASURABLE

LATER = {
    "runbooks": "runbooks are not attached yet",
}


def read_service(value: Any, place: Place) -> Service:
    fields = Fields(value, place, what="A service")
    _check_later(fields)
    impact = _read_impact(fields.fields(IMPACT, IMPACT))
    slo = read_slo(fields.fields("slo", "slo"))
    promised = slo.latency.below if slo is not None and slo.latency is not None else None
    more = {key: fields.plain(key) for key in (*LATER, "transaction_value") if key in fields} | (
        {IMPACT: impact} if impact else {}
    )
    service = Service(
        name=fields.name(),
        team=fields.find_name("team"),
        escalation_policy=fields.find_name("escalation_policy"),
        tier=fields.integer("tier", 1, 9),
        depends_on=fields.names("depends_on"),
        experts=fields.names("experts"),
        checks=read_checks(fields, promised),
        slo=slo,
        more=more,
        managed_by=place.file.name,
    )
    fields.done()
    return service


def _read_impact(fields: Fields | None) -> dict[str, str]:
    """By figure, PromQL that gives one number at the end of an incident; `$window` in it is how long it lasted."""
    if fields is None:
        return {}
    found: dict[str, str] = {}
    for figure in MEASURABLE:
        query = fields.find_text(figure.value)
        if query is None:
            continue
        if not 0 < len(query.strip()) <= MOST_QUERY:
            fields.place.key(figure.value).problem(
                f"A query has 1 to {MOST_QUERY} characters.", "Write PromQL that gives one number."
            )
        found[figure.value] = query.strip()
    fields.done()
    return found


def _check_later(fields: Fields) -> None:
    """The shape of what is kept as it is written."""
    for _ in fields.texts("runbooks"):
        pass
    money = fields.find_text("transaction_value")
    if money is not None:
        fields.read_with("transaction_value", lambda text: read_money("transaction_value", text), money)
