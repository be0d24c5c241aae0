"""`slo:` of a service and `slo_policy:` of the organisation (MET-5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tocsin.catalog.slo import (
    USUAL_WINDOW,
    Consequence,
    Slo,
    SloPolicy,
    read_latency,
    read_percent,
    read_window,
)
from tocsin.config.fields import Fields, suggest
from tocsin.config.sections.checks import read_prometheus

T = TypeVar("T")

MOST_QUERY = 5_000

_MEASURES = {"query": "availability", "errors": "error_rate", "slow": "latency"}


def read_slo(fields: Fields | None) -> Slo | None:
    """What a service promises; None: nothing is said."""
    if fields is None:
        return None
    slo = Slo(
        window=_read(fields, "window", read_window) or USUAL_WINDOW,
        availability=_read(fields, "availability", read_percent),
        error_rate=_read(fields, "error_rate", read_percent),
        latency=_read(fields, "latency", read_latency),
        query=_query(fields, "query"),
        errors=_query(fields, "errors"),
        slow=_query(fields, "slow"),
        prometheus=read_prometheus(fields),
    )
    _check_together(fields, slo)
    fields.done()
    return slo


def _check_together(fields: Fields, slo: Slo) -> None:
    if not any(key in fields for key in _MEASURES.values()):
        fields.place.problem("An slo needs an objective.", "Add `availability: 99.9%`, `error_rate` or `latency`.")
    if slo.error_rate is not None and slo.errors is None:
        _nothing_says_how(fields, "error_rate", "errors")
    has_share = slo.latency is not None and slo.latency.percent is not None
    if has_share and slo.slow is None:
        _nothing_says_how(fields, "latency", "slow")
    for query, key in _MEASURES.items():
        if query in fields and key not in fields:
            fields.place.key(query).problem(f"{query} measures {key}, and there is none.", f"Add `{key}: …`.")
    if slo.slow is not None and slo.latency is not None and not has_share:
        fields.place.key("latency").problem(
            "The latency says no share of the requests.", "Write it as 95% below 300ms."
        )


def _nothing_says_how(fields: Fields, key: str, query: str) -> None:
    fields.place.key(key).problem(
        f"{key} is measured by Prometheus, and nothing says how.",
        f"Add `{query}: …`, PromQL that gives the share of such requests, from 0 to 1.",
    )


def read_policy(fields: Fields | None) -> SloPolicy:
    """`slo_policy:`; what it leaves out is as it is without it."""
    if fields is None:
        return SloPolicy()
    known = [each.value for each in Consequence]
    consequences: list[Consequence] = []
    for text, place in fields.texts("exhausted"):
        if text in known:
            consequences.append(Consequence(text))
        else:
            place.problem(f"There is no consequence {text!r}.{suggest(text, known)}", f"Use {', '.join(known)}.")
    policy = SloPolicy(
        downtime=tuple(text for text, _ in fields.texts("downtime")),
        exhausted=tuple(dict.fromkeys(consequences)) if "exhausted" in fields else SloPolicy().exhausted,
    )
    fields.done()
    return policy


def _read(fields: Fields, key: str, read: Callable[[str], T]) -> T | None:
    text = fields.find_text(key)
    return None if text is None else fields.read_with(key, read, text)


def _query(fields: Fields, key: str) -> str | None:
    text = fields.find_text(key)
    if text is not None and not 0 < len(text.strip()) <= MOST_QUERY:
        fields.place.key(key).problem(f"{key} has 1 to {MOST_QUERY} characters.", "Shorten it.")
    return text
