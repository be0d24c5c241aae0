"""Where an alert goes, and the sentence that says why (ALR-5): ordered routes, first match unless `continue`. Pure.

A decision depends only on the labels that some matcher names, so it is remembered by their values: the ten
thousandth alert of a
storm costs one look-up, not a regular expression.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tocsin.alerts.model import Disposition, Integration, Routed, Signal, Urgency, says_critical
from tocsin.alerts.windows import check_during
from tocsin.kernel.durations import parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.kernel.matchers import Matcher, matches_all, parse_matcher

DEFAULT_WINDOW = timedelta(minutes=5)
_REMEMBERED = 10_000
_HIGH_SEVERITIES = frozenset({"error"})
_QUOTED_SEVERITIES = frozenset(
    {"error", "major", "high", "warning", "warn", "minor", "low", "info", "notice", "debug", "ok", "none", "unknown"}
    | {f"p{level}" for level in range(1, 6)}
    | {f"sev{dash}{level}" for level in range(1, 6) for dash in ("", "-")}
)

IsDuring = Callable[[Any, datetime], bool]
"""Whether an instant lies in what a route's `during` names; given by whoever knows business hours and zones."""


class RouteDefinition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of `routes:` as the configuration file has it."""

    match: list[str] = []
    during: Any = None
    service: str | None = None
    severity: str | None = None
    facts: dict[str, Any] = {}
    escalation_policy: str | None = None
    group_by: list[str] | None = None
    group_window: str | None = None
    urgency: Urgency | None = None
    drop: str | None = None
    hold: str | None = None
    continue_: bool = msgspec.field(default=False, name="continue")


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A route, compiled. `position` is 1 for the first in the file."""

    position: int
    matchers: tuple[Matcher, ...]
    definition: RouteDefinition
    window: timedelta | None = None

    @property
    def condition(self) -> str:
        words = ", ".join(str(matcher) for matcher in self.matchers) or "everything"
        return f"{words} during {self.definition.during}" if self.definition.during else words


def read_route(definition: Mapping[str, Any], position: int) -> Route:
    """Compile one route. Raises Invalid, `field` being the path below the route, such as "match.0"."""
    try:
        read = msgspec.convert(dict(definition), RouteDefinition)
    except msgspec.ValidationError as error:
        known = ", ".join(field.encode_name for field in msgspec.structs.fields(RouteDefinition))
        raise Invalid(f"route {position}: {error}.", f"A route may have {known}.") from error
    if read.drop is not None and read.hold is not None:
        raise Invalid(f"route {position} says both drop and hold.", "Keep one of them.", field="hold")
    matchers: list[Matcher] = []
    for index, text in enumerate(read.match):
        try:
            matchers.append(parse_matcher(text))
        except Invalid as error:
            raise Invalid(f"route {position}: {error.message}.", error.remedy, field=f"match.{index}") from error
    check_during(read.during)
    window = parse_duration(read.group_window, field="group_window") if read.group_window else None
    return Route(position=position, matchers=tuple(matchers), definition=read, window=window)


class Router:
    """All routes of one version of the configuration. Not frozen only because it remembers what it has decided."""

    def __init__(
        self, routes: Sequence[Route], default: RouteDefinition | None = None, is_during: IsDuring | None = None
    ) -> None:
        self._routes = tuple(routes)
        self._default = default
        self._is_during = is_during
        self._names = sorted({matcher.name for route in routes for matcher in route.matchers})
        self._depends_on_time = any(route.definition.during for route in routes)
        self._decided: dict[tuple[Any, ...], Routed] = {}

    @property
    def routes(self) -> tuple[Route, ...]:
        return self._routes

    @property
    def default_service(self) -> str | None:
        return self._default.service if self._default else None

    def decide(self, signal: Signal, integration: Integration, now: datetime) -> Routed:
        labels = signal.labels
        key = (integration.id, signal.severity_hint, *[labels.get(name) for name in self._names])
        if self._depends_on_time:
            key = (*key, now.replace(second=0, microsecond=0))
        decided = self._decided.get(key)
        if decided is None:
            if len(self._decided) >= _REMEMBERED:
                self._decided.clear()
            decided = self._decided[key] = self._decide(signal, integration, now)
        return decided

    def _decide(self, signal: Signal, integration: Integration, now: datetime) -> Routed:
        matched = self._matching(signal.labels, now)
        if matched:
            routed = merge_matched(matched, integration)
        else:
            routed = decide_unmatched(signal, integration, self._default)
        return seal(msgspec.structs.replace(routed, prio=priority_of(signal, routed)))

    def _matching(self, labels: Mapping[str, str], now: datetime) -> list[Route]:
        found: list[Route] = []
        for route in self._routes:
            during = route.definition.during
            if during and self._is_during is not None and not self._is_during(during, now):
                continue
            if not matches_all(route.matchers, labels):
                continue
            found.append(route)
            if not route.definition.continue_:
                break
        return found


def merge_matched(matched: Sequence[Route], integration: Integration) -> Routed:
    """What the matched routes say together: what an earlier one sets, a later one does not change."""
    first = matched[0]

    def said(name: str) -> Any:
        return next((value for route in matched if (value := getattr(route.definition, name)) is not None), None)

    condition = " and ".join(f"route {route.position} ({route.condition})" for route in matched)
    drop, hold = said("drop"), said("hold")
    service = said("service") or integration.service
    facts: dict[str, Any] = {}
    for route in reversed(matched):
        facts |= route.definition.facts
    if drop is not None:
        disposition, reason = Disposition.DROPPED, f"dropped by {condition}: {drop}"
    elif hold is not None:
        disposition, reason = Disposition.HELD, f"held by {condition}: {hold}"
    else:
        disposition, reason = Disposition.ROUTED, f"{condition} sends it to {service or 'no service'}"
    group_by = said("group_by")
    return Routed(
        disposition=disposition,
        reason=reason,
        route=first.position,
        service=service,
        severity=said("severity"),
        facts=facts,
        policy=said("escalation_policy"),
        urgency=said("urgency") or Urgency.HIGH,
        group_by=None if group_by is None else tuple(group_by),
        group_window=next((route.window for route in matched if route.window is not None), DEFAULT_WINDOW),
    )


def decide_unmatched(signal: Signal, integration: Integration, default: RouteDefinition | None) -> Routed:
    """No route matched: the integration's service, else the default route; low urgency, except what says critical
    (ALR-5).

    An integration that belongs to a service is a route of its own, so there `error` is urgent too, as PagerDuty has
    it.
    """
    hint = signal.severity_hint
    critical = says_critical(hint)
    service = integration.service or (default.service if default else None)
    own = integration.service is not None
    urgent = critical or (own and (hint.lower() in _HIGH_SEVERITIES or not hint))
    if default is not None and default.urgency is not None and not critical:
        urgent = default.urgency is Urgency.HIGH
    via = f"integration {integration.name} belongs to {service}" if own else f"the default route has {service}"
    if service is None:
        via = "there is no default route, so it has no service"
    page = "high urgency" if urgent else "low urgency"
    return Routed(
        disposition=Disposition.ROUTED,
        reason=f"no route matched, {via}; {_said_of_severity(hint)}, so {page}",
        service=service,
        severity=default.severity if default else None,
        facts=default.facts if default else {},
        policy=default.escalation_policy if default else None,
        urgency=Urgency.HIGH if urgent else Urgency.LOW,
        group_by=tuple(default.group_by) if default and default.group_by is not None else None,
        group_window=parse_duration(default.group_window) if default and default.group_window else DEFAULT_WINDOW,
    )


def _said_of_severity(hint: str) -> str:
    """Only words of the trade are repeated: decisions are kept for good, and a label may hold anything."""
    if not hint:
        return "it says nothing of its severity"
    if says_critical(hint) or hint.lower() in _QUOTED_SEVERITIES:
        return f'it says "{hint.lower()}"'
    return "its severity is no word that means critical"


def priority_of(signal: Signal, routed: Routed) -> int:
    """0 for what says critical and may wake somebody, so that a storm of anything else never stands before it
    (ALR-6)."""
    if routed.disposition is not Disposition.ROUTED or routed.urgency is Urgency.LOW:
        return 2
    return 0 if says_critical(signal.severity_hint) else 1


def seal(routed: Routed) -> Routed:
    """The decision with its digest over everything else in it."""
    open_ = msgspec.structs.replace(routed, digest="")
    digest = hashlib.blake2b(msgspec.json.encode(open_, order="sorted"), digest_size=16).hexdigest()
    return msgspec.structs.replace(routed, digest=digest)
