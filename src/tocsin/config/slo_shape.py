"""What a service promises, and what follows when it is not kept, in the shape of the file. Pure."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.slo import Slo, SloPolicy, in_latency, in_percent, in_window


def slo_shape(slo: Slo) -> dict[str, Any]:
    said = {
        "availability": in_percent(slo.availability) if slo.availability is not None else None,
        "error_rate": in_percent(slo.error_rate) if slo.error_rate is not None else None,
        "latency": in_latency(slo.latency) if slo.latency is not None else None,
        "window": in_window(slo.window),
        "query": slo.query,
        "errors": slo.errors,
        "slow": slo.slow,
        "prometheus": slo.prometheus,
    }
    return {key: value for key, value in said.items() if value is not None}


def slo_policy_shape(policy: SloPolicy) -> dict[str, Any] | None:
    """What of it is not as it is without a word."""
    usual, said = SloPolicy(), dict[str, Any]()
    if policy.downtime:
        said["downtime"] = list(policy.downtime)
    if policy.exhausted != usual.exhausted:
        said["exhausted"] = [each.value for each in policy.exhausted]
    return said or None
