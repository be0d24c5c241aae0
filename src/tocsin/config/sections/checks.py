"""`checks:` of a service – what shows that it works again (RES-1). Reads each into its typed value; asks nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from tocsin.catalog.checks import (
    ENV,
    LONGEST_TIMEOUT,
    MAX_CHECKS,
    SLO,
    USUAL_TIMEOUT,
    Baseline,
    Better,
    Bounds,
    Check,
    CommandCheck,
    HttpCheck,
    ManualCheck,
    PromqlCheck,
    SqlCheck,
    TcpCheck,
)
from tocsin.config.fields import Fields, Place
from tocsin.kernel.durations import parse_latency
from tocsin.kernel.errors import Invalid

_PERCENT = re.compile(r"([0-9]{1,4}(?:\.[0-9]+)?)\s?%")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_OWN = "TOCSIN_"
_MOST_TEXT = 5_000


def read_checks(fields: Fields, promised: timedelta | None) -> tuple[Check, ...]:
    """The list under `checks`; its names tell its entries apart. `promised` is the latency of the service's SLO."""
    read = [read_check(entry, at, promised) for entry, at in fields.items("checks")]
    checks = [check for check in read if check is not None]
    place, names = fields.place.key("checks"), [check.name for check in checks if check.name]
    if len(checks) > MAX_CHECKS:
        place.problem(f"More than {MAX_CHECKS} checks.", "Keep those without which nobody would say that it works.")
    for name in dict.fromkeys(name for n, name in enumerate(names) if name in names[:n]):
        place.problem(f"Two checks are called {name!r}.", "Give each a name of its own.")
    return tuple(checks)


def read_check(value: Any, place: Place, promised: timedelta | None) -> Check | None:
    """One entry; None after a problem that leaves nothing to read."""
    fields = Fields(value, place, what="A check")
    kinds = [kind for kind in _READERS if kind in fields]
    if len(kinds) != 1:
        place.problem("A check asks one thing.", f"Give it exactly one of {', '.join(_READERS)}.")
        return None
    about = {"name": fields.name(), "timeout": _read_timeout(fields)}
    check = _hold_to_slo(fields, _READERS[kinds[0]](fields, about), promised)
    _refuse_unfit(fields, kinds[0])
    return check


def _hold_to_slo(fields: Fields, check: Check, promised: timedelta | None) -> Check:
    """The latency that the service promises, where the check names it instead of a number."""
    if not isinstance(check, HttpCheck | PromqlCheck) or not check.within_slo:
        return check
    key = "latency_below" if isinstance(check, HttpCheck) else "below"
    if promised is None:
        fields.place.key(key).problem(
            "The service promises no latency.",
            "Add `latency: 300ms` to its `slo`, or write a number here.",
        )
        return check
    if isinstance(check, HttpCheck):
        return replace(check, latency_below=promised)
    return replace(check, bounds=replace(check.bounds, below=promised.total_seconds()))


def _read_timeout(fields: Fields) -> timedelta:
    given = fields.duration("timeout")
    if given is not None and not timedelta(0) < given <= LONGEST_TIMEOUT:
        fields.place.key("timeout").problem("A check may take 1s to 30s.", "Write it as `timeout: 10s`.")
    return given or USUAL_TIMEOUT


def _refuse_unfit(fields: Fields, kind: str) -> None:
    """A key that another kind of check has is named as such, so that nobody looks for a typo."""
    for key, owners in _OWNERS.items():
        if key in fields and key not in fields.taken:
            fields.raw(key)
            fields.place.key(key).problem(f"{key} belongs to {owners}, not to {kind}.", "Remove it.")
    fields.done()


def _read_http(fields: Fields, about: Mapping[str, Any]) -> HttpCheck:
    within_slo = fields.find_text("latency_below") == SLO
    return HttpCheck(
        **about,
        url=_read_url(fields, "http"),
        status=fields.integer("status", 100, 599),
        contains=_bounded(fields, "contains"),
        latency_below=read_latency(fields, "latency_below") if not within_slo else None,
        within_slo=within_slo,
    )


def _read_promql(fields: Fields, about: Mapping[str, Any]) -> PromqlCheck:
    within_slo = fields.raw("below") == SLO
    bounds = _read_bounds(fields, ("above",) if within_slo else ("below", "above"))
    baseline = fields.choice("baseline", [each.value for each in Baseline], "")
    better = fields.choice("better", [each.value for each in Better], "")
    lasts = fields.duration("for")
    tolerance = _read_number(fields, "tolerance")
    check = PromqlCheck(
        **about,
        query=_bounded(fields, "promql") or "",
        prometheus=read_prometheus(fields),
        bounds=bounds,
        lasts=lasts,
        baseline=Baseline(baseline) if baseline else None,
        tolerance=tolerance or 0.0,
        better=Better(better) if better else None,
        within_slo=within_slo,
    )
    _check_comparison(fields.place, check, has_tolerance=tolerance is not None)
    return check


def _check_comparison(place: Place, check: PromqlCheck, *, has_tolerance: bool) -> None:
    has_bounds = check.bounds != Bounds() or check.within_slo
    if has_bounds is (check.baseline is not None):
        place.problem(
            "A PromQL check compares with one thing.",
            "Give it `below:` or `above:` a number, or `baseline: before-impact` with `tolerance: 20%`.",
        )
    if check.baseline is None and (has_tolerance or check.better is not None):
        place.problem("tolerance and better belong to a baseline.", "Add `baseline: before-impact`, or remove them.")
    if check.baseline is not None and not has_tolerance:
        place.problem("A baseline needs a tolerance.", "Add `tolerance: 20%`: how far from it is still as usual.")
    if check.tolerance < 0:
        place.key("tolerance").problem("tolerance cannot be negative.", "Write it as 20% or 0.2.")
    if check.lasts is not None and (check.baseline is not None or not timedelta(0) < check.lasts <= timedelta(hours=6)):
        place.key("for").problem("for is a time of at most 6h that `below` or `above` has to last.", "Write `for: 5m`.")


def _read_sql(fields: Fields, about: Mapping[str, Any]) -> SqlCheck:
    bounds, dsn = _read_bounds(fields, ("below", "above", "equals")), fields.text("dsn")
    if bounds == Bounds():
        fields.place.problem("An SQL check compares its number.", "Add `below:`, `above:` or `equals:`.")
    if dsn and not dsn.startswith(ENV):
        fields.place.key("dsn").problem(
            "A dsn holds a password, and a file is read by many.",
            "Write `dsn: env:NAME`, and set NAME where the worker runs.",
        )
    elif dsn:
        fields.read_with("dsn", read_variable, dsn)
    return SqlCheck(**about, query=_bounded(fields, "sql") or "", dsn=dsn, bounds=bounds)


def _read_tcp(fields: Fields, about: Mapping[str, Any]) -> TcpCheck:
    host, port = fields.read_with("tcp", _read_host_port, fields.text("tcp")) or ("", 0)
    return TcpCheck(**about, host=host, port=port)


def _read_command(fields: Fields, about: Mapping[str, Any]) -> CommandCheck:
    argv = tuple(text for text, _ in fields.texts("command"))
    if isinstance(fields.value["command"], list) and not argv:
        fields.place.key("command").problem("A command needs a program.", "Write `command: [program, argument]`.")
    return CommandCheck(**about, argv=argv)


def _read_manual(fields: Fields, about: Mapping[str, Any]) -> ManualCheck:
    return ManualCheck(**about, asks=_bounded(fields, "manual") or "")


_READERS: Mapping[str, Callable[[Fields, Mapping[str, Any]], Check]] = {
    "http": _read_http,
    "promql": _read_promql,
    "sql": _read_sql,
    "tcp": _read_tcp,
    "command": _read_command,
    "manual": _read_manual,
}

_OWNERS: Mapping[str, str] = {
    "status": "`http`",
    "contains": "`http`",
    "latency_below": "`http`",
    "below": "`promql` and `sql`",
    "above": "`promql` and `sql`",
    "equals": "`sql`",
    "dsn": "`sql`",
    "prometheus": "`promql`",
    "for": "`promql`",
    "baseline": "`promql`",
    "tolerance": "`promql`",
    "better": "`promql`",
}


def read_prometheus(fields: Fields) -> str | None:
    """`prometheus:` of a check or of the organisation: a base URL without a password, or `env:NAME`."""
    text = fields.find_text("prometheus")
    if text is None:
        return None
    if text.startswith(ENV):
        return fields.read_with("prometheus", read_variable, text)
    return _read_url(fields, "prometheus")


def _read_url(fields: Fields, key: str) -> str:
    return fields.read_with(key, _check_url, fields.text(key)) or ""


def _check_url(text: str) -> str:
    try:
        parts = urlsplit(text.strip())
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Invalid(f"{text[:60]!r} is no web address.", "Write it as https://example.com/health.") from None
    if not is_good or len(text) > 2000:
        raise Invalid(f"{text[:60]!r} is no web address.", "Write it as https://example.com/health.")
    if parts.username or parts.password:
        raise Invalid("The address holds a password, and a file is read by many.", "Ask an address that needs none.")
    return text.strip()


def read_variable(text: str) -> str:
    """`env:NAME`, as it is kept: a worker reads the variable when it runs the check. Raises Invalid."""
    name = text.removeprefix(ENV).strip()
    if _VARIABLE.fullmatch(name) is None:
        raise Invalid(f"{name[:60]!r} is no name of an environment variable.", "Write it as env:CHECKOUT_DSN.")
    if name.upper().startswith(_OWN):
        raise Invalid(f"{name} is Tocsin's own: no check may read it.", "Use a variable of another name.")
    return f"{ENV}{name}"


def _read_bounds(fields: Fields, keys: tuple[str, ...]) -> Bounds:
    return Bounds(**{key: _read_number(fields, key) for key in keys})


def _read_number(fields: Fields, key: str) -> float | None:
    value = fields.raw(key)
    if value is None:
        return None
    number = _number_of(fields.plain(key))
    if number is None:
        fields.place.key(key).problem(f"{key} must be a number.", "Write it as 0.01, 250 or 5%.")
    return number


def _number_of(plain: Any) -> float | None:
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        return float(plain)
    percent = _PERCENT.fullmatch(plain) if isinstance(plain, str) else None
    return float(percent[1]) / 100 if percent else None


def read_latency(fields: Fields, key: str) -> timedelta | None:
    """`300ms` or `2s`, None where nothing is said."""
    text = fields.find_text(key)
    return fields.read_with(key, parse_latency, text) if text is not None else None


def _read_host_port(text: str) -> tuple[str, int]:
    host, _, port = text.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdigit()) or not 1 <= int(port) <= 65535 or "/" in host:
        raise Invalid(f"{text[:60]!r} is no host and port.", "Write it as db.example.com:5432.")
    return host, int(port)


def _bounded(fields: Fields, key: str) -> str | None:
    text = fields.find_text(key)
    if text is not None and not 0 < len(text.strip()) <= _MOST_TEXT:
        fields.place.key(key).problem(f"{key} has 1 to {_MOST_TEXT} characters.", "Shorten it.")
    return text


def checks_without_prometheus(checks: tuple[Check, ...]) -> Iterator[tuple[int, str]]:
    """(place in the list, name) of those that ask the organisation's Prometheus."""
    for n, check in enumerate(checks):
        if isinstance(check, PromqlCheck) and check.prometheus is None:
            yield n, check.name
