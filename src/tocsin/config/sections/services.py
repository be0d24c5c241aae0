"""`services:` – who owns what, whose ladder is climbed, what depends on what, what shows that it works; the rest
is kept for later parts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tocsin.catalog.facts import read_money
from tocsin.catalog.model import Service
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.checks import read_checks, read_latency
from tocsin.kernel.errors import Invalid

LATER = {
    "runbooks": "runbooks are not attached yet",
    "transaction_value": "no cost is computed yet",
    "slo": "no error budget is computed yet",
}


def read_service(value: Any, place: Place) -> Service:
    fields = Fields(value, place, what="A service")
    promised = _check_later(fields)
    more = {key: fields.plain(key) for key in LATER if key in fields}
    service = Service(
        name=fields.name(),
        team=fields.find_name("team"),
        escalation_policy=fields.find_name("escalation_policy"),
        tier=fields.integer("tier", 1, 9),
        depends_on=fields.names("depends_on"),
        experts=fields.names("experts"),
        checks=read_checks(fields, promised),
        more=more,
        managed_by=place.file.name,
    )
    fields.done()
    return service


def _check_later(fields: Fields) -> timedelta | None:
    """The shape of what later parts read, as far as it is known; the latency of its SLO."""
    for _ in fields.texts("runbooks"):
        pass
    money = fields.find_text("transaction_value")
    if money is not None:
        fields.read_with("transaction_value", lambda text: read_money("transaction_value", text), money)
    slo = fields.fields("slo", "slo")
    return _check_slo(slo) if slo is not None else None


def _check_slo(slo: Fields) -> timedelta | None:
    target = slo.text("availability")
    if target:
        slo.read_with("availability", _read_target, target)
    slo.duration("window")
    latency = read_latency(slo, "latency")
    slo.done()
    return latency


def _read_target(text: str) -> float:
    number = text.removesuffix("%").strip()
    whole, dot, rest = number.partition(".")
    if not whole.isdecimal() or (dot and not rest.isdecimal()) or not 0 < float(number) < 100:
        raise Invalid(f"{text!r} is not an availability.", "Write it as 99.9%.")
    return float(number)
