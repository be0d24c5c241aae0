"""Routes: ordered, first match unless `continue`, and the reason that every alert keeps (ALR-5)."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.alerts.model import Disposition, Integration, Routed, Says, Signal, Urgency, identity_of
from tocsin.alerts.routing import RouteDefinition, Router, read_route
from tocsin.alerts.windows import Windows
from tocsin.catalog.model import Organisation
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import Hours
from tocsin.kernel.matchers import parse_matcher

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PROMETHEUS = Integration(id=1, name="prometheus", type="prometheus")
OWNED = Integration(id=2, name="pagerduty-events", type="pagerduty", service="checkout")
ROUTES: list[dict[str, Any]] = [
    {
        "match": ['severity=~"critical|page"', 'job="checkout"'],
        "service": "checkout",
        "severity": "SEV-2",
        "group_by": ["alertname", "job"],
        "group_window": "5m",
    },
    {"match": ['severity="info"'], "drop": "informational"},
    {"match": ["team=search"], "service": "search", "urgency": "low", "escalation_policy": "search-day"},
    {"match": ["env=test"], "hold": "test systems page nobody"},
]


def signal(**labels: str) -> Signal:
    hint = labels.get("severity", "")
    return Signal(identity=identity_of(labels), says=Says.FIRING, labels=labels, title="A", severity_hint=hint)


def decide(
    labels: dict[str, str], *, routes: Any = ROUTES, default: Any = None, via: Integration = PROMETHEUS
) -> Routed:
    compiled = [read_route(route, position) for position, route in enumerate(routes, 1)]
    return Router(compiled, default).decide(signal(**labels), via, MONDAY)


def test_the_first_match_decides_and_says_why() -> None:
    routed = decide({"severity": "page", "job": "checkout", "team": "search"})
    assert (routed.route, routed.service, routed.severity, routed.urgency) == (1, "checkout", "SEV-2", Urgency.HIGH)
    assert routed.reason == 'route 1 (severity=~"critical|page", job="checkout") sends it to checkout'
    assert routed.group_by == ("alertname", "job")
    assert routed.group_window == timedelta(minutes=5)


def test_drop_and_hold_carry_their_own_word() -> None:
    dropped = decide({"severity": "info"})
    assert (dropped.disposition, dropped.reason) == (
        Disposition.DROPPED,
        'dropped by route 2 (severity="info"): informational',
    )
    held = decide({"env": "test", "severity": "critical"})
    assert (held.disposition, held.prio) == (Disposition.HELD, 2)


def test_what_a_label_holds_makes_no_decision_of_its_own() -> None:
    """Decisions are stored for good: a source that puts numbers into its severity must not fill the table."""
    assert len({decide({"severity": f"level {n}"}).digest for n in range(100)}) == 1
    assert {decide({"severity": word}).reason for word in ("WARNING", "warning")} == {
        'no route matched, there is no default route, so it has no service; it says "warning", so low urgency'
    }


def test_low_urgency_and_a_policy_of_its_own() -> None:
    routed = decide({"team": "search", "severity": "critical"})
    assert (routed.urgency, routed.policy, routed.prio) == (Urgency.LOW, "search-day", 2)


def test_continue_lets_later_routes_add_and_not_overwrite() -> None:
    routes = [
        {"match": ["severity=critical"], "severity": "SEV-1", "facts": {"users": 5}, "continue": True},
        {"match": ["job=checkout"], "service": "checkout", "severity": "SEV-3", "facts": {"users": 1, "tier": 1}},
        {"match": [], "service": "rest"},
    ]
    routed = decide({"severity": "critical", "job": "checkout"}, routes=routes)
    assert (routed.service, routed.severity, routed.facts) == ("checkout", "SEV-1", {"users": 5, "tier": 1})
    assert routed.reason.startswith('route 1 (severity="critical") and route 2 (job="checkout") sends it to checkout')
    assert decide({"severity": "critical"}, routes=routes).service == "rest"


UNMATCHED = [
    ({"severity": "critical"}, PROMETHEUS, {"service": "checkout"}, "checkout", Urgency.HIGH),
    ({"severity": "PAGE"}, PROMETHEUS, {"service": "checkout"}, "checkout", Urgency.HIGH),
    ({"severity": "warning"}, PROMETHEUS, {"service": "checkout"}, "checkout", Urgency.LOW),
    ({}, PROMETHEUS, {"service": "checkout"}, "checkout", Urgency.LOW),
    ({"severity": "critical"}, PROMETHEUS, {"service": "checkout", "urgency": "low"}, "checkout", Urgency.HIGH),
    ({"severity": "warning"}, PROMETHEUS, {"service": "checkout", "urgency": "high"}, "checkout", Urgency.HIGH),
    ({"severity": "critical"}, PROMETHEUS, None, None, Urgency.HIGH),
    ({"severity": "error"}, PROMETHEUS, {"service": "rest"}, "rest", Urgency.LOW),
    ({"severity": "error"}, OWNED, {"service": "rest"}, "checkout", Urgency.HIGH),
    ({"severity": "warning"}, OWNED, None, "checkout", Urgency.LOW),
    ({}, OWNED, None, "checkout", Urgency.HIGH),
]


@pytest.mark.parametrize(("labels", "via", "default", "service", "urgency"), UNMATCHED)
def test_what_no_route_matches(
    labels: dict[str, str], via: Integration, default: dict[str, Any] | None, service: str | None, urgency: Urgency
) -> None:
    definition = read_route(default, 0).definition if default else None
    routed = decide(labels, routes=[], default=definition, via=via)
    assert (routed.disposition, routed.service, routed.urgency) == (Disposition.ROUTED, service, urgency)
    assert routed.route is None
    assert routed.reason.startswith("no route matched, ")


def test_critical_goes_before_everything_else() -> None:
    assert decide({"severity": "critical", "job": "checkout"}).prio == 0
    assert decide({"severity": "info"}).prio == 2
    routes = [{"match": [], "service": "x"}]
    assert decide({"severity": "warning"}, routes=routes).prio == 1


OFFICE = Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(18))
BERLIN = Organisation(time_zone="Europe/Berlin", business_hours=OFFICE)
DURING = [
    ({"days": "mon-fri", "from": "09:00", "to": "18:00"}, "2026-03-02T07:59:59Z", False),
    ({"days": "mon-fri", "from": "09:00", "to": "18:00"}, "2026-03-02T08:00:00Z", True),
    ({"days": "mon-fri", "from": "09:00", "to": "18:00"}, "2026-03-07T10:00:00Z", False),
    ({"days": "mon-fri", "from": "20:00", "to": "08:00"}, "2026-03-07T06:00:00Z", True),
    ({"days": "mon-fri", "from": "20:00", "to": "08:00"}, "2026-03-08T06:00:00Z", False),
    ({"days": "sat", "from": "00:00", "to": "00:00", "time_zone": "America/New_York"}, "2026-03-07T04:00:00Z", False),
    ("business-hours", "2026-03-02T08:00:00Z", True),
    ("business-hours", "2026-03-02T20:00:00Z", False),
    ("outside-business-hours", "2026-03-02T20:00:00Z", True),
    ({"days": "fri-mon", "from": "00:00", "to": "00:00"}, "2026-03-08T12:00:00Z", True),
]


@pytest.mark.parametrize(("during", "instant", "inside"), DURING)
def test_windows_of_the_week(during: Any, instant: str, inside: bool) -> None:
    assert Windows(BERLIN).is_during(during, datetime.fromisoformat(instant)) is inside


def test_a_route_with_a_window_is_decided_anew_as_time_passes() -> None:
    day = {"match": ["job=x"], "service": "day", "during": {"from": "09:00", "to": "18:00"}}
    routes = [day, {"match": [], "service": "night"}]
    router = Router([read_route(route, n) for n, route in enumerate(routes, 1)], None, Windows(BERLIN).is_during)
    instants = [MONDAY + timedelta(hours=hours) for hours in (0, 12, 24)]
    decided = [router.decide(signal(job="x"), PROMETHEUS, instant).service for instant in instants]
    assert decided == ["day", "night", "day"]


REFUSED = [
    ({"match": ["severity"]}, "match.0", "bad matcher format"),
    ({"match": ["a=b", "a=~["]}, "match.1", "missing closing ]"),
    ({"mach": ["a=b"]}, None, "mach"),
    ({"match": [], "group_window": "soon"}, "group_window", "is not a duration"),
    ({"match": [], "drop": "x", "hold": "y"}, "hold", "both drop and hold"),
    ({"match": [], "during": "nights"}, "during", "during"),
    ({"match": [], "during": {"days": "someday", "from": "09:00", "to": "10:00"}}, "during", "names no days"),
    ({"match": [], "during": {"from": "09:00", "to": "10:00", "time_zone": "Mars/Base"}}, "during", "is no time zone"),
    ({"match": [], "urgency": "medium"}, None, "urgency"),
]


@pytest.mark.parametrize(("definition", "field", "words"), REFUSED)
def test_a_bad_route_is_refused_with_field_and_remedy(definition: Any, field: str | None, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_route(definition, 3)
    assert words in refused.value.message
    assert refused.value.field == field
    assert refused.value.remedy


names = st.sampled_from(["severity", "job", "team", "env", "other"])
labels = st.dictionaries(names, st.sampled_from(["critical", "info", "checkout", "search", "test", "page"]), max_size=5)


@given(st.lists(labels, max_size=20))
def test_what_is_remembered_is_what_would_be_decided(many: list[dict[str, str]]) -> None:
    compiled = [read_route(route, position) for position, route in enumerate(ROUTES, 1)]
    router = Router(compiled, RouteDefinition(service="rest"))
    for each in many:
        fresh = Router(compiled, RouteDefinition(service="rest"))
        assert router.decide(signal(**each), PROMETHEUS, MONDAY) == fresh.decide(signal(**each), PROMETHEUS, MONDAY)


@given(labels)
def test_the_decision_agrees_with_the_matchers_of_the_route_it_names(some: dict[str, str]) -> None:
    routed = decide(some)
    matching = [
        position
        for position, route in enumerate(ROUTES, 1)
        if all(parse_matcher(text).matches(some) for text in route["match"])
    ]
    assert routed.route == (matching[0] if matching else None)


def test_two_decisions_with_the_same_digest_are_the_same() -> None:
    first, second = decide({"severity": "info"}), decide({"severity": "info", "other": "x"})
    assert first.digest == second.digest
    assert first.digest != decide({"severity": "page", "job": "checkout"}).digest


WINDOWS = Windows(BERLIN)
TURNING: list[Any] = [
    "business-hours",
    "outside-business-hours",
    {"days": "mon-fri", "from": "20:00", "to": "08:00"},
    {"days": "sat,sun", "from": "00:00", "to": "24:00", "time_zone": "America/New_York"},
    {"days": "sun", "from": "05:30", "to": "06:15", "time_zone": "Asia/Kolkata"},
    {"from": "22:00", "to": "02:45"},
]


CLOCKS_GO_BACK = int((datetime(2026, 10, 25, 1, tzinfo=UTC) - MONDAY) / timedelta(minutes=1))


@example(TURNING[-1], CLOCKS_GO_BACK + 30)
@given(st.sampled_from(TURNING), st.integers(0, 365 * 24 * 60))
def test_a_window_turns_when_it_says_and_not_before(during: Any, minutes: int) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    turn = WINDOWS.turn_after(during, now)
    assert turn is not None
    assert turn > now
    assert WINDOWS.is_during(during, turn) is not WINDOWS.is_during(during, now)
    for part in (0.3, 0.9, 1):
        before = now + part * (turn - now) - timedelta(seconds=1)
        assert WINDOWS.is_during(during, max(now, before)) is WINDOWS.is_during(during, now)


def test_a_window_of_the_whole_week_never_turns() -> None:
    assert WINDOWS.turn_after({"days": "mon-sun", "from": "00:00", "to": "24:00"}, MONDAY) is None
    assert Windows(Organisation()).turn_after("business-hours", MONDAY) is None
