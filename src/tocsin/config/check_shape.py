"""Checks in the shape of the file. Nothing is hidden: a secret is only the name of a variable. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tocsin.catalog.checks import (
    SLO,
    USUAL_TIMEOUT,
    Bounds,
    Check,
    CommandCheck,
    HttpCheck,
    ManualCheck,
    PromqlCheck,
    SqlCheck,
    TcpCheck,
)
from tocsin.kernel.durations import format_duration

_SECOND = timedelta(seconds=1)


def check_shape(check: Check) -> dict[str, Any]:
    timeout = format_duration(check.timeout) if check.timeout != USUAL_TIMEOUT else None
    said = {"name": check.name, **_asked(check), "timeout": timeout}
    return {key: value for key, value in said.items() if value is not None}


def _asked(check: Check) -> Mapping[str, Any]:
    match check:
        case HttpCheck():
            return {
                "http": check.url,
                "status": check.status,
                "contains": check.contains,
                "latency_below": _latency(check),
            }
        case PromqlCheck():
            return _promql(check)
        case SqlCheck():
            return {"sql": check.query, "dsn": check.dsn, **_bounds(check.bounds)}
        case TcpCheck():
            host = f"[{check.host}]" if ":" in check.host else check.host
            return {"tcp": f"{host}:{check.port}"}
        case CommandCheck():
            return {"command": list(check.argv)}
        case ManualCheck():
            return {"manual": check.asks}


def _promql(check: PromqlCheck) -> Mapping[str, Any]:
    has_baseline = check.baseline is not None
    return {
        "promql": check.query,
        "prometheus": check.prometheus,
        **_bounds(check.bounds),
        **({"below": SLO} if check.within_slo else {}),
        "for": format_duration(check.lasts) if check.lasts is not None else None,
        "baseline": check.baseline.value if check.baseline is not None else None,
        "tolerance": check.tolerance if has_baseline else None,
        "better": check.better.value if check.better is not None else None,
    }


def _bounds(bounds: Bounds) -> Mapping[str, Any]:
    return {"below": bounds.below, "above": bounds.above, "equals": bounds.equals}


def _latency(check: HttpCheck) -> str | None:
    span = check.latency_below
    if check.within_slo or span is None:
        return SLO if check.within_slo else None
    return format_duration(span) if not span % _SECOND else f"{span // timedelta(milliseconds=1)}ms"
